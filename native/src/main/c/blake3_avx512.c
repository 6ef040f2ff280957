/*
 * BLAKE3 in AVX-512: two interleaved states of 16 lanes fill the 32 registers, message words are memory operands.
 * Narrow passes run as one state of 16 or 8 lanes, a single one in rows.
 */
#include <immintrin.h>
#include <string.h>

#include "kernels.h"

#define LANES 32
#define ISA(name) name##_avx512

static inline __m256i y_rotate16(__m256i x)
{
    return _mm256_ror_epi32(x, 16);
}

static inline __m256i y_rotate12(__m256i x)
{
    return _mm256_ror_epi32(x, 12);
}

static inline __m256i y_rotate8(__m256i x)
{
    return _mm256_ror_epi32(x, 8);
}

static inline __m256i y_rotate7(__m256i x)
{
    return _mm256_ror_epi32(x, 7);
}

static inline __m128i row_rotate16(__m128i x)
{
    return _mm_ror_epi32(x, 16);
}

static inline __m128i row_rotate12(__m128i x)
{
    return _mm_ror_epi32(x, 12);
}

static inline __m128i row_rotate8(__m128i x)
{
    return _mm_ror_epi32(x, 8);
}

static inline __m128i row_rotate7(__m128i x)
{
    return _mm_ror_epi32(x, 7);
}

#include "blake3_lanes256.h"
#include "blake3_row.h"

static inline __m512i z_add(__m512i a, __m512i b)
{
    return _mm512_add_epi32(a, b);
}

static inline __m512i z_add_word(__m512i a, const __m512i *word)
{
#if defined(__clang__)
    return _mm512_add_epi32(a, *word);
#else
    /* GCC would put the sum into a register of its own and spill part of the state for it */
    __asm__("vpaddd %1, %0, %0" : "+v"(a) : "m"(*word));
    return a;
#endif
}

static inline __m512i z_xor(__m512i a, __m512i b)
{
    return _mm512_xor_si512(a, b);
}

static inline __m512i z_rotate16(__m512i x)
{
    return _mm512_ror_epi32(x, 16);
}

static inline __m512i z_rotate12(__m512i x)
{
    return _mm512_ror_epi32(x, 12);
}

static inline __m512i z_rotate8(__m512i x)
{
    return _mm512_ror_epi32(x, 8);
}

static inline __m512i z_rotate7(__m512i x)
{
    return _mm512_ror_epi32(x, 7);
}

/* In each 128-bit quarter, x[4i + j] becomes word j of rows 4i..4i+3. */
static inline void transpose_quarters(__m512i *x, int rows)
{
    for (int i = 0; i < rows; i += 4) {
        const __m512i a = _mm512_unpacklo_epi32(x[i], x[i + 1]);
        const __m512i b = _mm512_unpackhi_epi32(x[i], x[i + 1]);
        const __m512i c = _mm512_unpacklo_epi32(x[i + 2], x[i + 3]);
        const __m512i d = _mm512_unpackhi_epi32(x[i + 2], x[i + 3]);
        x[i] = _mm512_unpacklo_epi64(a, c);
        x[i + 1] = _mm512_unpackhi_epi64(a, c);
        x[i + 2] = _mm512_unpacklo_epi64(b, d);
        x[i + 3] = _mm512_unpackhi_epi64(b, d);
    }
}

/* m[i] = word i of the block at offset of each of 16 sources. */
static inline void load_block16(const uint8_t *const *source, size_t offset, __m512i m[16])
{
    __m512i x[16];
    for (int lane = 0; lane < 16; lane++) {
        x[lane] = _mm512_loadu_si512(source[lane] + offset);
    }
    transpose_quarters(x, 16);
    for (int j = 0; j < 4; j++) {
        const __m512i a = _mm512_shuffle_i32x4(x[j], x[4 + j], 0x88);
        const __m512i b = _mm512_shuffle_i32x4(x[j], x[4 + j], 0xDD);
        const __m512i c = _mm512_shuffle_i32x4(x[8 + j], x[12 + j], 0x88);
        const __m512i d = _mm512_shuffle_i32x4(x[8 + j], x[12 + j], 0xDD);
        m[j] = _mm512_shuffle_i32x4(a, c, 0x88);
        m[4 + j] = _mm512_shuffle_i32x4(b, d, 0x88);
        m[8 + j] = _mm512_shuffle_i32x4(a, c, 0xDD);
        m[12 + j] = _mm512_shuffle_i32x4(b, d, 0xDD);
    }
}

