/* R96 histograms in AVX2: the classes of 32 bytes at a time, counted in pairs. */
#include <immintrin.h>

#define PAIRS 16
#define ISA(name) name##_avx2

#include "r96_pairs.h"

static inline __m256i nibble_table(const uint8_t table[16])
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)table));
}

static inline void pair_indices(int rule, const uint8_t *source, uint16_t index[PAIRS])
{
    const __m256i high = nibble_table(HIGH_NIBBLE[rule]);
    const __m256i low = nibble_table(LOW_NIBBLE[rule]);
    const __m256i nibble = _mm256_set1_epi8(15);
    const __m256i bytes = _mm256_loadu_si256((const __m256i *)source);
    const __m256i sum = _mm256_add_epi8(_mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble)),
                                        _mm256_shuffle_epi8(low, _mm256_and_si256(bytes, nibble)));
    const __m256i classes = _mm256_min_epu8(sum, _mm256_sub_epi8(sum, _mm256_set1_epi8(96)));
    _mm256_storeu_si256((__m256i *)index, _mm256_maddubs_epi16(classes, _mm256_set1_epi16(96 << 8 | 1)));
}
