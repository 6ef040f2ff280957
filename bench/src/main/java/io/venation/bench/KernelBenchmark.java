package io.venation.bench;

import io.venation.flow.FrameSealer;
import io.venation.hashing.FrameKernels;
import io.venation.hashing.Kernels;
import io.venation.hashing.R96Rule;
import io.venation.nativehash.NativeHash;
import io.venation.nativehash.NativeLibrary;
import io.venation.receipt.ReceiptChain;
import io.venation.receipt.Suite;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** How long does a batch of frames take, per algorithm, mechanism and instruction set? */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class KernelBenchmark {
    /** What is computed: labels of {@code Workload}. */
    @Param({"blake3", "blake3-keyed", "sha3", "r96", "seal", "seal-chain", "receipt-ids", "receipt-chain"})
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

    private final FrameBatch frames = new FrameBatch();
    private final MemorySegment outputs =
            Arena.global().allocate((long) FrameBatch.COUNT * FrameKernels.HISTOGRAM_LENGTH, 64);
    private final int[] payloadLengths = new int[FrameBatch.COUNT];
    private FrameKernels kernels;
    private FrameSealer sealer;
    private ReceiptChain chain;
    private Runnable call;

    /** Chooses the kernels and compares their answer with the scalar kernels'. */
    @Setup
    public void prepare() {
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

    /** Everything that one call writes. */
    private byte[] answer(final String by) {
        kernels = Kernels.select(by);
        sealer = new FrameSealer(kernels, Suite.DEFAULT, false);
        chain = new ReceiptChain(kernels);
        call = switch (Workload.of(algorithm)) {
            case BLAKE3 -> this::blake3;
            case BLAKE3_KEYED -> this::blake3Keyed;
            case SHA3 -> this::sha3;
            case R96 -> this::r96;
            case SEAL -> this::seal;
            case SEAL_CHAIN -> this::sealAndChain;
            case RECEIPT_IDS -> this::receiptIds;
            case RECEIPT_CHAIN -> this::receiptChain;
        };
        outputs.fill((byte) 0);
        for (int i = 0; i < FrameBatch.COUNT; i++) {
            frames.beforeFrame(i).fill((byte) 0);
        }
        call.run();
        final ByteArrayOutputStream answer = new ByteArrayOutputStream();
        answer.writeBytes(outputs.toArray(ValueLayout.JAVA_BYTE));
        answer.writeBytes(chain.head());
        for (int i = 0; i < FrameBatch.COUNT; i++) {
            answer.writeBytes(frames.beforeFrame(i).toArray(ValueLayout.JAVA_BYTE));
        }
        return answer.toByteArray();
    }

    private void blake3() {
        kernels.blake3(frames.frames(), FrameBatch.STRIDE, batch, outputs.address(), FrameKernels.DIGEST_LENGTH);
    }

    private void blake3Keyed() {
        final long key = frames.frames();
        kernels.blake3Keyed(
                key, frames.frames(), FrameBatch.STRIDE, batch, outputs.address(), FrameKernels.DIGEST_LENGTH);
    }

    private void sha3() {
        kernels.sha3(
                frames.frames(),
                FrameBatch.STRIDE,
                FrameKernels.FRAME_LENGTH,
                batch,
                outputs.address(),
                FrameKernels.DIGEST_LENGTH);
    }

    private void r96() {
        kernels.r96Histograms(R96Rule.MOD96, frames.frames(), FrameBatch.STRIDE, batch, outputs.address());
    }

    private void seal() {
        sealer.seal(frames.sealedFrames(), FrameBatch.STRIDE, batch, 0, payloadLengths);
    }

    private void sealAndChain() {
        seal();
        chain.append(frames.receipts(), FrameBatch.STRIDE, batch);
    }

    private void receiptIds() {
        kernels.receiptIds(frames.receipts(), FrameBatch.STRIDE, batch, outputs.address());
    }

    private void receiptChain() {
        final long ids = frames.frames();
        kernels.receiptChain(ids, batch, 1, outputs.address());
    }

    /** One call over the batch. */
    @Benchmark
    public void batch() {
        call.run();
    }
}
