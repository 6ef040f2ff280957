#ifndef VENATION_TRANSPOSE_AVX512_H
#define VENATION_TRANSPOSE_AVX512_H

#include <immintrin.h>

/* Rows of 8 words to columns. */
static inline void transpose8(__m512i x[8])
{
    __m512i t[8], u[8];
    for (int i = 0; i < 4; i++) {
        t[2 * i] = _mm512_unpacklo_epi64(x[2 * i], x[2 * i + 1]);
        t[2 * i + 1] = _mm512_unpackhi_epi64(x[2 * i], x[2 * i + 1]);
    }
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 2; j++) {
            u[4 * i + j] = _mm512_shuffle_i64x2(t[4 * i + j], t[4 * i + 2 + j], 0x88);
            u[4 * i + 2 + j] = _mm512_shuffle_i64x2(t[4 * i + j], t[4 * i + 2 + j], 0xDD);
        }
    }
    for (int j = 0; j < 2; j++) {
        x[j] = _mm512_shuffle_i64x2(u[j], u[4 + j], 0x88);
        x[4 + j] = _mm512_shuffle_i64x2(u[j], u[4 + j], 0xDD);
        x[2 + j] = _mm512_shuffle_i64x2(u[2 + j], u[6 + j], 0x88);
        x[6 + j] = _mm512_shuffle_i64x2(u[2 + j], u[6 + j], 0xDD);
    }
}

#endif
