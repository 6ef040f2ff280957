package io.venation.bench;

import io.venation.flow.FrameSealer;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.hashing.R96Rule;
import io.venation.nativehash.NativeHash;
import io.venation.nativehash.NativeLibrary;
import io.venation.receipt.ReceiptLayout;
import io.venation.receipt.Suite;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * How long does a batch of frames take, per algorithm, mechanism and instruction set? Frames stand as in a term: 12,480
 * bytes apart, 64-byte aligned.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class KernelBenchmark {
    static final int STRIDE = 32 + SealedFrameLayout.LENGTH;
    private static final int BATCH_LIMIT = 16;

    /** What is computed. */
    @Param({"blake3", "sha3", "r96", "seal"})
    public String algorithm;

    /** How. */
    @Param({"native", "vector", "scalar"})
    public String mechanism;

    /** Instruction set of the native kernels; vector widths come by -XX:MaxVectorSize. */
    @Param("-")
    public String isa;

    /** Frames a call. */
    @Param("16")
    public int batch;

    private final MemorySegment frames = Arena.global().allocate((long) BATCH_LIMIT * STRIDE, 64);
    private final MemorySegment outputs =
            Arena.global().allocate((long) BATCH_LIMIT * FrameKernels.HISTOGRAM_LENGTH, 64);
    private final int[] payloadLengths = new int[BATCH_LIMIT];
    private FrameKernels kernels;
    private FrameSealer sealer;
    private Runnable call;

    /** Fills the frames, chooses the kernels and compares their answer with the scalar kernels'. */
    @Setup
    public void prepare() {
        final SplittableRandom random = new SplittableRandom(12_288);
        final byte[] bytes = new byte[FrameKernels.FRAME_LENGTH];
        for (int i = 0; i < BATCH_LIMIT; i++) {
            random.nextBytes(bytes);
            MemorySegment.copy(bytes, 0, frames, ValueLayout.JAVA_BYTE, frameOffset(i), bytes.length);
        }
        Arrays.fill(payloadLengths, FrameKernels.FRAME_LENGTH);
        final byte[] expected = answer("scalar");
        if (mechanism.equals("native")) {
            NativeLibrary.ensureAvailable();
            final int id = Isa.valueOf(isa.toUpperCase(Locale.ROOT)).id();
            if (NativeHash.selectIsa(id) != NativeHash.OK) {
                throw new IllegalStateException("isa=" + isa + ": not on this machine");
            }
        }
        if (!Arrays.equals(answer(mechanism), expected)) {
            throw new IllegalStateException(algorithm + " by " + mechanism + "/" + isa + " gives a wrong answer");
        }
    }

    private byte[] answer(final String by) {
        kernels = Kernels.select(by);
        sealer = new FrameSealer(kernels, Suite.DEFAULT, false);
        call = switch (algorithm) {
            case "blake3" -> this::blake3;
            case "sha3" -> this::sha3;
            case "r96" -> this::r96;
            case "seal" -> this::seal;
            default -> throw new IllegalArgumentException("algorithm=" + algorithm);
        };
        call.run();
        final MemorySegment answer = algorithm.equals("seal")
                ? frames.asSlice(SealedFrameLayout.RECEIPT_OFFSET, ReceiptLayout.LENGTH)
                : outputs;
        return answer.toArray(ValueLayout.JAVA_BYTE);
    }

    private static long frameOffset(final int index) {
        return (long) index * STRIDE + SealedFrameLayout.FRAME_OFFSET;
    }

    private long source() {
        return frames.address() + SealedFrameLayout.FRAME_OFFSET;
    }

    private void blake3() {
        kernels.blake3(source(), STRIDE, batch, outputs.address(), FrameKernels.DIGEST_LENGTH);
    }

    private void sha3() {
        kernels.sha3(source(), STRIDE, FrameKernels.FRAME_LENGTH, batch, outputs.address(), FrameKernels.DIGEST_LENGTH);
    }

    private void r96() {
        kernels.r96Histograms(R96Rule.MOD96, source(), STRIDE, batch, outputs.address());
    }

    private void seal() {
        sealer.seal(frames.address(), STRIDE, batch, 0, payloadLengths);
    }

    /** One call over the batch. */
    @Benchmark
    public void batch() {
        call.run();
    }
}
