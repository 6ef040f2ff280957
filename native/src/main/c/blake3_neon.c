/* BLAKE3 in Advanced SIMD: one state of 4 lanes or two that interleave; a single one in plain C. */
#include <arm_neon.h>
#include <string.h>

#include "blake3_rounds.h"

#define LANES 8
#define ISA(name) name##_neon

typedef uint32x4_t T;

static inline T n_add(T a, T b)
{
    return vaddq_u32(a, b);
}

static inline T n_add_word(T a, const T *word)
{
    return vaddq_u32(a, *word);
}

static inline T n_xor(T a, T b)
{
    return veorq_u32(a, b);
}

static inline T n_rotate16(T x)
{
    return vreinterpretq_u32_u16(vrev32q_u16(vreinterpretq_u16_u32(x)));
}

static inline T n_rotate12(T x)
{
    return vsriq_n_u32(vshlq_n_u32(x, 20), x, 12);
}

static inline T n_rotate8(T x)
{
    return vsriq_n_u32(vshlq_n_u32(x, 24), x, 8);
}

static inline T n_rotate7(T x)
{
    return vsriq_n_u32(vshlq_n_u32(x, 25), x, 7);
}

/* Rows of 4 words to columns. */
static inline void transpose4(T x[4])
{
    const uint64x2_t a = vreinterpretq_u64_u32(vtrn1q_u32(x[0], x[1]));
    const uint64x2_t b = vreinterpretq_u64_u32(vtrn2q_u32(x[0], x[1]));
    const uint64x2_t c = vreinterpretq_u64_u32(vtrn1q_u32(x[2], x[3]));
    const uint64x2_t d = vreinterpretq_u64_u32(vtrn2q_u32(x[2], x[3]));
    x[0] = vreinterpretq_u32_u64(vtrn1q_u64(a, c));
    x[1] = vreinterpretq_u32_u64(vtrn1q_u64(b, d));
    x[2] = vreinterpretq_u32_u64(vtrn2q_u64(a, c));
    x[3] = vreinterpretq_u32_u64(vtrn2q_u64(b, d));
}

/* m[i] = word i of the block at offset of each of 4 sources. */
static inline void load_block4(const uint8_t *const *source, size_t offset, T m[16])
{
    for (int i = 0; i < 16; i += 4) {
        for (int lane = 0; lane < 4; lane++) {
            m[i + lane] = vreinterpretq_u32_u8(vld1q_u8(source[lane] + offset + 4 * i));
        }
        transpose4(m + i);
    }
}

static inline void load_key(const uint8_t *key, T h[8])
{
    uint32_t words[8];
    memcpy(words, key, sizeof words);
    for (int i = 0; i < 8; i++) {
        h[i] = vdupq_n_u32(words[i]);
    }
}

static inline void load_counters(const uint64_t *counter, T *low, T *high)
{
    const T first = vreinterpretq_u32_u64(vld1q_u64(counter));
    const T second = vreinterpretq_u32_u64(vld1q_u64(counter + 2));
    *low = vuzp1q_u32(first, second);
    *high = vuzp2q_u32(first, second);
}

static inline void start_block(T v[16], const T h[8], T low, T high, uint32_t flags)
{
    for (int i = 0; i < 8; i++) {
        v[i] = h[i];
    }
    for (int i = 0; i < 4; i++) {
        v[8 + i] = vdupq_n_u32(BLAKE3_IV[i]);
    }
    v[12] = low;
    v[13] = high;
    v[14] = vdupq_n_u32(BLAKE3_BLOCK_LENGTH);
    v[15] = vdupq_n_u32(flags);
}

static inline void store_values4(T h[8], uint8_t *const *value, size_t lane_count)
{
    transpose4(h);
    transpose4(h + 4);
    for (size_t lane = 0; lane < lane_count; lane++) {
        vst1q_u8(value[lane], vreinterpretq_u8_u32(h[lane]));
        vst1q_u8(value[lane] + 16, vreinterpretq_u8_u32(h[4 + lane]));
    }
}

static void hash_lanes4(struct lanes *lanes, size_t lane_count, size_t block_count, const uint8_t *key,
                        uint32_t flags)
{
    T h[8], m[16], low, high;
    fill_idle_lanes(lanes, lane_count, 4);
    load_key(key, h);
    load_counters(lanes->counter, &low, &high);
    for (size_t block = 0; block < block_count; block++) {
        T v[16];
        load_block4(lanes->source, BLAKE3_BLOCK_LENGTH * block, m);
        start_block(v, h, low, high, flags_of_block(flags, block, block_count));
#define ON(SHAPE, STEP, r) SHAPE(STEP, n, v, m, r)
        BLAKE3_ROUNDS(ON, m)
#undef ON
        for (int i = 0; i < 8; i++) {
            h[i] = veorq_u32(v[i], v[i + 8]);
        }
    }
    store_values4(h, lanes->value, lane_count);
}

static void hash_lanes8(struct lanes *lanes, size_t lane_count, size_t block_count, const uint8_t *key,
                        uint32_t flags)
{
    T h[2][8], m[2][16], low[2], high[2];
    fill_idle_lanes(lanes, lane_count, 8);
    for (int i = 0; i < 2; i++) {
        load_key(key, h[i]);
        load_counters(lanes->counter + 4 * i, &low[i], &high[i]);
    }
    for (size_t block = 0; block < block_count; block++) {
        T v[16], w[16];
        load_block4(lanes->source, BLAKE3_BLOCK_LENGTH * block, m[0]);
        load_block4(lanes->source + 4, BLAKE3_BLOCK_LENGTH * block, m[1]);
        const uint32_t block_flags = flags_of_block(flags, block, block_count);
        start_block(v, h[0], low[0], high[0], block_flags);
        start_block(w, h[1], low[1], high[1], block_flags);
#define ON(SHAPE, STEP, r) SHAPE(STEP, n, v, m[0], r) SHAPE(STEP, n, w, m[1], r)
        BLAKE3_ROUNDS(ON, m)
#undef ON
        for (int i = 0; i < 8; i++) {
            h[0][i] = veorq_u32(v[i], v[i + 8]);
            h[1][i] = veorq_u32(w[i], w[i + 8]);
        }
    }
    store_values4(h[0], lanes->value, 4);
    store_values4(h[1], lanes->value + 4, lane_count - 4);
}

static void hash_lanes(struct lanes *lanes, size_t lane_count, size_t block_count, const uint8_t *key,
                       uint32_t flags)
{
    if (lane_count > 4) {
        hash_lanes8(lanes, lane_count, block_count, key, flags);
    } else if (lane_count > 1) {
        hash_lanes4(lanes, lane_count, block_count, key, flags);
    } else if (block_count > 1) {
        blake3_chunks_portable(lanes->source[0], 1, lanes->counter[0], key, flags, lanes->value[0]);
    } else {
        blake3_parents_portable(lanes->source[0], 1, key, flags, lanes->value[0]);
    }
}

#include "blake3_tree.h"
