package io.venation.bench;

import io.venation.hashing.FrameKernels;
import io.venation.hashing.R96Rule;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

/** What do others take for a message? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PeerBenchmark {
    /**
     * {@code ALGORITHM:LIBRARY}; for blake3 also the path of a shared library with the official C interface, for sha3
     * that of one with XKCP's times8 interface.
     */
    @Param({
        "blake3:bouncycastle",
        "blake3:commons-codec",
        "sha3:jdk",
        "sha3:bouncycastle",
        "sha3:openssl",
        "r96:table-256"
    })
    public String peer;

    /** Bytes of a message. */
    @Param("12288")
    public int length;

    /** Messages a call; XKCP takes eight, the others one. */
    @Param("1")
    public int batch;

    private Runnable call;

    /**
     * Makes the messages and compares the peer's answer with BouncyCastle's, or with the definition of R96.
     *
     * @throws NoSuchAlgorithmException never: every JDK has SHA3-256.
     */
    @Setup
    public void prepare() throws NoSuchAlgorithmException {
        final byte[] messages = new byte[batch * length];
        new SplittableRandom(12_288).nextBytes(messages);
        final String algorithm = peer.substring(0, peer.indexOf(':'));
        final String library = peer.substring(peer.indexOf(':') + 1);
        final byte[] expected = switch (algorithm) {
            case "blake3" -> hashes(new Blake3Digest(32), messages);
            case "sha3" -> hashes(new SHA3Digest(256), messages);
            case "r96" -> histogram(messages);
            default -> throw new IllegalArgumentException("peer=" + peer);
        };
        final byte[] digests = new byte[expected.length];
        switch (library) {
            case "bouncycastle" -> {
                final Digest digest = algorithm.equals("blake3") ? new Blake3Digest(32) : new SHA3Digest(256);
                call = () -> {
                    digest.update(messages, 0, messages.length);
                    digest.doFinal(digests, 0);
                };
            }
            case "commons-codec" ->
                call = () -> Blake3.initHash().update(messages).doFinalize(digests);
            case "jdk" -> {
                final MessageDigest jdk = MessageDigest.getInstance("SHA3-256");
                call = () -> {
                    jdk.update(messages);
                    try {
                        jdk.digest(digests, 0, digests.length);
                    } catch (final DigestException e) {
                        throw new IllegalStateException(e);
                    }
                };
            }
            case "table-256" -> {
                final TableHistogram table = new TableHistogram(R96Rule.MOD96);
                call = () -> table.histogram(messages, digests);
            }
            case "openssl" -> call = foreign(ForeignHash.opensslSha3(), messages, digests);
            default ->
                call = foreign(
                        algorithm.equals("blake3") ? ForeignHash.blake3(library) : ForeignHash.xkcpSha3(library),
                        messages,
                        digests);
        }
        call.run();
        if (!Arrays.equals(digests, expected)) {
            throw new IllegalStateException(peer + " gives a wrong answer");
        }
    }

    private Runnable foreign(final ForeignHash.Call hash, final byte[] messages, final byte[] digests) {
        final MemorySegment nativeMessages = Arena.global().allocate(messages.length, 64);
        nativeMessages.copyFrom(MemorySegment.ofArray(messages));
        final MemorySegment nativeDigests = Arena.global().allocate(digests.length, 64);
        hash.hash(nativeMessages, nativeDigests);
        MemorySegment.copy(nativeDigests, ValueLayout.JAVA_BYTE, 0, digests, 0, digests.length);
        return () -> hash.hash(nativeMessages, nativeDigests);
    }

    private byte[] hashes(final Digest oracle, final byte[] messages) {
        final byte[] expected = new byte[batch * oracle.getDigestSize()];
        for (int i = 0; i < batch; i++) {
            oracle.update(messages, i * length, length);
            oracle.doFinal(expected, i * oracle.getDigestSize());
        }
        return expected;
    }

    private static byte[] histogram(final byte[] frame) {
        final int[] counts = new int[FrameKernels.CLASS_COUNT];
        for (final byte value : frame) {
            counts[R96Rule.MOD96.classOf(value & 0xFF)]++;
        }
        final ByteBuffer histogram =
                ByteBuffer.allocate(FrameKernels.HISTOGRAM_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        histogram.asIntBuffer().put(counts);
        return histogram.array();
    }

    /** One call. */
    @Benchmark
    public void message() {
        call.run();
    }
}
