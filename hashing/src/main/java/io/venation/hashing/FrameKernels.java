package io.venation.hashing;

/**
 * Hash kernels over whole frames of 12,288 bytes, in batches: one implementation per {@link Mechanism}.
 *
 * <p>Sources and outputs are absolute off-heap addresses, strides are bytes from one item's start to the next, counts
 * are ≥ 0 and of any size. No alignment is required, no batch size is special to the caller (16 frames fill every lane).
 * Arguments are trusted: a wrong address is a crash. Memory that no pointer stands behind belongs to
 * {@code FrameHasher}, which checks.
 *
 * <p>BLAKE3 and SHA3-256 are written without a branch or an address that depends on a byte of key or input, in every
 * mechanism: only counts, strides, lengths and flags decide. For keyed BLAKE3 in C a test shows it; what the JIT compiler
 * makes of the Java kernels is not tested. R96 is such only on vectors and in C for AVX-512: elsewhere it counts in
 * tables, where each byte of the frame is an address.
 *
 * <p>One thread at a time: an instance owns its scratch memory. Threads each take their own from {@code Kernels}.
 * Nothing is allocated after construction.
 */
public interface FrameKernels {
    /** Bytes of a lattice frame. */
    int FRAME_LENGTH = 12_288;
    /** Bytes of a digest or content address. */
    int DIGEST_LENGTH = 32;
    /** Bytes of a receipt (lattice model §6). */
    int RECEIPT_LENGTH = 128;
    /** R96 classes. */
    int CLASS_COUNT = 96;
    /** Bytes of one R96 histogram: 96 u32 little-endian. */
    int HISTOGRAM_LENGTH = 4 * CLASS_COUNT;

    /**
     * How these kernels are made.
     *
     * @return the mechanism.
     */
    Mechanism mechanism();

    /**
     * The instruction set or vector width behind them.
     *
     * @return {@code avx512}, {@code avx2}, {@code neon} or {@code portable} for native, {@code 512}, {@code 256} or
     *     {@code 128} (bits) for vector, {@code -} for scalar.
     */
    String isa();

    /**
     * BLAKE3-256 of frames.
     *
     * @param source       address of the first frame.
     * @param stride       bytes between frame starts.
     * @param count        frames.
     * @param digests      address of the first digest.
     * @param digestStride bytes between digest starts.
     */
    void blake3(long source, long stride, int count, long digests, long digestStride);

    /**
     * Keyed BLAKE3-256 of frames.
     *
     * @param key          address of the 32 key bytes.
     * @param source       address of the first frame.
     * @param stride       bytes between frame starts.
     * @param count        frames.
     * @param digests      address of the first digest.
     * @param digestStride bytes between digest starts.
     */
    void blake3Keyed(long key, long source, long stride, int count, long digests, long digestStride);

    /**
     * BLAKE3 chaining values of consecutive full 1,024-byte chunks of one message.
     *
     * @param source     address of the first chunk.
     * @param chunkCount chunks.
     * @param counter    index of the first chunk in its message.
     * @param keyWords   address of 8 key words (the IV for the plain hash).
     * @param flags      mode flags that every block carries.
     * @param values     address for {@code chunkCount} × 32 bytes.
     */
    void blake3Chunks(long source, long chunkCount, long counter, long keyWords, int flags, long values);

    /**
     * BLAKE3 parent nodes, in place allowed.
     *
     * @param children    address of {@code parentCount} × 64 bytes.
     * @param parentCount parents.
     * @param keyWords    address of 8 key words.
     * @param flags       mode flags; PARENT is added here.
     * @param values      address for {@code parentCount} × 32 bytes.
     */
    void blake3Parents(long children, long parentCount, long keyWords, int flags, long values);

    /**
     * SHA3-256 of messages of one length (FIPS 202): frames, histograms, receipts.
     *
     * @param source       address of the first message.
     * @param stride       bytes between message starts.
     * @param length       bytes of each message.
     * @param count        messages.
     * @param digests      address of the first digest.
     * @param digestStride bytes between digest starts.
     */
    void sha3(long source, long stride, long length, int count, long digests, long digestStride);

    /**
     * Content addresses of frames.
     *
     * @param addressHash   the hash of the content address.
     * @param source        address of the first frame.
     * @param stride        bytes between frame starts.
     * @param count         frames.
     * @param addresses     address of the first content address.
     * @param addressStride bytes between content addresses.
     */
    default void contentAddresses(
            final AddressHash addressHash,
            final long source,
            final long stride,
            final int count,
            final long addresses,
            final long addressStride) {
        switch (addressHash) {
            case BLAKE3 -> blake3(source, stride, count, addresses, addressStride);
            case SHA3_256 -> sha3(source, stride, FRAME_LENGTH, count, addresses, addressStride);
        }
    }

    /**
     * R96 class histograms of frames.
     *
     * @param rule       the class map.
     * @param source     address of the first frame.
     * @param stride     bytes between frame starts.
     * @param count      frames.
     * @param histograms address for {@code count} × 384 bytes.
     */
    void r96Histograms(R96Rule rule, long source, long stride, int count, long histograms);

    /**
     * Content address and R96 digest of frames, each frame visited once.
     *
     * @param rule          the class map.
     * @param addressHash   the hash of the content address.
     * @param source        address of the first frame.
     * @param stride        bytes between frame starts.
     * @param count         frames.
     * @param addresses     address of the first content address.
     * @param addressStride bytes between content addresses.
     * @param digests       address of the first R96 digest.
     * @param digestStride  bytes between R96 digests.
     */
    void identify(
            R96Rule rule,
            AddressHash addressHash,
            long source,
            long stride,
            int count,
            long addresses,
            long addressStride,
            long digests,
            long digestStride);

    /**
     * Ids of receipts: SHA3-256 of {@code "HOLO-RECEIPT-1"} and the 128 bytes (lattice model §6).
     *
     * @param receipts address of the first receipt.
     * @param stride   bytes between receipt starts.
     * @param count    receipts.
     * @param ids      address for {@code count} × 32 bytes.
     */
    void receiptIds(long receipts, long stride, int count, long ids);

    /**
     * Moves the head of a receipt chain over consecutive ids: {@code c_k = SHA3-256("HOLO-CHAIN-1" ‖ c_(k−1) ‖ k u64 ‖
     * id_k)} (lattice model §6). Serial.
     *
     * @param ids        address of {@code count} × 32 bytes.
     * @param count      ids.
     * @param firstIndex k of the first id: its sequence + 1.
     * @param head       address of 32 bytes, moved on in place; not among the ids.
     */
    void receiptChain(long ids, int count, long firstIndex, long head);
}