/* Chaining values of 16 lanes to where they belong. */
static inline void store_values16(__m512i h[8], uint8_t *const *value, size_t lane_count)
{
    _Alignas(64) uint8_t rows[16][DIGEST_LENGTH];
    transpose_quarters(h, 8);
    for (int j = 0; j < 4; j++) {
        /* quarter q of h[j] and h[4 + j] is the row of lane 4q + j */
        const __m512i low = _mm512_permutex2var_epi64(h[j], _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11), h[4 + j]);
        const __m512i high = _mm512_permutex2var_epi64(h[j], _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15), h[4 + j]);
        _mm256_store_si256((__m256i *)rows[j], _mm512_castsi512_si256(low));
        _mm256_store_si256((__m256i *)rows[4 + j], _mm512_extracti64x4_epi64(low, 1));
        _mm256_store_si256((__m256i *)rows[8 + j], _mm512_castsi512_si256(high));
        _mm256_store_si256((__m256i *)rows[12 + j], _mm512_extracti64x4_epi64(high, 1));
    }
    for (size_t lane = 0; lane < lane_count; lane++) {
        memcpy(value[lane], rows[lane], DIGEST_LENGTH);
    }
}

static inline void load_counters(const uint64_t *counter, __m512i *low, __m512i *high)
{
    const __m512i first = _mm512_loadu_si512(counter);
    const __m512i second = _mm512_loadu_si512(counter + 8);
    *low = _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi64_epi32(first)), _mm512_cvtepi64_epi32(second), 1);
    *high = _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi64_epi32(_mm512_srli_epi64(first, 32))),
                               _mm512_cvtepi64_epi32(_mm512_srli_epi64(second, 32)), 1);
}

static inline void load_key(const uint8_t *key, __m512i h[8])
{
    uint32_t words[8];
    memcpy(words, key, sizeof words);
    for (int i = 0; i < 8; i++) {
        h[i] = _mm512_set1_epi32((int)words[i]);
    }
}

static inline void start_block(__m512i v[16], const __m512i h[8], __m512i low, __m512i high, uint32_t flags)
{
    for (int i = 0; i < 8; i++) {
        v[i] = h[i];
    }
    for (int i = 0; i < 4; i++) {
        v[8 + i] = _mm512_set1_epi32((int)BLAKE3_IV[i]);
    }
    v[12] = low;
    v[13] = high;
    v[14] = _mm512_set1_epi32(BLAKE3_BLOCK_LENGTH);
    v[15] = _mm512_set1_epi32((int)flags);
}

static void hash_lanes16(struct lanes *lanes, size_t lane_count, size_t block_count, const uint8_t *key,
                         uint32_t flags)
{
    __m512i h[8], m[16], low, high;
    fill_idle_lanes(lanes, lane_count, 16);
    load_key(key, h);
    load_counters(lanes->counter, &low, &high);
    for (size_t block = 0; block < block_count; block++) {
        __m512i v[16];
        load_block16(lanes->source, BLAKE3_BLOCK_LENGTH * block, m);
        start_block(v, h, low, high, flags_of_block(flags, block, block_count));
#define ON(SHAPE, STEP, r) SHAPE(STEP, z, v, m, r)
        BLAKE3_ROUNDS(ON, m)
#undef ON
        for (int i = 0; i < 8; i++) {
            h[i] = _mm512_xor_si512(v[i], v[i + 8]);
        }
    }
    store_values16(h, lanes->value, lane_count);
}

static void hash_lanes32(struct lanes *lanes, size_t lane_count, size_t block_count, const uint8_t *key,
                         uint32_t flags)
{
    __m512i h[2][8], m[2][16], low[2], high[2];
    fill_idle_lanes(lanes, lane_count, 32);
    for (int i = 0; i < 2; i++) {
        load_key(key, h[i]);
        load_counters(lanes->counter + 16 * i, &low[i], &high[i]);
    }
    for (size_t block = 0; block < block_count; block++) {
        __m512i v[16], w[16];
        load_block16(lanes->source, BLAKE3_BLOCK_LENGTH * block, m[0]);
        load_block16(lanes->source + 16, BLAKE3_BLOCK_LENGTH * block, m[1]);
        const uint32_t block_flags = flags_of_block(flags, block, block_count);
        start_block(v, h[0], low[0], high[0], block_flags);
        start_block(w, h[1], low[1], high[1], block_flags);
#define ON(SHAPE, STEP, r) SHAPE(STEP, z, v, m[0], r) SHAPE(STEP, z, w, m[1], r)
        BLAKE3_ROUNDS(ON, m)
#undef ON
        for (int i = 0; i < 8; i++) {
            h[0][i] = _mm512_xor_si512(v[i], v[i + 8]);
            h[1][i] = _mm512_xor_si512(w[i], w[i + 8]);
        }
    }
    store_values16(h[0], lanes->value, 16);
    store_values16(h[1], lanes->value + 16, lane_count - 16);
}

static void hash_lanes(struct lanes *lanes, size_t lane_count, size_t block_count, const uint8_t *key,
                       uint32_t flags)
{
    if (lane_count > 16) {
        hash_lanes32(lanes, lane_count, block_count, key, flags);
    } else if (lane_count > 8) {
        hash_lanes16(lanes, lane_count, block_count, key, flags);
    } else if (lane_count > 1) {
        hash_lanes8(lanes, lane_count, block_count, key, flags);
    } else {
        hash_lane(lanes, block_count, key, flags);
    }
}

#include "blake3_tree.h"
