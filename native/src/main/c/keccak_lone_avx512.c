/*
 * SHA3-256 in AVX-512, one message: the state is five planes of five lanes, a register each.
 *
 * Theta and rho take plane y as lanes x. Pi gives lane x of every new plane to old plane x, so permuting within
 * registers leaves register x with lane y at position y: chi then combines whole registers, and a transposition makes
 * planes again. It joins four registers by unpacking and two-source permutations; the fifth is blended into positions
 * that unpacking leaves free, for which pi repeats the lanes 1, 0 and 2 at positions 5, 6 and 7.
 * A round is 17 shuffles and 23 other operations, 17 cycles of latency on Intel's cores.
 */
#include <immintrin.h>
#include <string.h>

#include "keccak_constants.h"

#define LANES 1
#define STATE_LENGTH 5
#define ISA(name) name##_lone_avx512

typedef __m512i T;

enum { XOR3 = 0x96, CHI = 0xD2, PLANE = 0x1F };

static inline T perm(T x, T index)
{
    return _mm512_permutexvar_epi64(index, x);
}

static inline T xor3(T a, T b, T c)
{
    return _mm512_ternarylogic_epi64(a, b, c, XOR3);
}

static inline T chi(T a, T b, T c)
{
    return _mm512_ternarylogic_epi64(a, b, c, CHI);
}

static void permute(T p[5])
{
    const T left = _mm512_setr_epi64(4, 0, 1, 2, 3, 0, 0, 0);
    const T right = _mm512_setr_epi64(1, 2, 3, 4, 0, 0, 0, 0);
    const T rho[5] = {
        _mm512_setr_epi64(0, 1, 62, 28, 27, 0, 0, 0),   _mm512_setr_epi64(36, 44, 6, 55, 20, 0, 0, 0),
        _mm512_setr_epi64(3, 10, 43, 25, 39, 0, 0, 0),  _mm512_setr_epi64(41, 45, 15, 21, 8, 0, 0, 0),
        _mm512_setr_epi64(18, 2, 61, 56, 14, 0, 0, 0),
    };
    const T pi[5] = {
        _mm512_setr_epi64(0, 3, 1, 4, 2, 3, 0, 1), _mm512_setr_epi64(1, 4, 2, 0, 3, 4, 1, 2),
        _mm512_setr_epi64(2, 0, 3, 1, 4, 0, 2, 3), _mm512_setr_epi64(3, 1, 4, 2, 0, 1, 3, 4),
        _mm512_setr_epi64(4, 2, 0, 3, 1, 2, 4, 0),
    };
    const T plane0 = _mm512_setr_epi64(0, 1, 8, 9, 14, 0, 0, 0);
    const T plane1 = _mm512_setr_epi64(0, 1, 8, 9, 13, 0, 0, 0);
    const T plane2 = _mm512_setr_epi64(2, 3, 10, 11, 15, 0, 0, 0);
    const T plane3 = _mm512_setr_epi64(2, 3, 10, 11, 0, 0, 0, 0);
    const T plane4 = _mm512_setr_epi64(4, 5, 12, 13, 0, 0, 0, 0);
    const T lane3 = _mm512_set1_epi64(3);
    T p0 = p[0], p1 = p[1], p2 = p[2], p3 = p[3], p4 = p[4];
    for (int round = 0; round < 24; round++) {
        const T c = xor3(xor3(p0, p1, p2), p3, p4);
        const T l = perm(c, left), r = _mm512_rol_epi64(perm(c, right), 1);
        const T a0 = perm(_mm512_rolv_epi64(xor3(p0, l, r), rho[0]), pi[0]);
        const T a1 = perm(_mm512_rolv_epi64(xor3(p1, l, r), rho[1]), pi[1]);
        const T a2 = perm(_mm512_rolv_epi64(xor3(p2, l, r), rho[2]), pi[2]);
        const T a3 = perm(_mm512_rolv_epi64(xor3(p3, l, r), rho[3]), pi[3]);
        const T a4 = perm(_mm512_rolv_epi64(xor3(p4, l, r), rho[4]), pi[4]);
        const T e0 = chi(a0, a1, a2), e1 = chi(a1, a2, a3), e2 = chi(a2, a3, a4);
        const T e3 = chi(a3, a4, a0), e4 = chi(a4, a0, a1);
        T even01 = _mm512_unpacklo_epi64(e0, e1), e4_lane3 = perm(e4, lane3);
        const T odd01 = _mm512_unpackhi_epi64(e0, e1);
        const T even23 = _mm512_mask_blend_epi64(0xC0, _mm512_unpacklo_epi64(e2, e3), e4);
        const T odd23 = _mm512_mask_blend_epi64(0x20, _mm512_unpackhi_epi64(e2, e3), e4);
        even01 = _mm512_mask_xor_epi64(even01, 0x01, even01, _mm512_set1_epi64((long long)KECCAK_ROUND_CONSTANT[round]));
        /* else the blend below joins the permutation, which then waits for both */
        __asm__("" : "+v"(e4_lane3));
        p0 = _mm512_permutex2var_epi64(even01, plane0, even23);
        p1 = _mm512_permutex2var_epi64(odd01, plane1, odd23);
        p2 = _mm512_permutex2var_epi64(even01, plane2, even23);
        p3 = _mm512_mask_blend_epi64(0x10, _mm512_permutex2var_epi64(odd01, plane3, odd23), e4_lane3);
        p4 = _mm512_mask_blend_epi64(0x10, _mm512_permutex2var_epi64(even01, plane4, even23), e4);
    }
    p[0] = p0;
    p[1] = p1;
    p[2] = p2;
    p[3] = p3;
    p[4] = p4;
}

static void absorb(T state[5], const uint8_t *const *source, size_t offset)
{
    for (int y = 0; y < 4; y++) {
        const __mmask8 lanes = y < 3 ? PLANE : 0x03;
        state[y] = _mm512_xor_si512(state[y], _mm512_maskz_loadu_epi64(lanes, source[0] + offset + 40 * y));
    }
    permute(state);
}

static void squeeze(const T state[5], uint8_t *digests, ptrdiff_t digest_stride, size_t lane_count)
{
    (void)digest_stride;
    (void)lane_count;
    _mm256_storeu_si256((__m256i *)digests, _mm512_castsi512_si256(state[0]));
}

#include "keccak_messages.h"
