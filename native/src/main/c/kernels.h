/*
 * The kernels behind NativeHash: one table of functions per instruction set, chosen once by dispatch.c.
 *
 * Addresses may have any alignment, strides any value; nothing outside the named bytes is read or written, nothing is
 * kept. Outputs never overlap inputs, except that parents may be written over their children.
 */
#ifndef VENATION_KERNELS_H
#define VENATION_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the kernels are written for little-endian machines"
#endif

enum {
    DIGEST_LENGTH = 32,
    FRAME_LENGTH = 12288,

    BLAKE3_BLOCK_LENGTH = 64,
    BLAKE3_CHUNK_LENGTH = 1024,
    BLAKE3_CHUNK_BLOCKS = BLAKE3_CHUNK_LENGTH / BLAKE3_BLOCK_LENGTH,
    BLAKE3_FRAME_CHUNKS = FRAME_LENGTH / BLAKE3_CHUNK_LENGTH,

    R96_RULES = 3,
    R96_CLASSES = 96,
    R96_HISTOGRAM_LENGTH = 4 * R96_CLASSES,

    SHA3_256_RATE = 136
};

/* Domain flags, BLAKE3 paper table 3. */
enum {
    BLAKE3_CHUNK_START = 1,
    BLAKE3_CHUNK_END = 2,
    BLAKE3_PARENT = 4,
    BLAKE3_ROOT = 8,
    BLAKE3_KEYED_HASH = 16,
    BLAKE3_DERIVE_KEY_CONTEXT = 32,
    BLAKE3_DERIVE_KEY_MATERIAL = 64
};

enum { R96_MOD96, R96_MIX17, R96_ALGEBRAIC };

/* NativeHash.ISA_*. */
enum { ISA_PORTABLE, ISA_AVX2, ISA_AVX512, ISA_NEON, ISA_COUNT };

/* NativeHash.OK, NativeHash.BAD_ARGUMENT. */
enum { OK = 0, BAD_ARGUMENT = -1 };

/* The initial chaining value of the plain hash, as 8 little-endian words. */
extern const uint32_t BLAKE3_IV[8];

/* Chaining values of consecutive full chunks of one message, the first with index counter. */
typedef void blake3_chunks_kernel(const uint8_t *source, size_t chunk_count, uint64_t counter, const uint8_t *key,
                                  uint32_t flags, uint8_t *values);

/* Parents of consecutive pairs of chaining values; flags carry PARENT. */
typedef void blake3_parents_kernel(const uint8_t *children, size_t parent_count, const uint8_t *key, uint32_t flags,
                                   uint8_t *values);

/* One compression with its full 64-byte output. */
typedef void blake3_compress_kernel(const uint8_t *chaining_value, const uint8_t *block, uint32_t block_length,
                                    uint64_t counter, uint32_t flags, uint8_t *output);

/* BLAKE3-256 of frames; flags are 0 or KEYED_HASH. */
typedef void blake3_frames_kernel(const uint8_t *source, ptrdiff_t stride, size_t count, const uint8_t *key,
                                  uint32_t flags, uint8_t *digests, ptrdiff_t digest_stride);

/* SHA3-256 of messages of one length. */
typedef void sha3_messages_kernel(const uint8_t *source, ptrdiff_t stride, size_t length, size_t count,
                                  uint8_t *digests, ptrdiff_t digest_stride);

/* Class histograms of frames: 96 u32 each. The bytes `ahead` of each frame, where not 0, are fetched for writing. */
typedef void r96_histograms_kernel(int rule, const uint8_t *source, ptrdiff_t stride, size_t count,
                                   uint8_t *histograms, ptrdiff_t ahead);

struct kernels {
    blake3_chunks_kernel *blake3_chunks;
    blake3_parents_kernel *blake3_parents;
    blake3_compress_kernel *blake3_compress;
    blake3_frames_kernel *blake3_frames;
    sha3_messages_kernel *sha3_messages;
    r96_histograms_kernel *r96_histograms;
};

blake3_chunks_kernel blake3_chunks_portable, blake3_chunks_avx2, blake3_chunks_avx512, blake3_chunks_neon;
blake3_parents_kernel blake3_parents_portable, blake3_parents_avx2, blake3_parents_avx512, blake3_parents_neon;
blake3_compress_kernel blake3_compress_portable, blake3_compress_avx2, blake3_compress_avx512;
blake3_frames_kernel blake3_frames_portable, blake3_frames_avx2, blake3_frames_avx512, blake3_frames_neon;
sha3_messages_kernel sha3_messages_portable, sha3_messages_bmi, sha3_messages_avx2, sha3_messages_avx512,
    sha3_messages_lone_avx512, sha3_messages_neon, sha3_messages_neon_sha3;
r96_histograms_kernel r96_histograms_portable, r96_histograms_avx2, r96_histograms_avx512,
    r96_histograms_avx512_gfni, r96_histograms_neon;

/* Class of each byte value under each rule. */
extern const uint8_t R96_CLASS[R96_RULES][256];

/* Bit i: this CPU, its operating system and this library can run instruction set i. */
unsigned supported_isas(void);

/* The kernels of a supported instruction set, NULL for any other. */
const struct kernels *kernels_of(int isa);

/* The instruction set in use; the best supported one until select_isa names another. */
int selected_isa(void);

/* OK, or BAD_ARGUMENT where the instruction set is not supported. */
int select_isa(int isa);

/* The kernels in use. */
const struct kernels *kernels(void);

#endif
