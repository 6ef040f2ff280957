package io.venation.nativehash;

/**
 * JNI entry points of the C kernels. The only class of the project that declares {@code native} methods.
 *
 * <p>Addresses are absolute, lengths, strides and counts in bytes, frames or messages; a frame has 12,288 bytes. Nothing
 * is retained after a call returns, nothing is allocated, any thread may call. Callers check their arguments: a wrong
 * address is a crash. Use {@link NativeLibrary#ensureAvailable()} before the first call.
 *
 * <p>Outputs never overlap inputs. Every method returns {@link #OK} or a negative code.
 */
public final class NativeHash {
    /** The call did its work. */
    public static final int OK = 0;
    /** An argument is outside its range (a rule or flag that does not exist, a negative count). */
    public static final int BAD_ARGUMENT = -1;

    /** Instruction set: portable C11. */
    public static final int ISA_PORTABLE = 0;
    /** Instruction set: AVX2 (x86-64). */
    public static final int ISA_AVX2 = 1;
    /** Instruction set: AVX-512 F, BW, DQ, VL (x86-64). */
    public static final int ISA_AVX512 = 2;
    /** Instruction set: Advanced SIMD (aarch64). */
    public static final int ISA_NEON = 3;

    /** Bytes that {@link #verifyFrames} writes at most. */
    public static final int OUTCOME_LENGTH = 8 + 64 * (1 + 128 + 32 + 32);

    private NativeHash() {}

    /**
     * The instruction set in use.
     *
     * @return one of the {@code ISA_*} constants.
     */
    public static native int isa();

    /**
     * Instruction sets this CPU and this library can run.
     *
     * @return bit mask, bit i for {@code ISA_*} constant i.
     */
    public static native int supportedIsas();

    /**
     * Narrows the instruction set for the whole process; for tests and for {@code VENATION_ISA}.
     *
     * @param isa one of the {@code ISA_*} constants.
     * @return {@link #OK}, or {@link #BAD_ARGUMENT} where the CPU or the library lacks it.
     */
    public static native int selectIsa(int isa);

    /**
     * BLAKE3-256 of {@code count} frames.
     *
     * @param source       address of the first frame, any alignment.
     * @param stride       bytes from one frame's start to the next.
     * @param count        frames, ≥ 0.
     * @param key          address of the 32 key bytes for the keyed mode, 0 for the plain hash.
     * @param digests      address of the first 32-byte digest.
     * @param digestStride bytes from one digest's start to the next.
     * @return {@link #OK} or {@link #BAD_ARGUMENT}.
     */
    public static native int blake3Frames(
            long source, long stride, int count, long key, long digests, long digestStride);

    /**
     * BLAKE3 chaining values of consecutive full 1,024-byte chunks of one message.
     *
     * @param source     address of the first chunk.
     * @param chunkCount chunks, ≥ 0.
     * @param counter    index of the first chunk in its message.
     * @param keyWords   address of the 8 little-endian key words (the IV for the plain hash).
     * @param flags      mode flags (KEYED_HASH, DERIVE_KEY_…) that every block carries.
     * @param values     address for {@code chunkCount} × 32 bytes.
     * @return {@link #OK} or {@link #BAD_ARGUMENT}.
     */
    public static native int blake3Chunks(
            long source, long chunkCount, long counter, long keyWords, int flags, long values);

    /**
     * BLAKE3 parent nodes: output i is the parent of the 64 bytes at {@code children + 64·i}. In place
     * ({@code values == children}) is allowed.
     *
     * @param children    address of {@code parentCount} × 64 bytes of chaining values.
     * @param parentCount parents, ≥ 0.
     * @param keyWords    address of the 8 key words.
     * @param flags       mode flags; PARENT is added here.
     * @param values      address for {@code parentCount} × 32 bytes.
     * @return {@link #OK} or {@link #BAD_ARGUMENT}.
     */
    public static native int blake3Parents(long children, long parentCount, long keyWords, int flags, long values);

    /**
     * One BLAKE3 compression with the full 64-byte output: roots, partial chunks, extended output.
     *
     * @param chainingValue address of 8 words in.
     * @param block         address of 64 bytes, zero padded.
     * @param blockLength   bytes that count, 0..64.
     * @param counter       chunk or output block counter.
     * @param flags         all flags.
     * @param output        address for 64 bytes.
     * @return {@link #OK} or {@link #BAD_ARGUMENT}.
     */
    public static native int blake3Compress(
            long chainingValue, long block, int blockLength, long counter, int flags, long output);

