/* Keccak over general registers, one message at a time. The including file defines ISA(name). */
#ifndef VENATION_KECCAK_LANES64_H
#define VENATION_KECCAK_LANES64_H

#include <stdint.h>
#include <string.h>

#include "keccak_rounds.h"

#define LANES 1
#define STATE_LENGTH 25

typedef uint64_t T;

static inline T x_xor(T a, T b)
{
    return a ^ b;
}

static inline T x_xor5(T a, T b, T c, T d, T e)
{
    return a ^ b ^ c ^ d ^ e;
}

static inline T x_rotate(T x, int left)
{
    return x << left | x >> (64 - left);
}

static inline T x_theta(T x, T c, T d)
{
    return x ^ (c ^ x_rotate(d, 1));
}

#define x_turn(x, c, d, left) x_rotate(x_theta(x, c, d), left)

static inline T x_chi(T a, T b, T c)
{
    return a ^ (~b & c);
}

static inline T x_constant(uint64_t word)
{
    return word;
}

static void absorb(T state[25], const uint8_t *const *source, size_t offset)
{
    T a[25];
    memcpy(a, state, sizeof a);
    for (int i = 0; i < 17; i++) {
        uint64_t word;
        memcpy(&word, source[0] + offset + 8 * i, sizeof word);
        a[i] ^= word;
    }
    KECCAK_PERMUTE(x, a)
    memcpy(state, a, sizeof a);
}

static void squeeze(const T state[25], uint8_t *digests, ptrdiff_t digest_stride, size_t lane_count)
{
    (void)digest_stride;
    (void)lane_count;
    memcpy(digests, state, 32);
}

#include "keccak_messages.h"

#endif
