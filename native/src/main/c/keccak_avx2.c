/* SHA3-256 in AVX2: 4 messages, one register per Keccak lane. */
#include <immintrin.h>
#include <string.h>

#include "keccak_rounds.h"

#define LANES 4
#define STATE_LENGTH 25
#define LONE sha3_messages_bmi
#define ISA(name) name##_avx2

typedef __m256i T;

static inline T y_xor(T a, T b)
{
    return _mm256_xor_si256(a, b);
}

static inline T y_xor5(T a, T b, T c, T d, T e)
{
    return y_xor(y_xor(y_xor(a, b), y_xor(c, d)), e);
}

static inline __attribute__((always_inline)) T y_rotate(T x, int left)
{
    if (left == 8) {
        return _mm256_shuffle_epi8(x, _mm256_setr_epi8(7, 0, 1, 2, 3, 4, 5, 6, 15, 8, 9, 10, 11, 12, 13, 14, 7, 0, 1, 2,
                                                       3, 4, 5, 6, 15, 8, 9, 10, 11, 12, 13, 14));
    }
    if (left == 56) {
        return _mm256_shuffle_epi8(x, _mm256_setr_epi8(1, 2, 3, 4, 5, 6, 7, 0, 9, 10, 11, 12, 13, 14, 15, 8, 1, 2, 3, 4,
                                                       5, 6, 7, 0, 9, 10, 11, 12, 13, 14, 15, 8));
    }
    return _mm256_or_si256(_mm256_slli_epi64(x, left), _mm256_srli_epi64(x, 64 - left));
}

static inline T y_theta(T x, T c, T d)
{
    return y_xor(x, y_xor(c, y_rotate(d, 1)));
}

#define y_turn(x, c, d, left) y_rotate(y_theta(x, c, d), left)

static inline T y_chi(T a, T b, T c)
{
    return y_xor(a, _mm256_andnot_si256(b, c));
}

static inline T y_constant(uint64_t word)
{
    return _mm256_set1_epi64x((long long)word);
}

static inline void transpose4(T x[4])
{
    const T a = _mm256_unpacklo_epi64(x[0], x[1]), b = _mm256_unpackhi_epi64(x[0], x[1]);
    const T c = _mm256_unpacklo_epi64(x[2], x[3]), d = _mm256_unpackhi_epi64(x[2], x[3]);
    x[0] = _mm256_permute2x128_si256(a, c, 0x20);
    x[1] = _mm256_permute2x128_si256(b, d, 0x20);
    x[2] = _mm256_permute2x128_si256(a, c, 0x31);
    x[3] = _mm256_permute2x128_si256(b, d, 0x31);
}

static void absorb(T state[25], const uint8_t *const *source, size_t offset)
{
    T a[25];
    uint64_t last[4];
    for (int i = 0; i < 16; i += 4) {
        T x[4];
        for (int lane = 0; lane < 4; lane++) {
            x[lane] = _mm256_loadu_si256((const __m256i *)(source[lane] + offset + 8 * i));
        }
        transpose4(x);
        for (int j = 0; j < 4; j++) {
            a[i + j] = y_xor(state[i + j], x[j]);
        }
    }
    for (int lane = 0; lane < 4; lane++) {
        memcpy(&last[lane], source[lane] + offset + 128, 8);
    }
    a[16] = y_xor(state[16], _mm256_loadu_si256((const __m256i *)last));
    memcpy(a + 17, state + 17, 8 * sizeof(T));
    KECCAK_PERMUTE(y, a)
    memcpy(state, a, sizeof a);
}

static void squeeze(const T state[25], uint8_t *digests, ptrdiff_t digest_stride, size_t lane_count)
{
    T x[4] = {state[0], state[1], state[2], state[3]};
    transpose4(x);
    for (size_t lane = 0; lane < lane_count; lane++) {
        _mm256_storeu_si256((__m256i *)(digests + digest_stride * (ptrdiff_t)lane), x[lane]);
    }
}

#include "keccak_messages.h"
