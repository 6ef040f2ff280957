/*
 * R96 histograms by pairs: one count per pair of neighbouring classes in a table of 96 × 96, whose rows and columns are
 * summed once a frame. The including file defines
 *   PAIRS           pairs of a step
 *   pair_indices()  for each pair of 2 × PAIRS bytes 96 times one class plus the other
 *   ISA(name)       the name of the entry point
 */
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

static inline void pair_indices(int rule, const uint8_t *source, uint16_t index[PAIRS]);

static void count_pairs(int rule, const uint8_t *source, ptrdiff_t ahead, uint16_t pairs[R96_CLASSES * R96_CLASSES])
{
    memset(pairs, 0, 2 * R96_CLASSES * R96_CLASSES);
    for (size_t i = 0; i < FRAME_LENGTH; i += 2 * PAIRS) {
        uint16_t index[PAIRS];
        if (ahead != 0 && i % 64 == 0) {
            __builtin_prefetch(source + ahead + i, 1);
        }
        pair_indices(rule, source + i, index);
        for (int j = 0; j < PAIRS; j++) {
            pairs[index[j]]++;
        }
    }
}

void ISA(r96_histograms)(int rule, const uint8_t *source, ptrdiff_t stride, size_t count, uint8_t *histograms,
                         ptrdiff_t ahead)
{
    _Alignas(32) uint16_t pairs[R96_CLASSES * R96_CLASSES];
    for (size_t frame = 0; frame < count; frame++) {
        uint32_t classes[R96_CLASSES];
        uint16_t columns[R96_CLASSES];
        count_pairs(rule, source + stride * (ptrdiff_t)frame, ahead, pairs);
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