    /**
     * SHA3-256 of {@code count} messages of one length (FIPS 202).
     *
     * @param source       address of the first message.
     * @param stride       bytes from one message's start to the next.
     * @param length       bytes of each message, ≥ 0.
     * @param count        messages, ≥ 0.
     * @param digests      address of the first 32-byte digest.
     * @param digestStride bytes from one digest's start to the next.
     * @return {@link #OK} or {@link #BAD_ARGUMENT}.
     */
    public static native int sha3Messages(
            long source, long stride, long length, int count, long digests, long digestStride);

    /**
     * R96 class histograms of {@code count} frames.
     *
     * @param rule       rule id 0..2.
     * @param source     address of the first frame.
     * @param stride     bytes from one frame's start to the next.
     * @param count      frames, ≥ 0.
     * @param histograms address for {@code count} × 384 bytes: 96 u32 little-endian each.
     * @return {@link #OK} or {@link #BAD_ARGUMENT}.
     */
    public static native int r96Histograms(int rule, long source, long stride, int count, long histograms);

    /**
     * Address and R96 digest of {@code count} frames, each frame visited once while it is in cache.
     *
     * @param rule          R96 rule id 0..2.
     * @param addressHash   0 BLAKE3, 1 SHA3-256.
     * @param source        address of the first frame.
     * @param stride        bytes from one frame's start to the next.
     * @param count         frames, ≥ 0.
     * @param addresses     address of the first 32-byte content address.
     * @param addressStride bytes from one content address to the next.
     * @param digests       address of the first 32-byte R96 digest.
     * @param digestStride  bytes from one R96 digest to the next.
     * @return {@link #OK} or {@link #BAD_ARGUMENT}.
     */
    public static native int identify(
            int rule,
            int addressHash,
            long source,
            long stride,
            int count,
            long addresses,
            long addressStride,
            long digests,
            long digestStride);

    /**
     * Ids of {@code count} receipts: SHA3-256 of {@code "HOLO-RECEIPT-1"} and the 128 bytes, two permutations each with
     * lanes across receipts.
     *
     * @param receipts address of the first receipt, any alignment.
     * @param stride   bytes from one receipt's start to the next.
     * @param count    receipts, ≥ 0.
     * @param ids      address for {@code count} × 32 bytes.
     * @return {@link #OK} or {@link #BAD_ARGUMENT}.
     */
    public static native int receiptIds(long receipts, long stride, int count, long ids);

    /**
     * Moves a chain head over {@code count} consecutive receipt ids: c_k = SHA3-256 of {@code "HOLO-CHAIN-1"}, c_(k−1),
     * k as u64 and id_k. Serial, one permutation an id.
     *
     * @param ids        address of {@code count} × 32 bytes.
     * @param count      ids, ≥ 0.
     * @param firstIndex k of the first id: its sequence + 1.
     * @param head       address of 32 bytes: c_(firstIndex−1) in, c_(firstIndex+count−1) out. It does not overlap the ids.
     * @return {@link #OK} or {@link #BAD_ARGUMENT}.
     */
    public static native int receiptChain(long ids, int count, long firstIndex, long head);

    /**
     * Seals up to 64 frames whose payload is in place 160 bytes into each: zeroes what follows the payload, hashes, and
     * writes envelope and receipt.
     *
     * @param suite          suite byte of the receipts: R96 rule in the low four bits, address hash in the high ones.
     * @param onLink         whether envelopes carry the sequence as link sequence.
     * @param sealed         address of the first sealed frame, any alignment.
     * @param stride         bytes from one sealed frame's start to the next.
     * @param count          frames, 0..64.
     * @param firstSequence  sequence of the first frame, the others follow.
     * @param payloadLengths address of {@code count} u32, 4-byte aligned, each 0..12,288.
     * @return {@link #OK}, or {@link #BAD_ARGUMENT} and nothing was written.
     */
    public static native int sealFrames(
            int suite, boolean onLink, long sealed, long stride, int count, long firstSequence, long payloadLengths);

    /**
     * Verifies up to 64 sealed frames in place: both hashes, every field, zeroes after the payload. Fields are copied
     * before they are checked.
     *
     * @param suite            the agreed suite byte.
     * @param onLink           whether link sequences equal the sequences; otherwise they are 0.
     * @param sealed           address of the first sealed frame, any alignment.
     * @param stride           bytes from one sealed frame's start to the next.
     * @param count            frames, 0..64.
     * @param expectedSequence sequence that the first frame must bear, the others following; −1 where any will do.
     * @param outcome          address for {@link #OUTCOME_LENGTH} bytes, 8-byte aligned: u64 mask of good frames, 64
     *                         reasons of one byte, 64 receipts, 64 computed addresses, 64 computed R96 digests.
     * @return {@link #OK}, or {@link #BAD_ARGUMENT} and nothing was written.
     */
    public static native int verifyFrames(
            int suite, boolean onLink, long sealed, long stride, int count, long expectedSequence, long outcome);
}
