/* What every BLAKE3 kernel shares: the message schedule, the flags of a block, and the shape of a pass over lanes. */
#ifndef VENATION_BLAKE3_SCHEDULE_H
#define VENATION_BLAKE3_SCHEDULE_H

#include "kernels.h"

enum { BLAKE3_LANES_MAX = 32 };

/* One pass: lane i hashes source[i] and puts its chaining value at value[i]. */
struct lanes {
    const uint8_t *source[BLAKE3_LANES_MAX];
    uint64_t counter[BLAKE3_LANES_MAX];
    uint8_t *value[BLAKE3_LANES_MAX];
};

/* Lanes from lane_count to width, whose results nobody reads, read what lane 0 reads. */
static inline void fill_idle_lanes(struct lanes *lanes, size_t lane_count, size_t width)
{
    for (size_t i = lane_count; i < width; i++) {
        lanes->source[i] = lanes->source[0];
        lanes->counter[i] = 0;
    }
}

/* Word order of each round: the permutation of the BLAKE3 paper (table 2) applied 0..6 times. */
static const uint8_t BLAKE3_SCHEDULE[7][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8},
    {3, 4, 10, 12, 13, 2, 7, 14, 6, 5, 9, 0, 11, 15, 8, 1}, {10, 7, 12, 9, 14, 3, 13, 15, 4, 0, 11, 2, 5, 8, 1, 6},
    {12, 13, 9, 11, 15, 10, 14, 8, 7, 2, 5, 3, 0, 1, 6, 4}, {9, 14, 11, 5, 8, 12, 15, 1, 13, 3, 0, 10, 2, 6, 4, 7},
    {11, 15, 5, 0, 1, 9, 8, 6, 14, 10, 2, 12, 3, 4, 7, 13},
};

/* A pass of one block is a parent: its flags are complete. A pass of many blocks is a chunk. */
static inline uint32_t flags_of_block(uint32_t flags, size_t block, size_t block_count)
{
    if (block_count == 1) {
        return flags;
    }
    return flags | (block == 0 ? BLAKE3_CHUNK_START : 0) | (block == block_count - 1 ? BLAKE3_CHUNK_END : 0);
}

#endif
