/* A pass of up to 8 lanes in 256-bit vectors. The including file defines y_rotate{16,12,8,7}. */
#include <immintrin.h>

#include "blake3_rounds.h"

static inline __m256i y_add(__m256i a, __m256i b)
{
    return _mm256_add_epi32(a, b);
}

static inline __m256i y_add_word(__m256i a, const __m256i *word)
{
#if defined(__clang__)
    return _mm256_add_epi32(a, *word);
#else
    /* GCC would put the sum into a register of its own and spill part of the state for it */
    __asm__("vpaddd %1, %0, %0" : "+x"(a) : "m"(*word));
    return a;
#endif
}

static inline __m256i y_xor(__m256i a, __m256i b)
{
    return _mm256_xor_si256(a, b);
}

/* Rows of 8 words to columns. */
static inline void transpose8(__m256i x[8])
{
    __m256i t[8], u[8];
    for (int i = 0; i < 4; i++) {
        t[2 * i] = _mm256_unpacklo_epi32(x[2 * i], x[2 * i + 1]);
        t[2 * i + 1] = _mm256_unpackhi_epi32(x[2 * i], x[2 * i + 1]);
    }
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 2; j++) {
            u[4 * i + 2 * j] = _mm256_unpacklo_epi64(t[4 * i + j], t[4 * i + 2 + j]);
            u[4 * i + 2 * j + 1] = _mm256_unpackhi_epi64(t[4 * i + j], t[4 * i + 2 + j]);
        }
    }
    for (int i = 0; i < 4; i++) {
        x[i] = _mm256_permute2x128_si256(u[i], u[4 + i], 0x20);
        x[4 + i] = _mm256_permute2x128_si256(u[i], u[4 + i], 0x31);
    }
}

static inline void load_block8(const struct lanes *lanes, size_t offset, __m256i m[16])
{
    for (int half = 0; half < 2; half++) {
        __m256i x[8];
        for (int lane = 0; lane < 8; lane++) {
            x[lane] = _mm256_loadu_si256((const __m256i *)(lanes->source[lane] + offset) + half);
        }
        transpose8(x);
        for (int i = 0; i < 8; i++) {
            m[8 * half + i] = x[i];
        }
    }
}

static void hash_lanes8(struct lanes *lanes, size_t lane_count, size_t block_count, const uint8_t *key,
                        uint32_t flags)
{
    uint32_t words[8], low[8], high[8];
    __m256i h[8], m[16];
    fill_idle_lanes(lanes, lane_count, 8);
    memcpy(words, key, sizeof words);
    for (int i = 0; i < 8; i++) {
        h[i] = _mm256_set1_epi32((int)words[i]);
        low[i] = (uint32_t)lanes->counter[i];
        high[i] = (uint32_t)(lanes->counter[i] >> 32);
    }
    for (size_t block = 0; block < block_count; block++) {
        __m256i v[16];
        load_block8(lanes, BLAKE3_BLOCK_LENGTH * block, m);
        for (int i = 0; i < 8; i++) {
            v[i] = h[i];
        }
        for (int i = 0; i < 4; i++) {
            v[8 + i] = _mm256_set1_epi32((int)BLAKE3_IV[i]);
        }
        v[12] = _mm256_loadu_si256((const __m256i *)low);
        v[13] = _mm256_loadu_si256((const __m256i *)high);
        v[14] = _mm256_set1_epi32(BLAKE3_BLOCK_LENGTH);
        v[15] = _mm256_set1_epi32((int)flags_of_block(flags, block, block_count));
#define ON(SHAPE, STEP, r) SHAPE(STEP, y, v, m, r)
        BLAKE3_ROUNDS(ON, m)
#undef ON
        for (int i = 0; i < 8; i++) {
            h[i] = _mm256_xor_si256(v[i], v[i + 8]);
        }
    }
    transpose8(h);
    for (size_t lane = 0; lane < lane_count; lane++) {
        _mm256_storeu_si256((__m256i *)lanes->value[lane], h[lane]);
    }
}
