/*
 * R96 histograms in AVX2: the classes of 32 bytes at a time, then one count per pair of neighbours in a table of
 * 96 × 96, whose rows and columns are summed once a frame.
 */
#include <immintrin.h>
#include <string.h>

#include "kernels.h"

/* Under each rule the class is the sum of a value of the high nibble and one of the low nibble, folded at 96. */
static const uint8_t HIGH_NIBBLE[R96_RULES][16] = {
    {0, 16, 32, 48, 64, 80, 0, 16, 32, 48, 64, 80, 0, 16, 32, 48},
    {0, 16, 32, 48, 64, 80, 17, 33, 49, 65, 81, 97, 34, 50, 66, 82},
    {0, 8, 16, 0, 24, 32, 40, 24, 48, 56, 64, 48, 72, 80, 88, 72},
};
static const uint8_t LOW_NIBBLE[R96_RULES][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7},
};

static inline __m256i nibble_table(const uint8_t table[16])
{
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)table));
}

static void count_pairs(int rule, const uint8_t *source, uint16_t pairs[R96_CLASSES * R96_CLASSES])
{
    const __m256i high = nibble_table(HIGH_NIBBLE[rule]);
    const __m256i low = nibble_table(LOW_NIBBLE[rule]);
    const __m256i nibble = _mm256_set1_epi8(15);
    const __m256i weights = _mm256_set1_epi16(96 << 8 | 1);
    memset(pairs, 0, 2 * R96_CLASSES * R96_CLASSES);
    for (size_t i = 0; i < FRAME_LENGTH; i += 32) {
        const __m256i bytes = _mm256_loadu_si256((const __m256i *)(source + i));
        const __m256i sum =
            _mm256_add_epi8(_mm256_shuffle_epi8(high, _mm256_and_si256(_mm256_srli_epi16(bytes, 4), nibble)),
                            _mm256_shuffle_epi8(low, _mm256_and_si256(bytes, nibble)));
        const __m256i classes = _mm256_min_epu8(sum, _mm256_sub_epi8(sum, _mm256_set1_epi8(96)));
        uint16_t index[16];
        _mm256_storeu_si256((__m256i *)index, _mm256_maddubs_epi16(classes, weights));
        for (int j = 0; j < 16; j++) {
            pairs[index[j]]++;
        }
    }
}

void r96_histograms_avx2(int rule, const uint8_t *source, ptrdiff_t stride, size_t count, uint8_t *histograms)
{
    _Alignas(32) uint16_t pairs[R96_CLASSES * R96_CLASSES];
    for (size_t frame = 0; frame < count; frame++) {
        uint32_t classes[R96_CLASSES];
        uint16_t columns[R96_CLASSES];
        count_pairs(rule, source + stride * (ptrdiff_t)frame, pairs);
        /* a column holds at most the 6,144 pairs of a frame, row and column together its 12,288 bytes */
        memset(columns, 0, sizeof columns);
        for (int row = 0; row < R96_CLASSES; row++) {
            uint16_t sum = 0;
            for (int column = 0; column < R96_CLASSES; column++) {
                const uint16_t pair_count = pairs[R96_CLASSES * row + column];
                sum = (uint16_t)(sum + pair_count);
                columns[column] = (uint16_t)(columns[column] + pair_count);
            }
            classes[row] = sum;
        }
        for (int i = 0; i < R96_CLASSES; i++) {
            classes[i] += columns[i];
        }
        memcpy(histograms + R96_HISTOGRAM_LENGTH * frame, classes, sizeof classes);
    }
}
