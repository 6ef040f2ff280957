/* SHA3-256 in AVX-512: 8 messages, one register per Keccak lane. */
#include <immintrin.h>
#include <string.h>

#include "keccak_rounds.h"
#include "transpose_avx512.h"

#define LANES 8
#define STATE_LENGTH 25
#define LONE sha3_messages_lone_avx512
#define ISA(name) name##_avx512

typedef __m512i T;

enum { XOR3 = 0x96, CHI = 0xD2 };

static inline T z_xor(T a, T b)
{
    return _mm512_xor_si512(a, b);
}

static inline T z_xor5(T a, T b, T c, T d, T e)
{
    return _mm512_ternarylogic_epi64(_mm512_ternarylogic_epi64(a, b, c, XOR3), d, e, XOR3);
}

static inline T z_theta(T x, T c, T d)
{
    return _mm512_ternarylogic_epi64(x, c, _mm512_rol_epi64(d, 1), XOR3);
}

#define z_turn(x, c, d, left) _mm512_rol_epi64(z_theta(x, c, d), left)

static inline T z_chi(T a, T b, T c)
{
    return _mm512_ternarylogic_epi64(a, b, c, CHI);
}

static inline T z_constant(uint64_t word)
{
    return _mm512_set1_epi64((long long)word);
}

static void absorb(T state[25], const uint8_t *const *source, size_t offset)
{
    T a[25];
    uint64_t last[8];
    for (int i = 0; i < 16; i += 8) {
        T x[8];
        for (int lane = 0; lane < 8; lane++) {
            x[lane] = _mm512_loadu_si512(source[lane] + offset + 8 * i);
        }
        transpose8(x);
        for (int j = 0; j < 8; j++) {
            a[i + j] = z_xor(state[i + j], x[j]);
        }
    }
    for (int lane = 0; lane < 8; lane++) {
        memcpy(&last[lane], source[lane] + offset + 128, 8);
    }
    a[16] = z_xor(state[16], _mm512_loadu_si512(last));
    memcpy(a + 17, state + 17, 8 * sizeof(T));
    KECCAK_PERMUTE(z, a)
    memcpy(state, a, sizeof a);
}

static void squeeze(const T state[25], uint8_t *digests, ptrdiff_t digest_stride, size_t lane_count)
{
    T x[8] = {state[0], state[1], state[2], state[3]};
    x[4] = x[5] = x[6] = x[7] = _mm512_setzero_si512();
    transpose8(x);
    for (size_t lane = 0; lane < lane_count; lane++) {
        _mm256_storeu_si256((__m256i *)(digests + digest_stride * (ptrdiff_t)lane), _mm512_castsi512_si256(x[lane]));
    }
}

#include "keccak_messages.h"
