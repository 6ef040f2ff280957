/* BLAKE3 in AVX2: 8 lanes. */
#include <immintrin.h>
#include <string.h>

#include "kernels.h"

#define LANES 8
#define ISA(name) name##_avx2

#define BYTES_ROTATED_16 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13
#define BYTES_ROTATED_8 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12

static inline __m256i y_rotate16(__m256i x)
{
    return _mm256_shuffle_epi8(x, _mm256_setr_epi8(BYTES_ROTATED_16, BYTES_ROTATED_16));
}

static inline __m256i y_rotate12(__m256i x)
{
    return _mm256_or_si256(_mm256_srli_epi32(x, 12), _mm256_slli_epi32(x, 20));
}

static inline __m256i y_rotate8(__m256i x)
{
    return _mm256_shuffle_epi8(x, _mm256_setr_epi8(BYTES_ROTATED_8, BYTES_ROTATED_8));
}

static inline __m256i y_rotate7(__m256i x)
{
    return _mm256_or_si256(_mm256_srli_epi32(x, 7), _mm256_slli_epi32(x, 25));
}

static inline __m128i row_rotate16(__m128i x)
{
    return _mm_shuffle_epi8(x, _mm_setr_epi8(BYTES_ROTATED_16));
}

static inline __m128i row_rotate12(__m128i x)
{
    return _mm_or_si128(_mm_srli_epi32(x, 12), _mm_slli_epi32(x, 20));
}

static inline __m128i row_rotate8(__m128i x)
{
    return _mm_shuffle_epi8(x, _mm_setr_epi8(BYTES_ROTATED_8));
}

static inline __m128i row_rotate7(__m128i x)
{
    return _mm_or_si128(_mm_srli_epi32(x, 7), _mm_slli_epi32(x, 25));
}

#include "blake3_lanes256.h"
#include "blake3_row.h"

static void hash_lanes(struct lanes *lanes, size_t lane_count, size_t block_count, const uint8_t *key,
                       uint32_t flags)
{
    if (lane_count == 1) {
        hash_lane(lanes, block_count, key, flags);
    } else {
        hash_lanes8(lanes, lane_count, block_count, key, flags);
    }
}

#include "blake3_tree.h"
