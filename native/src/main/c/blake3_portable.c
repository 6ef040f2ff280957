/* BLAKE3 in C11: one state. Four side by side in 128-bit vectors, all the baseline of x86-64 has, are no faster. */
#include "kernels.h"

#include <string.h>

const uint32_t BLAKE3_IV[8] = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                               0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};

#include "blake3_schedule.h"

#define LANES 1
#define ISA(name) name##_portable

static inline uint32_t rotate_right(uint32_t word, int count)
{
    return word >> count | word << (32 - count);
}

static inline void quarter_round(uint32_t v[16], int a, int b, int c, int d, uint32_t x, uint32_t y)
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

/* The state after seven rounds, before the feed-forward. */
static inline void permute(uint32_t v[16], const uint32_t h[8], const uint8_t *block, uint32_t block_length,
                           uint64_t counter, uint32_t flags)
{
    uint32_t m[16];
    memcpy(m, block, sizeof m);
    memcpy(v, h, 8 * sizeof *h);
    memcpy(v + 8, BLAKE3_IV, 4 * sizeof *BLAKE3_IV);
    v[12] = (uint32_t)counter;
    v[13] = (uint32_t)(counter >> 32);
    v[14] = block_length;
    v[15] = flags;
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
}

static void hash_lanes(struct lanes *lanes, size_t lane_count, size_t block_count, const uint8_t *key,
                       uint32_t flags)
{
    uint32_t h[8], v[16];
    (void)lane_count;
    memcpy(h, key, sizeof h);
    for (size_t block = 0; block < block_count; block++) {
        permute(v, h, lanes->source[0] + BLAKE3_BLOCK_LENGTH * block, BLAKE3_BLOCK_LENGTH, lanes->counter[0],
                flags_of_block(flags, block, block_count));
        for (int i = 0; i < 8; i++) {
            h[i] = v[i] ^ v[i + 8];
        }
    }
    memcpy(lanes->value[0], h, sizeof h);
}

#include "blake3_tree.h"

void blake3_compress_portable(const uint8_t *chaining_value, const uint8_t *block, uint32_t block_length,
                              uint64_t counter, uint32_t flags, uint8_t *output)
{
    uint32_t h[8], v[16];
    memcpy(h, chaining_value, sizeof h);
    permute(v, h, block, block_length, counter, flags);
    for (int i = 0; i < 8; i++) {
        v[i] ^= v[i + 8];
        v[i + 8] ^= h[i];
    }
    memcpy(output, v, sizeof v);
}
