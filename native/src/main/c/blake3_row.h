/*
 * One BLAKE3 state in four 128-bit rows, for single nodes and chunks. The including file defines row_rotate{16,12,8,7}.
 */
#include <immintrin.h>

#include "blake3_schedule.h"

static inline __m128i row_words(const uint32_t *m, const uint8_t *s, int first)
{
    return _mm_setr_epi32((int)m[s[first]], (int)m[s[first + 2]], (int)m[s[first + 4]], (int)m[s[first + 6]]);
}

/* Rows of the state after seven rounds, before the feed-forward. */
static inline void compress_rows(__m128i row[4], const uint8_t *block)
{
    uint32_t m[16];
    __m128i a = row[0], b = row[1], c = row[2], d = row[3];
    for (int i = 0; i < 4; i++) {
        _mm_storeu_si128((__m128i *)m + i, _mm_loadu_si128((const __m128i *)block + i));
    }
    for (int round = 0; round < 7; round++) {
        const uint8_t *s = BLAKE3_SCHEDULE[round];
        for (int half = 0; half < 2; half++) {
            a = _mm_add_epi32(_mm_add_epi32(a, row_words(m, s, 8 * half)), b);
            d = row_rotate16(_mm_xor_si128(d, a));
            c = _mm_add_epi32(c, d);
            b = row_rotate12(_mm_xor_si128(b, c));
            a = _mm_add_epi32(_mm_add_epi32(a, row_words(m, s, 8 * half + 1)), b);
            d = row_rotate8(_mm_xor_si128(d, a));
            c = _mm_add_epi32(c, d);
            b = row_rotate7(_mm_xor_si128(b, c));
            /* columns to diagonals and back */
            b = half == 0 ? _mm_shuffle_epi32(b, 0x39) : _mm_shuffle_epi32(b, 0x93);
            c = _mm_shuffle_epi32(c, 0x4E);
            d = half == 0 ? _mm_shuffle_epi32(d, 0x93) : _mm_shuffle_epi32(d, 0x39);
        }
    }
    row[0] = a;
    row[1] = b;
    row[2] = c;
    row[3] = d;
}

void ISA(blake3_compress)(const uint8_t *chaining_value, const uint8_t *block, uint32_t block_length, uint64_t counter,
                          uint32_t flags, uint8_t *output)
{
    const __m128i low = _mm_loadu_si128((const __m128i *)chaining_value);
    const __m128i high = _mm_loadu_si128((const __m128i *)chaining_value + 1);
    __m128i row[4] = {low, high, _mm_loadu_si128((const __m128i *)BLAKE3_IV),
                      _mm_setr_epi32((int)counter, (int)(counter >> 32), (int)block_length, (int)flags)};
    compress_rows(row, block);
    _mm_storeu_si128((__m128i *)output, _mm_xor_si128(row[0], row[2]));
    _mm_storeu_si128((__m128i *)output + 1, _mm_xor_si128(row[1], row[3]));
    _mm_storeu_si128((__m128i *)output + 2, _mm_xor_si128(row[2], low));
    _mm_storeu_si128((__m128i *)output + 3, _mm_xor_si128(row[3], high));
}

/* A pass of one lane. */
static inline void hash_lane(const struct lanes *lanes, size_t block_count, const uint8_t *key, uint32_t flags)
{
    const __m128i iv = _mm_loadu_si128((const __m128i *)BLAKE3_IV);
    __m128i low = _mm_loadu_si128((const __m128i *)key), high = _mm_loadu_si128((const __m128i *)key + 1);
    for (size_t block = 0; block < block_count; block++) {
        __m128i row[4] = {low, high, iv,
                          _mm_setr_epi32((int)lanes->counter[0], (int)(lanes->counter[0] >> 32), BLAKE3_BLOCK_LENGTH,
                                         (int)flags_of_block(flags, block, block_count))};
        compress_rows(row, lanes->source[0] + BLAKE3_BLOCK_LENGTH * block);
        low = _mm_xor_si128(row[0], row[2]);
        high = _mm_xor_si128(row[1], row[3]);
    }
    _mm_storeu_si128((__m128i *)lanes->value[0], low);
    _mm_storeu_si128((__m128i *)lanes->value[0] + 1, high);
}
