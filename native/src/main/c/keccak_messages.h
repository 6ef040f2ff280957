/*
 * SHA3-256 of many messages of one length, LANES at a time. The including file defines
 *   LANES           messages per pass
 *   T               STATE_LENGTH of them are the states of a pass
 *   absorb()        adds 136 bytes at an offset of each source to the states and permutes them
 *   squeeze()       puts the first 32 bytes of the states of lane_count lanes in their places
 *   LONE            where LANES > 1, the entry point for one message
 *   ISA(name)       the name of the entry point
 */
#include <string.h>

#include "kernels.h"

/* The last block: domain bits 01, then the padding 10*1. Copies by words, for which compilers do not take REP MOVS. */
static inline void pad(uint8_t tail[SHA3_256_RATE], const uint8_t *source, size_t length)
{
    size_t i = 0;
    memset(tail, 0, SHA3_256_RATE);
    for (; i + 8 <= length; i += 8) {
        memcpy(tail + i, source + i, 8);
    }
    for (; i < length; i++) {
        tail[i] = source[i];
    }
    tail[length] = 0x06;
    tail[SHA3_256_RATE - 1] |= 0x80;
}

void ISA(sha3_messages)(const uint8_t *source, ptrdiff_t stride, size_t length, size_t count, uint8_t *digests,
                        ptrdiff_t digest_stride)
{
    const size_t full_length = length / SHA3_256_RATE * SHA3_256_RATE;
    const size_t tail_length = length - full_length;
    size_t done = 0;
    while (done < count) {
        const size_t lane_count = count - done < LANES ? count - done : LANES;
#if LANES > 1
        if (lane_count == 1) {
            LONE(source + stride * (ptrdiff_t)done, 0, length, 1, digests + digest_stride * (ptrdiff_t)done, 0);
            return;
        }
#endif
        const uint8_t *message[LANES], *tail[LANES];
        uint8_t tails[LANES][SHA3_256_RATE];
        T state[STATE_LENGTH];
        for (size_t i = 0; i < LANES; i++) {
            message[i] = source + stride * (ptrdiff_t)(done + (i < lane_count ? i : 0));
            tail[i] = tails[i];
            pad(tails[i], message[i] + full_length, tail_length);
        }
        memset(state, 0, sizeof state);
        for (size_t offset = 0; offset < full_length; offset += SHA3_256_RATE) {
            absorb(state, message, offset);
        }
        absorb(state, tail, 0);
        squeeze(state, digests + digest_stride * (ptrdiff_t)done, digest_stride, lane_count);
        done += lane_count;
    }
}
