package io.venation.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** Hash functions of shared libraries on this machine, called through the foreign-function API. */
final class ForeignHash {
    /** Messages that a call of {@link #xkcpSha3} takes. */
    static final int XKCP_MESSAGES = 8;

    private static final int HASHER_LENGTH = 8_192;
    private static final int KECCAK_LANES = 25;
    private static final int SHA3_LANES = 17;
    private static final int DIGEST_LANES = 4;

    /** Hashes messages of one length, contiguous, into 32 bytes each. */
    interface Call {
        void hash(MemorySegment messages, MemorySegment digests);
    }

    private ForeignHash() {}

    /**
     * The official BLAKE3 C library's interface.
     *
     * @param library path of a shared library.
     * @return one plain hash a call.
     * @throws IllegalArgumentException where it cannot be loaded or lacks a function.
     */
    static Call blake3(final String library) {
        final SymbolLookup symbols = SymbolLookup.libraryLookup(Path.of(library), Arena.global());
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
     * SHA3-256 on the interface of XKCP's {@code KeccakP-1600-times8-SnP.h}: absorb the whole blocks of eight messages
     * in one call, then the last bytes and the padding.
     *
     * @param library path of a shared library.
     * @return eight hashes a call, of messages whose length is a multiple of 8.
     * @throws IllegalArgumentException where it cannot be loaded or lacks a function.
     */
    static Call xkcpSha3(final String library) {
        final SymbolLookup symbols = SymbolLookup.libraryLookup(Path.of(library), Arena.global());
        final FunctionDescriptor ofStates = FunctionDescriptor.ofVoid(ValueLayout.ADDRESS);
        final FunctionDescriptor withLanes = FunctionDescriptor.ofVoid(
                ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT);
        final MethodHandle init = handle(symbols, "KeccakP1600times8_InitializeAll", ofStates);
        final MethodHandle absorb = handle(
                symbols,
                "KeccakF1600times8_FastLoop_Absorb",
                FunctionDescriptor.of(
                        ValueLayout.JAVA_LONG,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.JAVA_INT,
                        ValueLayout.ADDRESS,
                        ValueLayout.JAVA_LONG));
        final MethodHandle addLanes = handle(symbols, "KeccakP1600times8_AddLanesAll", withLanes);
        final MethodHandle permute = handle(symbols, "KeccakP1600times8_PermuteAll_24rounds", ofStates);
        final MethodHandle extract = handle(symbols, "KeccakP1600times8_ExtractLanesAll", withLanes);
        final MemorySegment states = Arena.global().allocate((long) XKCP_MESSAGES * KECCAK_LANES * Long.BYTES, 64);
        final MemorySegment padding = Arena.global().allocate((long) SHA3_LANES * Long.BYTES, 64);
        return (messages, digests) -> {
            final int lanes = (int) (messages.byteSize() / XKCP_MESSAGES / Long.BYTES);
            final int lastLanes = lanes % SHA3_LANES;
            padding.fill((byte) 0);
            padding.set(ValueLayout.JAVA_BYTE, (long) lastLanes * Long.BYTES, (byte) 0x06);
            final long lastByte = padding.byteSize() - 1;
            padding.set(ValueLayout.JAVA_BYTE, lastByte, (byte) (padding.get(ValueLayout.JAVA_BYTE, lastByte) | 0x80));
            try {
                init.invokeExact(states);
                final long absorbed =
                        (long) absorb.invokeExact(states, SHA3_LANES, lanes, SHA3_LANES, messages, messages.byteSize());
                addLanes.invokeExact(states, messages.asSlice(absorbed), lastLanes, lanes);
                addLanes.invokeExact(states, padding, SHA3_LANES, 0);
                permute.invokeExact(states);
                extract.invokeExact(states, digests, DIGEST_LANES, DIGEST_LANES);
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
                                .orElseThrow(() -> new IllegalArgumentException("the library has no function " + name)),
                        descriptor);
    }
}
