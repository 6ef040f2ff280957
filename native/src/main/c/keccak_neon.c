/* SHA3-256 in Advanced SIMD: 2 messages. */
#include <arm_neon.h>
#include <string.h>

#include "keccak_rounds.h"

#define LANES 2
#define STATE_LENGTH 25
#define LONE sha3_messages_portable
#define ISA(name) name##_neon

typedef uint64x2_t T;

static inline T n_xor(T a, T b)
{
    return veorq_u64(a, b);
}

static inline T n_xor5(T a, T b, T c, T d, T e)
{
    return n_xor(n_xor(n_xor(a, b), n_xor(c, d)), e);
}

#define n_rotate(x, left) vsriq_n_u64(vshlq_n_u64(x, left), x, 64 - (left))

static inline T n_theta(T x, T c, T d)
{
    return n_xor(x, n_xor(c, n_rotate(d, 1)));
}

static inline __attribute__((always_inline)) T n_turn(T x, T c, T d, int left)
{
    const T t = n_theta(x, c, d);
    return n_rotate(t, left);
}

static inline T n_chi(T a, T b, T c)
{
    return n_xor(a, vbicq_u64(c, b));
}

static inline T n_constant(uint64_t word)
{
    return vdupq_n_u64(word);
}

#include "keccak_lanes128.h"
