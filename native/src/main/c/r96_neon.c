/* R96 histograms in Advanced SIMD: the classes of 16 bytes at a time, counted in pairs. */
#include <arm_neon.h>

#define PAIRS 8
#define ISA(name) name##_neon

#include "r96_pairs.h"

static inline void pair_indices(int rule, const uint8_t *source, uint16_t index[PAIRS])
{
    const uint8x16_t high = vld1q_u8(HIGH_NIBBLE[rule]);
    const uint8x16_t low = vld1q_u8(LOW_NIBBLE[rule]);
    const uint8x16_t bytes = vld1q_u8(source);
    const uint8x16_t sum = vaddq_u8(vqtbl1q_u8(high, vshrq_n_u8(bytes, 4)),
                                    vqtbl1q_u8(low, vandq_u8(bytes, vdupq_n_u8(15))));
    const uint16x8_t classes = vreinterpretq_u16_u8(vminq_u8(sum, vsubq_u8(sum, vdupq_n_u8(96))));
    const uint16x8_t even = vandq_u16(classes, vdupq_n_u16(0xFF));
    vst1q_u16(index, vmlaq_n_u16(even, vshrq_n_u16(classes, 8), 96));
}
