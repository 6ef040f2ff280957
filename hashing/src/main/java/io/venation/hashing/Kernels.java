package io.venation.hashing;

import io.venation.nativehash.NativeLibrary;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one chooser of {@link FrameKernels}: native where its library loads, else the Vector API where its module is
 * there, else plain Java. It goes by CPU features and availability, measures nothing, and uses a mechanism only after
 * its known answers have come out right, once per process. Any thread.
 */
public final class Kernels {
    /** System property that {@link #select()} reads: {@code auto}, {@code native}, {@code vector} or {@code scalar}. */
    public static final String KERNEL_PROPERTY = "venation.kernel";

    private static final String AUTO = "auto";
    private static final String VECTOR_MODULE = "jdk.incubator.vector";
    private static final Logger LOGGER = LoggerFactory.getLogger(Kernels.class);

    private Kernels() {}

    /** Mechanism → why it cannot be used, empty where it can; filled as mechanisms are asked for. */
    private static final Map<Mechanism, Optional<String>> CAUSES = new EnumMap<>(Mechanism.class);

    /**
     * Kernels as the system property {@value #KERNEL_PROPERTY} asks, {@code auto} where it is not set.
     *
     * @return kernels that the caller alone uses.
     * @throws IllegalArgumentException where the property has no such word.
     * @throws IllegalStateException    where the mechanism asked for is not available.
     */
    public static FrameKernels select() {
        return select(System.getProperty(KERNEL_PROPERTY, AUTO));
    }

    /**
     * Kernels by word.
     *
     * @param kernel {@code auto}, {@code native}, {@code vector} or {@code scalar}.
     * @return kernels that the caller alone uses.
     * @throws IllegalArgumentException where there is no such word.
     * @throws IllegalStateException    where the mechanism asked for is not available.
     */
    public static FrameKernels select(final String kernel) {
        final Mechanism mechanism = mechanism(kernel);
        final Optional<String> cause = cause(mechanism);
        if (cause.isPresent()) {
            throw new IllegalStateException("kernel=" + kernel + ": not available: " + cause.get());
        }
        return create(mechanism);
    }

    /**
     * What is used and why, what is not and why not: a line per mechanism, the chosen one first.
     *
     * @return lines for people.
     */
    public static List<String> report() {
        final String kernel = System.getProperty(KERNEL_PROPERTY, AUTO);
        final Mechanism chosen = mechanism(kernel);
        final List<String> lines = new ArrayList<>();
        for (final Mechanism mechanism : Mechanism.values()) {
            final String line = "kernel " + mechanism.label() + ": "
                    + cause(mechanism)
                            .map(cause -> "not available: " + cause)
                            .orElseGet(() -> create(mechanism).isa()
                                    + (mechanism == chosen ? ", in use (" + kernel + ")" : ", available"));
            lines.add(mechanism == chosen ? 0 : lines.size(), line);
        }
        return lines;
    }

    private static Mechanism mechanism(final String kernel) {
        return switch (kernel) {
            case AUTO -> firstAvailable();
            case "native" -> Mechanism.NATIVE;
            case "vector" -> Mechanism.VECTOR;
            case "scalar" -> Mechanism.SCALAR;
            default ->
                throw new IllegalArgumentException("kernel=" + kernel + ": must be auto, native, vector or scalar");
        };
    }

    private static Mechanism firstAvailable() {
        for (final Mechanism mechanism : Mechanism.values()) {
            if (cause(mechanism).isEmpty()) {
                return mechanism;
            }
        }
        throw new IllegalStateException("no kernel gives the known answers");
    }

    private static Optional<String> cause(final Mechanism mechanism) {
        synchronized (CAUSES) {
            return CAUSES.computeIfAbsent(mechanism, Kernels::tryOut);
        }
    }

