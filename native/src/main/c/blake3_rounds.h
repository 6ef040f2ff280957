/*
 * One BLAKE3 round over vectors of lanes. The including file defines, for the vector type of prefix P, the functions
 * P##_add, P##_add_word (of a word in memory), P##_xor and P##_rotate{16,12,8,7}, and passes
 *   ON(SHAPE, STEP, r) expands to SHAPE(STEP, P, v, m, r) for each state v with message words m, so that the steps of
 *                    several states interleave and hide each other's latency
 * Message words stay in memory: a barrier before each round keeps compilers from holding them in registers, which the
 * states need.
 */
#ifndef VENATION_BLAKE3_ROUNDS_H
#define VENATION_BLAKE3_ROUNDS_H

#include "blake3_schedule.h"

#define BLAKE3_COLUMNS(STEP, P, v, m, r)                                                                               \
    STEP(P, v, m, r, 0, 0, 4, 8, 12)                                                                                   \
    STEP(P, v, m, r, 2, 1, 5, 9, 13)                                                                                   \
    STEP(P, v, m, r, 4, 2, 6, 10, 14)                                                                                  \
    STEP(P, v, m, r, 6, 3, 7, 11, 15)
#define BLAKE3_DIAGONALS(STEP, P, v, m, r)                                                                             \
    STEP(P, v, m, r, 8, 0, 5, 10, 15)                                                                                  \
    STEP(P, v, m, r, 10, 1, 6, 11, 12)                                                                                 \
    STEP(P, v, m, r, 12, 2, 7, 8, 13)                                                                                  \
    STEP(P, v, m, r, 14, 3, 4, 9, 14)

#define BLAKE3_ADD_X(P, v, m, r, i, a, b, c, d) v[a] = P##_add(P##_add_word(v[a], &m[BLAKE3_SCHEDULE[r][i]]), v[b]);
#define BLAKE3_ADD_Y(P, v, m, r, i, a, b, c, d) v[a] = P##_add(P##_add_word(v[a], &m[BLAKE3_SCHEDULE[r][i + 1]]), v[b]);
#define BLAKE3_ADD_C(P, v, m, r, i, a, b, c, d) v[c] = P##_add(v[c], v[d]);
#define BLAKE3_TURN_D16(P, v, m, r, i, a, b, c, d) v[d] = P##_rotate16(P##_xor(v[d], v[a]));
#define BLAKE3_TURN_B12(P, v, m, r, i, a, b, c, d) v[b] = P##_rotate12(P##_xor(v[b], v[c]));
#define BLAKE3_TURN_D8(P, v, m, r, i, a, b, c, d) v[d] = P##_rotate8(P##_xor(v[d], v[a]));
#define BLAKE3_TURN_B7(P, v, m, r, i, a, b, c, d) v[b] = P##_rotate7(P##_xor(v[b], v[c]));

#define BLAKE3_HALF_ROUND(ON, SHAPE, r)                                                                                \
    ON(SHAPE, BLAKE3_ADD_X, r)                                                                                         \
    ON(SHAPE, BLAKE3_TURN_D16, r)                                                                                      \
    ON(SHAPE, BLAKE3_ADD_C, r)                                                                                         \
    ON(SHAPE, BLAKE3_TURN_B12, r)                                                                                      \
    ON(SHAPE, BLAKE3_ADD_Y, r)                                                                                         \
    ON(SHAPE, BLAKE3_TURN_D8, r)                                                                                       \
    ON(SHAPE, BLAKE3_ADD_C, r)                                                                                         \
    ON(SHAPE, BLAKE3_TURN_B7, r)

#define BLAKE3_ROUND(ON, m, r)                                                                                         \
    __asm__ volatile("" : : "r"(m) : "memory");                                                                        \
    BLAKE3_HALF_ROUND(ON, BLAKE3_COLUMNS, r)                                                                           \
    __asm__ volatile("" : : "r"(m) : "memory");                                                                        \
    BLAKE3_HALF_ROUND(ON, BLAKE3_DIAGONALS, r)

#define BLAKE3_ROUNDS(ON, m)                                                                                           \
    BLAKE3_ROUND(ON, m, 0)                                                                                             \
    BLAKE3_ROUND(ON, m, 1)                                                                                             \
    BLAKE3_ROUND(ON, m, 2)                                                                                             \
    BLAKE3_ROUND(ON, m, 3)                                                                                             \
    BLAKE3_ROUND(ON, m, 4)                                                                                             \
    BLAKE3_ROUND(ON, m, 5)                                                                                             \
    BLAKE3_ROUND(ON, m, 6)

#endif
