package io.venation.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.apache.commons.codec.digest.Blake3;
import org.bouncycastle.crypto.Digest;
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

/** What do other libraries take for one message? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PeerBenchmark {
    /** {@code ALGORITHM:LIBRARY}; for blake3 also the path of a shared library with the official C interface. */
    @Param({"blake3:bouncycastle", "blake3:commons-codec", "sha3:jdk", "sha3:bouncycastle", "sha3:openssl"})
    public String peer;

    /** Bytes of a message. */
    @Param("12288")
    public int length;

    private Runnable call;

    /**
     * Makes the message and compares the peer's answer with BouncyCastle's.
     *
     * @throws NoSuchAlgorithmException never: every JDK has SHA3-256.
     */
    @Setup
    public void prepare() throws NoSuchAlgorithmException {
        final byte[] message = new byte[length];
        new SplittableRandom(12_288).nextBytes(message);
        final byte[] digest = new byte[32];
        final MemorySegment nativeMessage = Arena.global().allocate(length, 64);
        nativeMessage.copyFrom(MemorySegment.ofArray(message));
        final MemorySegment nativeDigest = Arena.global().allocate(32);
        final String algorithm = peer.substring(0, peer.indexOf(':'));
        final String library = peer.substring(peer.indexOf(':') + 1);
        final Digest oracle = algorithm.equals("blake3") ? new Blake3Digest(32) : new SHA3Digest(256);
        final ForeignHash.Call foreign;
        switch (library) {
            case "bouncycastle" -> {
                foreign = null;
                call = () -> {
                    oracle.update(message, 0, message.length);
                    oracle.doFinal(digest, 0);
                };
            }
            case "commons-codec" -> {
                foreign = null;
                call = () -> Blake3.initHash().update(message).doFinalize(digest);
            }
            case "jdk" -> {
                foreign = null;
                final MessageDigest jdk = MessageDigest.getInstance("SHA3-256");
                call = () -> {
                    jdk.update(message);
                    try {
                        jdk.digest(digest, 0, digest.length);
                    } catch (final DigestException e) {
                        throw new IllegalStateException(e);
                    }
                };
            }
            default -> {
                foreign = library.equals("openssl") ? ForeignHash.opensslSha3() : ForeignHash.blake3(library);
                call = () -> foreign.hash(nativeMessage, nativeDigest);
            }
        }
        call.run();
        if (foreign != null) {
            MemorySegment.copy(nativeDigest, ValueLayout.JAVA_BYTE, 0, digest, 0, digest.length);
        }
        final byte[] expected = new byte[32];
        oracle.update(message, 0, message.length);
        oracle.doFinal(expected, 0);
        if (!Arrays.equals(digest, expected)) {
            throw new IllegalStateException(peer + " gives a wrong answer");
        }
    }

    /** One message. */
    @Benchmark
    public void message() {
        call.run();
    }
}
