/* BLAKE3 in C11: LANES states side by side in arrays, which compilers turn into whatever vectors the baseline has. */
#include "kernels.h"

#include <string.h>

const uint32_t BLAKE3_IV[8] = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                               0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};

#include "blake3_schedule.h"

#define LANES 4

static inline uint32_t load32(const uint8_t *source)
{
    uint32_t word;
    memcpy(&word, source, sizeof word);
    return word;
}

static inline uint32_t rotate_right(uint32_t word, int count)
{
    return word >> count | word << (32 - count);
}

#define EACH_LANE for (int lane = 0; lane < LANES; lane++)

static inline void quarter_round(uint32_t v[16][LANES], int a, int b, int c, int d, const uint32_t x[LANES],
                                 const uint32_t y[LANES])
{
    EACH_LANE v[a][lane] += v[b][lane] + x[lane];
    EACH_LANE v[d][lane] = rotate_right(v[d][lane] ^ v[a][lane], 16);
    EACH_LANE v[c][lane] += v[d][lane];
    EACH_LANE v[b][lane] = rotate_right(v[b][lane] ^ v[c][lane], 12);
    EACH_LANE v[a][lane] += v[b][lane] + y[lane];
    EACH_LANE v[d][lane] = rotate_right(v[d][lane] ^ v[a][lane], 8);
    EACH_LANE v[c][lane] += v[d][lane];
    EACH_LANE v[b][lane] = rotate_right(v[b][lane] ^ v[c][lane], 7);
}

static void hash_lanes(struct lanes *lanes, size_t lane_count, size_t block_count, const uint8_t *key,
                       uint32_t flags)
{
    uint32_t h[8][LANES];
    fill_idle_lanes(lanes, lane_count, LANES);
    for (int i = 0; i < 8; i++) {
        EACH_LANE h[i][lane] = load32(key + 4 * i);
    }
    for (size_t block = 0; block < block_count; block++) {
        uint32_t m[16][LANES];
        uint32_t v[16][LANES];
        EACH_LANE {
            for (int i = 0; i < 16; i++) {
                m[i][lane] = load32(lanes->source[lane] + BLAKE3_BLOCK_LENGTH * block + 4 * i);
            }
        }
        memcpy(v, h, sizeof h);
        const uint32_t block_flags = flags_of_block(flags, block, block_count);
        EACH_LANE {
            for (int i = 0; i < 4; i++) {
                v[8 + i][lane] = BLAKE3_IV[i];
            }
            v[12][lane] = (uint32_t)lanes->counter[lane];
            v[13][lane] = (uint32_t)(lanes->counter[lane] >> 32);
            v[14][lane] = BLAKE3_BLOCK_LENGTH;
            v[15][lane] = block_flags;
        }
        for (int round = 0; round < 7; round++) {
            const uint8_t *s = BLAKE3_SCHEDULE[round];
            quarter_round(v, 0, 4, 8, 12, m[s[0]], m[s[1]]);
            quarter_round(v, 1, 5, 9, 13, m[s[2]], m[s[3]]);
            quarter_round(v, 2, 6, 10, 14, m[s[4]], m[s[5]]);
            quarter_round(v, 3, 7, 11, 15, m[s[6]], m[s[7]]);
            quarter_round(v, 0, 5, 10, 15, m[s[8]], m[s[9]]);
            quarter_round(v, 1, 6, 11, 12, m[s[10]], m[s[11]]);
            quarter_round(v, 2, 7, 8, 13, m[s[12]], m[s[13]]);
            quarter_round(v, 3, 4, 9, 14, m[s[14]], m[s[15]]);
        }
        for (int i = 0; i < 8; i++) {
            EACH_LANE h[i][lane] = v[i][lane] ^ v[i + 8][lane];
        }
    }
    for (size_t lane = 0; lane < lane_count; lane++) {
        uint32_t value[8];
        for (int i = 0; i < 8; i++) {
            value[i] = h[i][lane];
        }
        memcpy(lanes->value[lane], value, sizeof value);
    }
}

#define ISA(name) name##_portable
#include "blake3_tree.h"

static inline void scalar_quarter_round(uint32_t *v, int a, int b, int c, int d, uint32_t x, uint32_t y)
{
    v[a] += v[b] + x;
    v[d] = rotate_right(v[d] ^ v[a], 16);
    v[c] += v[d];
    v[b] = rotate_right(v[b] ^ v[c], 12);
    v[a] += v[b] + y;
    v[d] = rotate_right(v[d] ^ v[a], 8);
    v[c] += v[d];
    v[b] = rotate_right(v[b] ^ v[c], 7);
}

void blake3_compress_portable(const uint8_t *chaining_value, const uint8_t *block, uint32_t block_length,
                              uint64_t counter, uint32_t flags, uint8_t *output)
{
    uint32_t h[8];
    uint32_t m[16];
    uint32_t v[16];
    memcpy(h, chaining_value, sizeof h);
    memcpy(m, block, sizeof m);
    memcpy(v, h, sizeof h);
    memcpy(v + 8, BLAKE3_IV, 16);
    v[12] = (uint32_t)counter;
    v[13] = (uint32_t)(counter >> 32);
    v[14] = block_length;
    v[15] = flags;
    for (int round = 0; round < 7; round++) {
        const uint8_t *s = BLAKE3_SCHEDULE[round];
        scalar_quarter_round(v, 0, 4, 8, 12, m[s[0]], m[s[1]]);
        scalar_quarter_round(v, 1, 5, 9, 13, m[s[2]], m[s[3]]);
        scalar_quarter_round(v, 2, 6, 10, 14, m[s[4]], m[s[5]]);
        scalar_quarter_round(v, 3, 7, 11, 15, m[s[6]], m[s[7]]);
        scalar_quarter_round(v, 0, 5, 10, 15, m[s[8]], m[s[9]]);
        scalar_quarter_round(v, 1, 6, 11, 12, m[s[10]], m[s[11]]);
        scalar_quarter_round(v, 2, 7, 8, 13, m[s[12]], m[s[13]]);
        scalar_quarter_round(v, 3, 4, 9, 14, m[s[14]], m[s[15]]);
    }
    for (int i = 0; i < 8; i++) {
        v[i] ^= v[i + 8];
        v[i + 8] ^= h[i];
    }
    memcpy(output, v, sizeof v);
}
