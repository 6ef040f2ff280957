/* SHA3-256 in Advanced SIMD with the SHA3 extension: 2 messages. */
#include <arm_neon.h>
#include <string.h>

#include "keccak_rounds.h"

#define LANES 2
#define STATE_LENGTH 25
#define LONE sha3_messages_portable
#define ISA(name) name##_neon_sha3

typedef uint64x2_t T;

static inline T n_xor(T a, T b)
{
    return veorq_u64(a, b);
}

static inline T n_xor5(T a, T b, T c, T d, T e)
{
    return veor3q_u64(veor3q_u64(a, b, c), d, e);
}

static inline T n_theta(T x, T c, T d)
{
    return veorq_u64(x, vrax1q_u64(c, d));
}

#define n_turn(x, c, d, left) vxarq_u64(x, vrax1q_u64(c, d), 64 - (left))

static inline T n_chi(T a, T b, T c)
{
    return vbcaxq_u64(a, c, b);
}

static inline T n_constant(uint64_t word)
{
    return vdupq_n_u64(word);
}

#include "keccak_lanes128.h"
