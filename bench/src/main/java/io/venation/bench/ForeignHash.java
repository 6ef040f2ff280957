package io.venation.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Hash functions of shared libraries on this machine, called through the foreign-function API. */
final class ForeignHash {
    private static final int HASHER_LENGTH = 8_192;

    /** Hashes a message into 32 bytes. */
    interface Call {
        void hash(MemorySegment message, MemorySegment digest);
    }

    private ForeignHash() {}

    /**
     * The official BLAKE3 C library's interface.
     *
     * @param library path of a shared library.
     * @return one plain hash a call.
     */
    static Call blake3(final String library) {
        final SymbolLookup symbols = SymbolLookup.libraryLookup(java.nio.file.Path.of(library), Arena.global());
        final MethodHandle init = handle(symbols, "blake3_hasher_init", FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
        final FunctionDescriptor withBytes =
                FunctionDescriptor.ofVoid(ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG);
        final MethodHandle update = handle(symbols, "blake3_hasher_update", withBytes);
        final MethodHandle finish = handle(symbols, "blake3_hasher_finalize", withBytes);
        final MemorySegment hasher = Arena.global().allocate(HASHER_LENGTH, 64);
        return (message, digest) -> {
            try {
                init.invokeExact(hasher);
                update.invokeExact(hasher, message, message.byteSize());
                finish.invokeExact(hasher, digest, 32L);
            } catch (final Throwable e) {
                throw new IllegalStateException(library, e);
            }
        };
    }

    /**
     * SHA3-256 of the system's OpenSSL.
     *
     * @return one hash a call.
     * @throws IllegalArgumentException where the library is not there.
     */
    static Call opensslSha3() {
        final SymbolLookup symbols = SymbolLookup.libraryLookup("libcrypto.so.3", Arena.global());
        final MethodHandle type = handle(symbols, "EVP_sha3_256", FunctionDescriptor.of(ValueLayout.ADDRESS));
        final MethodHandle digestCall = handle(
                symbols,
                "EVP_Digest",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS,
                        ValueLayout.ADDRESS));
        try {
            final MemorySegment sha3 = (MemorySegment) type.invokeExact();
            return (message, digest) -> {
                try {
                    final int ok = (int) digestCall.invokeExact(
                            message, message.byteSize(), digest, MemorySegment.NULL, sha3, MemorySegment.NULL);
                    if (ok != 1) {
                        throw new IllegalStateException("EVP_Digest=" + ok);
                    }
                } catch (final Throwable e) {
                    throw new IllegalStateException("libcrypto", e);
                }
            };
        } catch (final Throwable e) {
            throw new IllegalStateException("libcrypto", e);
        }
    }

    private static MethodHandle handle(
            final SymbolLookup symbols, final String name, final FunctionDescriptor descriptor) {
        return Linker.nativeLinker()
                .downcallHandle(
                        symbols.find(name)
                                .orElseThrow(
                                        () -> new IllegalArgumentException("no function " + name + " in the library")),
                        descriptor);
    }
}
