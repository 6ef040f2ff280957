package io.venation.bench;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.commons.codec.digest.Blake3;
import org.bouncycastle.crypto.digests.Blake3Digest;
import org.bouncycastle.crypto.digests.SHA3Digest;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What do other libraries take for a frame's hash? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PeerBenchmark {
    /** Algorithm and library. */
    @Param({"blake3:bouncycastle", "blake3:commons-codec", "sha3:jdk", "sha3:bouncycastle"})
    public String peer;

    private final byte[] frame = new byte[12_288];
    private final byte[] digest = new byte[32];
    private Runnable call;

    /**
     * Fills the frame.
     *
     * @throws NoSuchAlgorithmException never: every JDK has SHA3-256.
     */
    @Setup
    public void prepare() throws NoSuchAlgorithmException {
        new SplittableRandom(12_288).nextBytes(frame);
        final Blake3Digest bouncyBlake3 = new Blake3Digest(32);
        final SHA3Digest bouncySha3 = new SHA3Digest(256);
        final MessageDigest jdkSha3 = MessageDigest.getInstance("SHA3-256");
        call = switch (peer) {
            case "blake3:bouncycastle" ->
                () -> {
                    bouncyBlake3.update(frame, 0, frame.length);
                    bouncyBlake3.doFinal(digest, 0);
                };
            case "blake3:commons-codec" -> () -> Blake3.initHash().update(frame).doFinalize(digest);
            case "sha3:bouncycastle" ->
                () -> {
                    bouncySha3.update(frame, 0, frame.length);
                    bouncySha3.doFinal(digest, 0);
                };
            case "sha3:jdk" ->
                () -> {
                    jdkSha3.update(frame);
                    try {
                        jdkSha3.digest(digest, 0, digest.length);
                    } catch (final DigestException e) {
                        throw new IllegalStateException(e);
                    }
                };
            default -> throw new IllegalArgumentException("peer=" + peer);
        };
    }

    /** One frame. */
    @Benchmark
    public void frame() {
        call.run();
    }
}
