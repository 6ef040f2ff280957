package io.venation.bench;

import io.venation.hashing.FrameKernels;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What {@link KernelBenchmark} measures. */
enum Workload {
    BLAKE3(true, true, FrameKernels.FRAME_LENGTH),
    BLAKE3_KEYED(false, false, FrameKernels.FRAME_LENGTH),
    SHA3(true, true, FrameKernels.FRAME_LENGTH),
    R96(true, false, FrameKernels.FRAME_LENGTH),
    SEAL(true, true, FrameKernels.FRAME_LENGTH),
    /** What a transfer or a link pays: each receipt is appended to the chain. */
    SEAL_CHAIN(false, false, FrameKernels.FRAME_LENGTH),
    RECEIPT_IDS(false, false, FrameKernels.RECEIPT_LENGTH),
    RECEIPT_CHAIN(false, false, FrameKernels.DIGEST_LENGTH);

    private final boolean everyWidth;
    private final boolean loneFrame;
    private final int length;

    Workload(final boolean everyWidth, final boolean loneFrame, final int length) {
        this.everyWidth = everyWidth;
        this.loneFrame = loneFrame;
        this.length = length;
    }

    /** By every instruction set and vector width and in plain Java, or only by the best of native and vector. */
    boolean everyWidth() {
        return everyWidth;
    }

    /** Also with one frame a call. */
    boolean loneFrame() {
        return loneFrame;
    }

    /** Bytes that it hashes of each frame or receipt. */
    int length() {
        return length;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Workload of(final String label) {
        return Workload.valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    static List<String> labels() {
        return Arrays.stream(values()).map(Workload::label).toList();
    }
}
