package io.venation.bench;

import io.venation.nativehash.NativeHash;
import io.venation.nativehash.NativeLibrary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Instruction sets of the native kernels, best first. */
enum Isa {
    AVX512(NativeHash.ISA_AVX512),
    AVX2(NativeHash.ISA_AVX2),
    NEON(NativeHash.ISA_NEON),
    PORTABLE(NativeHash.ISA_PORTABLE);

    private final int id;

    Isa(final int id) {
        this.id = id;
    }

    int id() {
        return id;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Those that this machine runs; none where the native kernels are not available. */
    static List<Isa> supported() {
        final List<Isa> supported = new ArrayList<>();
        if (NativeLibrary.isAvailable()) {
            for (final Isa isa : values()) {
                if ((NativeHash.supportedIsas() & 1 << isa.id) != 0) {
                    supported.add(isa);
                }
            }
        }
        return supported;
    }
}
