/* BLAKE3, SHA3-256 and R96 as their definitions read: slow, and what every kernel is measured against. */
#ifndef VENATION_REFERENCE_H
#define VENATION_REFERENCE_H

#include <string.h>

#include "kernels.h"

static uint32_t reference_rotate32(uint32_t word, int right)
{
    return word >> right | word << (32 - right);
}

static void reference_mix(uint32_t *v, int a, int b, int c, int d, uint32_t x, uint32_t y)
{
    v[a] = v[a] + v[b] + x;
    v[d] = reference_rotate32(v[d] ^ v[a], 16);
    v[c] = v[c] + v[d];
    v[b] = reference_rotate32(v[b] ^ v[c], 12);
    v[a] = v[a] + v[b] + y;
    v[d] = reference_rotate32(v[d] ^ v[a], 8);
    v[c] = v[c] + v[d];
    v[b] = reference_rotate32(v[b] ^ v[c], 7);
}

/* BLAKE3 paper, section 2.2. */
static void reference_compress(const uint32_t h[8], const uint8_t *block, uint32_t length, uint64_t counter,
                               uint32_t flags, uint32_t output[16])
{
    static const int PERMUTATION[16] = {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8};
    uint32_t m[16], permuted[16];
    uint32_t v[16] = {h[0],       h[1],       h[2],       h[3],       h[4],
                      h[5],       h[6],       h[7],       0x6A09E667, 0xBB67AE85,
                      0x3C6EF372, 0xA54FF53A, (uint32_t)counter, (uint32_t)(counter >> 32), length, flags};
    memcpy(m, block, sizeof m);
    for (int round = 0; round < 7; round++) {
        for (int i = 0; i < 4; i++) {
            reference_mix(v, i, 4 + i, 8 + i, 12 + i, m[2 * i], m[2 * i + 1]);
        }
        for (int i = 0; i < 4; i++) {
            reference_mix(v, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4, m[8 + 2 * i], m[9 + 2 * i]);
        }
        for (int i = 0; i < 16; i++) {
            permuted[i] = m[PERMUTATION[i]];
        }
        memcpy(m, permuted, sizeof m);
    }
    for (int i = 0; i < 8; i++) {
        output[i] = v[i] ^ v[i + 8];
        output[i + 8] = v[i + 8] ^ h[i];
    }
}

static void reference_chunk(const uint8_t *source, uint64_t counter, const uint32_t key[8], uint32_t flags,
                            uint32_t value[8])
{
    uint32_t output[16];
    memcpy(value, key, 32);
    for (int block = 0; block < 16; block++) {
        const uint32_t position = block == 0 ? BLAKE3_CHUNK_START : block == 15 ? BLAKE3_CHUNK_END : 0;
        reference_compress(value, source + 64 * block, 64, counter, flags | position, output);
        memcpy(value, output, 32);
    }
}

/* The node over whole chunks [first, first + chunks): left subtree the largest power of two below the whole. */
static void reference_node(const uint8_t *source, uint64_t first, size_t chunks, const uint32_t key[8], uint32_t flags,
                           uint32_t root, uint32_t value[8])
{
    uint32_t children[16], output[16];
    size_t left = 1;
    if (chunks == 1) {
        reference_chunk(source, first, key, flags, value);
        return;
    }
    while (2 * left < chunks) {
        left *= 2;
    }
    reference_node(source, first, left, key, flags, 0, children);
    reference_node(source + 1024 * left, first + left, chunks - left, key, flags, 0, children + 8);
    reference_compress(key, (const uint8_t *)children, 64, 0, flags | BLAKE3_PARENT | root, output);
    memcpy(value, output, 32);
}

static void reference_blake3_frame(const uint8_t *frame, const uint32_t key[8], uint32_t flags, uint8_t *digest)
{
    uint32_t value[8];
    reference_node(frame, 0, 12, key, flags, BLAKE3_ROOT, value);
    memcpy(digest, value, 32);
}

static uint64_t reference_rotate64(uint64_t word, int left)
{
    return left == 0 ? word : word << left | word >> (64 - left);
}

/* FIPS 202, section 3: the rotation offsets walk along the lanes, round constants come from an LFSR. */
static void reference_keccak_f(uint64_t a[5][5])
{
    unsigned lfsr = 1;
    for (int round = 0; round < 24; round++) {
        uint64_t c[5], b[5][5];
        for (int x = 0; x < 5; x++) {
            c[x] = a[0][x] ^ a[1][x] ^ a[2][x] ^ a[3][x] ^ a[4][x];
        }
        for (int y = 0; y < 5; y++) {
            for (int x = 0; x < 5; x++) {
                a[y][x] ^= c[(x + 4) % 5] ^ reference_rotate64(c[(x + 1) % 5], 1);
            }
        }
        b[0][0] = a[0][0];
        for (int t = 0, x = 1, y = 0; t < 24; t++) {
            const int next_y = (2 * x + 3 * y) % 5;
            b[next_y][y] = reference_rotate64(a[y][x], (t + 1) * (t + 2) / 2 % 64);
            x = y;
            y = next_y;
        }
        for (int y = 0; y < 5; y++) {
            for (int x = 0; x < 5; x++) {
                a[y][x] = b[y][x] ^ (~b[y][(x + 1) % 5] & b[y][(x + 2) % 5]);
            }
        }
        for (int j = 0; j < 7; j++) {
            a[0][0] ^= (uint64_t)(lfsr & 1) << ((1 << j) - 1);
            lfsr = lfsr & 0x80 ? (lfsr << 1 ^ 0x71) & 0xFF : lfsr << 1;
        }
    }
}

static void reference_sha3(const uint8_t *message, size_t length, uint8_t *digest)
{
    uint64_t a[5][5] = {{0}};
    uint8_t *state = (uint8_t *)a;
    size_t position = 0;
    for (size_t i = 0; i < length; i++) {
        state[position++] ^= message[i];
        if (position == SHA3_256_RATE) {
            reference_keccak_f(a);
            position = 0;
        }
    }
    state[position] ^= 0x06;
    state[SHA3_256_RATE - 1] ^= 0x80;
    reference_keccak_f(a);
    memcpy(digest, state, DIGEST_LENGTH);
}

/* Lattice model, section 2. */
static unsigned reference_class(int rule, unsigned b)
{
    switch (rule) {
    case R96_MOD96:
        return b % 96;
    case R96_MIX17:
        return (b % 96 + 17 * (b / 96)) % 96;
    default: {
        const unsigned d = b >> 4 & 3;
        return 24 * (b >> 6) + 8 * (d == 3 ? 0 : d) + (b >> 1 & 7);
    }
    }
}

static void reference_histogram(int rule, const uint8_t *frame, uint32_t counts[R96_CLASSES])
{
    memset(counts, 0, R96_HISTOGRAM_LENGTH);
    for (int i = 0; i < FRAME_LENGTH; i++) {
        counts[reference_class(rule, frame[i])]++;
    }
}

#endif
