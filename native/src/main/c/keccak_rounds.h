/*
 * Keccak-f[1600] (FIPS 202, section 3) over a state of 25 values of type T, one or more 64-bit lanes each. The
 * including file defines for prefix P: T, P##_xor, P##_xor5, P##_theta(x, c, d) = x ^ c ^ d rotated left by 1,
 * P##_turn(x, c, d, left) = the same rotated left, P##_chi(a, b, c) = a ^ (~b & c) and P##_constant(word).
 */
#ifndef VENATION_KECCAK_ROUNDS_H
#define VENATION_KECCAK_ROUNDS_H

#include "keccak_constants.h"

/* Theta of lane i in column x, then rho. */
#define KECCAK_THETA(P, a, i, x) P##_theta(a[i], c[(x + 4) % 5], c[(x + 1) % 5])
#define KECCAK_TURN(P, a, i, x, left) P##_turn(a[i], c[(x + 4) % 5], c[(x + 1) % 5], left)

#define KECCAK_ROW(P, e, y, b0, b1, b2, b3, b4)                                                                        \
    {                                                                                                                  \
        const T t0 = b0, t1 = b1, t2 = b2, t3 = b3, t4 = b4;                                                           \
        e[y] = P##_chi(t0, t1, t2);                                                                                    \
        e[y + 1] = P##_chi(t1, t2, t3);                                                                                \
        e[y + 2] = P##_chi(t2, t3, t4);                                                                                \
        e[y + 3] = P##_chi(t3, t4, t0);                                                                                \
        e[y + 4] = P##_chi(t4, t0, t1);                                                                                \
    }

#define KECCAK_ROUND(P, a, e, round)                                                                                   \
    {                                                                                                                  \
        const T c[5] = {P##_xor5(a[0], a[5], a[10], a[15], a[20]), P##_xor5(a[1], a[6], a[11], a[16], a[21]),          \
                        P##_xor5(a[2], a[7], a[12], a[17], a[22]), P##_xor5(a[3], a[8], a[13], a[18], a[23]),          \
                        P##_xor5(a[4], a[9], a[14], a[19], a[24])};                                                    \
        KECCAK_ROW(P, e, 0, KECCAK_THETA(P, a, 0, 0), KECCAK_TURN(P, a, 6, 1, 44), KECCAK_TURN(P, a, 12, 2, 43),       \
                   KECCAK_TURN(P, a, 18, 3, 21), KECCAK_TURN(P, a, 24, 4, 14))                                         \
        e[0] = P##_xor(e[0], P##_constant(KECCAK_ROUND_CONSTANT[round]));                                              \
        KECCAK_ROW(P, e, 5, KECCAK_TURN(P, a, 3, 3, 28), KECCAK_TURN(P, a, 9, 4, 20), KECCAK_TURN(P, a, 10, 0, 3),     \
                   KECCAK_TURN(P, a, 16, 1, 45), KECCAK_TURN(P, a, 22, 2, 61))                                         \
        KECCAK_ROW(P, e, 10, KECCAK_TURN(P, a, 1, 1, 1), KECCAK_TURN(P, a, 7, 2, 6), KECCAK_TURN(P, a, 13, 3, 25),     \
                   KECCAK_TURN(P, a, 19, 4, 8), KECCAK_TURN(P, a, 20, 0, 18))                                          \
        KECCAK_ROW(P, e, 15, KECCAK_TURN(P, a, 4, 4, 27), KECCAK_TURN(P, a, 5, 0, 36), KECCAK_TURN(P, a, 11, 1, 10),   \
                   KECCAK_TURN(P, a, 17, 2, 15), KECCAK_TURN(P, a, 23, 3, 56))                                         \
        KECCAK_ROW(P, e, 20, KECCAK_TURN(P, a, 2, 2, 62), KECCAK_TURN(P, a, 8, 3, 55), KECCAK_TURN(P, a, 14, 4, 39),   \
                   KECCAK_TURN(P, a, 15, 0, 41), KECCAK_TURN(P, a, 21, 1, 2))                                          \
    }

#define KECCAK_PERMUTE(P, a)                                                                                           \
    for (int round = 0; round < 24; round += 2) {                                                                      \
        T e[25];                                                                                                       \
        KECCAK_ROUND(P, a, e, round)                                                                                   \
        KECCAK_ROUND(P, e, a, round + 1)                                                                               \
    }

#endif