    private static Optional<String> tryOut(final Mechanism mechanism) {
        final String missing = missing(mechanism);
        if (missing != null) {
            LOGGER.debug("kernel {} is not available: {}", mechanism.label(), missing);
            return Optional.of(missing);
        }
        final FrameKernels kernels = create(mechanism);
        final String wrong = wrongAnswer(kernels);
        if (wrong != null) {
            LOGGER.warn("kernel {} {} is not used: {}", mechanism.label(), kernels.isa(), wrong);
        } else {
            LOGGER.debug("kernel {} {} gives the known answers", mechanism.label(), kernels.isa());
        }
        return Optional.ofNullable(wrong);
    }

    private static String missing(final Mechanism mechanism) {
        return switch (mechanism) {
            case NATIVE -> NativeLibrary.isAvailable() ? null : message(NativeLibrary.unavailabilityCause());
            case VECTOR ->
                ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent()
                        ? VectorFrameKernels.missing()
                        : "module " + VECTOR_MODULE + " is not resolved: start java with --add-modules="
                                + VECTOR_MODULE;
            case SCALAR -> null;
        };
    }

    private static String message(final Throwable cause) {
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    private static FrameKernels create(final Mechanism mechanism) {
        return switch (mechanism) {
            case NATIVE -> new NativeFrameKernels();
            case VECTOR -> new VectorFrameKernels();
            case SCALAR -> new ScalarFrameKernels();
        };
    }

    /**
     * Runs the kernels over frame P of the lattice model, byte i = i mod 256, sixteen times at once so that every lane
     * works.
     *
     * @param kernels kernels to try.
     * @return what came out wrong, or null.
     */
    static String wrongAnswer(final FrameKernels kernels) {
        final int count = 16;
        final String blake3 = "18d1e6b4ad5377aa9a0f81936390071692421a4c38db5d4430b69fba8ca2f007";
        final String r96 = "ee82a2c662b6f5a3a69ccbd644a85e5ad4193f941965b664a7c2418f5822e6bc";
        final MemorySegment frame = Memory.allocate(FrameKernels.FRAME_LENGTH);
        for (int i = 0; i < FrameKernels.FRAME_LENGTH; i++) {
            Memory.putByte(frame.address() + i, (byte) i);
        }
        final MemorySegment histograms = Memory.allocate((long) count * FrameKernels.HISTOGRAM_LENGTH);
        final MemorySegment digests = Memory.allocate((long) count * FrameKernels.DIGEST_LENGTH);
        try {
            kernels.blake3(frame.address(), 0, count, digests.address(), FrameKernels.DIGEST_LENGTH);
            if (!isEvery(digests, blake3)) {
                return "wrong known answer of BLAKE3";
            }
            kernels.r96Histograms(R96Rule.MOD96, frame.address(), 0, count, histograms.address());
            if (!isPattern(histograms)) {
                return "wrong known answer of R96";
            }
            kernels.sha3(
                    histograms.address(),
                    FrameKernels.HISTOGRAM_LENGTH,
                    FrameKernels.HISTOGRAM_LENGTH,
                    count,
                    digests.address(),
                    FrameKernels.DIGEST_LENGTH);
            return isEvery(digests, r96) ? null : "wrong known answer of SHA3-256";
        } finally {
            Reference.reachabilityFence(frame);
            Reference.reachabilityFence(histograms);
            Reference.reachabilityFence(digests);
        }
    }

    private static boolean isEvery(final MemorySegment digests, final String digest) {
        final MemorySegment expected = MemorySegment.ofArray(HexFormat.of().parseHex(digest));
        for (long i = 0; i < digests.byteSize(); i += FrameKernels.DIGEST_LENGTH) {
            if (digests.asSlice(i, FrameKernels.DIGEST_LENGTH).mismatch(expected) >= 0) {
                return false;
            }
        }
        return true;
    }

    /** Frame P has every byte value 48 times: 144 bytes in each of the classes 0..63, 96 in 64..95. */
    private static boolean isPattern(final MemorySegment histograms) {
        for (long i = 0; i < histograms.byteSize() / Integer.BYTES; i++) {
            if (Memory.getInt(histograms.address() + i * Integer.BYTES)
                    != (i % FrameKernels.CLASS_COUNT < 64 ? 144 : 96)) {
                return false;
            }
        }
        return true;
    }
}
