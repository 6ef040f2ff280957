/* SHA3-256 of 2 messages, one 128-bit register per Keccak lane. The including file defines the operations of prefix n. */
static void absorb(T state[25], const uint8_t *const *source, size_t offset)
{
    T a[25];
    for (int i = 0; i < 16; i += 2) {
        const T x = vreinterpretq_u64_u8(vld1q_u8(source[0] + offset + 8 * i));
        const T y = vreinterpretq_u64_u8(vld1q_u8(source[1] + offset + 8 * i));
        a[i] = veorq_u64(state[i], vtrn1q_u64(x, y));
        a[i + 1] = veorq_u64(state[i + 1], vtrn2q_u64(x, y));
    }
    const uint64x1_t x = vreinterpret_u64_u8(vld1_u8(source[0] + offset + 128));
    const uint64x1_t y = vreinterpret_u64_u8(vld1_u8(source[1] + offset + 128));
    a[16] = veorq_u64(state[16], vcombine_u64(x, y));
    memcpy(a + 17, state + 17, 8 * sizeof(T));
    KECCAK_PERMUTE(n, a)
    memcpy(state, a, sizeof a);
}

static void squeeze(const T state[25], uint8_t *digests, ptrdiff_t digest_stride, size_t lane_count)
{
    for (int i = 0; i < 4; i += 2) {
        vst1q_u8(digests + 8 * i, vreinterpretq_u8_u64(vtrn1q_u64(state[i], state[i + 1])));
        if (lane_count == 2) {
            vst1q_u8(digests + digest_stride + 8 * i, vreinterpretq_u8_u64(vtrn2q_u64(state[i], state[i + 1])));
        }
    }
}

#include "keccak_messages.h"
