/*
 * R96 histograms in C11: bytes are counted in several tables, so that equal neighbours do not wait for one another, and
 * folded to classes once a frame.
 */
#include "kernels.h"

#include <string.h>

#define MOD96(b) ((b) % 96)
#define MIX17(b) (((b) % 96 + 17 * ((b) / 96)) % 96)
#define ALGEBRAIC(b) (24 * ((b) >> 6) + 8 * (((b) >> 4 & 3) % 3) + ((b) >> 1 & 7))

#define OF4(F, b) F(b), F((b) + 1), F((b) + 2), F((b) + 3)
#define OF16(F, b) OF4(F, b), OF4(F, (b) + 4), OF4(F, (b) + 8), OF4(F, (b) + 12)
#define OF64(F, b) OF16(F, b), OF16(F, (b) + 16), OF16(F, (b) + 32), OF16(F, (b) + 48)
#define OF256(F) OF64(F, 0), OF64(F, 64), OF64(F, 128), OF64(F, 192)

const uint8_t R96_CLASS[R96_RULES][256] = {{OF256(MOD96)}, {OF256(MIX17)}, {OF256(ALGEBRAIC)}};

enum { TABLES = 8 };

void r96_histograms_portable(int rule, const uint8_t *source, ptrdiff_t stride, size_t count, uint8_t *histograms,
                             ptrdiff_t ahead)
{
    (void)ahead;
    for (size_t frame = 0; frame < count; frame++) {
        const uint8_t *bytes = source + stride * (ptrdiff_t)frame;
        uint16_t tables[TABLES][256];
        uint32_t classes[R96_CLASSES];
        memset(tables, 0, sizeof tables);
        memset(classes, 0, sizeof classes);
        for (size_t i = 0; i < FRAME_LENGTH; i += 8) {
            uint64_t word;
            memcpy(&word, bytes + i, sizeof word);
            for (int t = 0; t < TABLES; t++) {
                tables[t][word >> 8 * t & 0xFF]++;
            }
        }
        for (int value = 0; value < 256; value++) {
            uint32_t sum = 0;
            for (int t = 0; t < TABLES; t++) {
                sum += tables[t][value];
            }
            classes[R96_CLASS[rule][value]] += sum;
        }
        memcpy(histograms + R96_HISTOGRAM_LENGTH * frame, classes, sizeof classes);
    }
}
