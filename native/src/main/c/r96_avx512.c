/*
 * R96 histograms in AVX-512, bit-sliced: 512 bytes become planes of 512 bits, a class is an AND of planes, its count a
 * population count. The time does not depend on the data.
 *
 * 96 = 3 × 32. Under each rule some bits of the byte choose one of three thirds and five others one of 32 members, so
 * the planes of a block are five member planes and three planes that mark a third:
 *   mod96      third = bits 7..5 mod 3, member = bits 4..0
 *   mix17      the same of the byte less 79 where it is ≥ 96, less 158 where it is ≥ 192 (that mod 96 is the class)
 *   algebraic  third = bits 5..4 mod 3, member = bits 7, 6, 3, 2, 1; class = 24 · bits 7..6 + 8 · third + bits 3..1
 * Counted are the bytes in which all planes of a set are set; the member that has exactly those bits follows by
 * subtraction once a frame.
 */
#include <immintrin.h>
#include <string.h>

#include "kernels.h"
#include "transpose_avx512.h"

enum { BLOCK_LENGTH = 512, BLOCKS = FRAME_LENGTH / BLOCK_LENGTH, THIRDS = 3, MEMBERS = 32 };

struct planes {
    __m512i member[5];
    __m512i third[THIRDS];
};

static inline __m512i load_bytes(int rule, const uint8_t *source)
{
    __m512i bytes = _mm512_loadu_si512(source);
    if (rule == R96_MIX17) {
        const __mmask64 from96 = _mm512_cmpge_epu8_mask(bytes, _mm512_set1_epi8(96));
        const __mmask64 from192 = _mm512_cmpge_epu8_mask(bytes, _mm512_set1_epi8((char)192));
        bytes = _mm512_mask_sub_epi8(bytes, from96, bytes, _mm512_set1_epi8(79));
        bytes = _mm512_mask_sub_epi8(bytes, from192, bytes, _mm512_set1_epi8(79));
    }
    return bytes;
}

/* bits[i] = bit i of each byte of the block. */
static inline void store_planes(int rule, const __m512i bits[8], struct planes *planes)
{
    if (rule == R96_ALGEBRAIC) {
        planes->member[0] = bits[1];
        planes->member[1] = bits[2];
        planes->member[2] = bits[3];
        planes->member[3] = bits[6];
        planes->member[4] = bits[7];
        planes->third[0] = _mm512_ternarylogic_epi64(bits[5], bits[5], bits[4], 0x81);
        planes->third[1] = _mm512_ternarylogic_epi64(bits[5], bits[5], bits[4], 0x02);
        planes->third[2] = _mm512_ternarylogic_epi64(bits[5], bits[5], bits[4], 0x40);
    } else {
        for (int i = 0; i < 5; i++) {
            planes->member[i] = bits[i];
        }
        planes->third[0] = _mm512_ternarylogic_epi64(bits[7], bits[6], bits[5], 0x49);
        planes->third[1] = _mm512_ternarylogic_epi64(bits[7], bits[6], bits[5], 0x92);
        planes->third[2] = _mm512_ternarylogic_epi64(bits[7], bits[6], bits[5], 0x24);
    }
}

static void slice_by_masks(int rule, const uint8_t *source, struct planes planes[BLOCKS])
{
    for (int block = 0; block < BLOCKS; block++) {
        uint64_t masks[8][8];
        __m512i bits[8];
        for (int i = 0; i < 8; i++) {
            __m512i bytes = load_bytes(rule, source + BLOCK_LENGTH * block + 64 * i);
            for (int bit = 7; bit >= 0; bit--) {
                masks[bit][i] = _mm512_movepi8_mask(bytes);
                bytes = _mm512_add_epi8(bytes, bytes);
            }
        }
        for (int i = 0; i < 8; i++) {
            bits[i] = _mm512_loadu_si512(masks[i]);
        }
        store_planes(rule, bits, &planes[block]);
    }
}

__attribute__((target("gfni,avx512vbmi"))) static void slice_by_gfni(int rule, const uint8_t *source,
                                                                     struct planes planes[BLOCKS])
{
    /* byte 8i + j of a slice comes from byte i of quadword j */
    const __m512i gather = _mm512_set_epi64(
        0x3F372F271F170F07, 0x3E362E261E160E06, 0x3D352D251D150D05, 0x3C342C241C140C04, 0x3B332B231B130B03,
        0x3A322A221A120A02, 0x3931292119110901, 0x3830282018100800);
    const __m512i unit = _mm512_set1_epi64((long long)0x8040201008040201);
    for (int block = 0; block < BLOCKS; block++) {
        __m512i bits[8];
        for (int i = 0; i < 8; i++) {
            const __m512i bytes = load_bytes(rule, source + BLOCK_LENGTH * block + 64 * i);
            bits[i] = _mm512_permutexvar_epi8(gather, _mm512_gf2p8affine_epi64_epi8(unit, bytes, 0));
        }
        transpose8(bits);
        store_planes(rule, bits, &planes[block]);
    }
}

/* Element i = sum of the elements of x[i]. */
static inline __m512i sum8(const __m512i x[8])
{
    __m512i y[4], z[2];
    for (int i = 0; i < 4; i++) {
        y[i] = _mm512_add_epi64(_mm512_unpacklo_epi64(x[2 * i], x[2 * i + 1]),
                                _mm512_unpackhi_epi64(x[2 * i], x[2 * i + 1]));
    }
    for (int i = 0; i < 2; i++) {
        z[i] = _mm512_add_epi64(_mm512_shuffle_i64x2(y[2 * i], y[2 * i + 1], 0x88),
                                _mm512_shuffle_i64x2(y[2 * i], y[2 * i + 1], 0xDD));
    }
    return _mm512_add_epi64(_mm512_shuffle_i64x2(z[0], z[1], 0x88), _mm512_shuffle_i64x2(z[0], z[1], 0xDD));
}

#define COUNT(set, plane) count[set] = _mm512_add_epi64(count[set], _mm512_popcnt_epi64(plane))

/*
 * counts[s] = bytes of the frame in the third that have all member bits of s, and bit 4 where with_bit4. Fetches the
 * quarter of a frame at `ahead` for writing, where not NULL.
 */
static inline void count_sets(const struct planes planes[BLOCKS], int third, int with_bit4, const uint8_t *ahead,
                              uint32_t counts[16])
{
    __m512i count[16];
    for (int i = 0; i < 16; i++) {
        count[i] = _mm512_setzero_si512();
    }
    for (int block = 0; block < BLOCKS; block++) {
        if (ahead != NULL) {
            __builtin_prefetch(ahead + 128 * block, 1);
            __builtin_prefetch(ahead + 128 * block + 64, 1);
        }
        const __m512i *bit = planes[block].member;
        const __m512i all = planes[block].third[third];
        const __m512i x0 = with_bit4 ? _mm512_and_si512(all, bit[4]) : all;
        const __m512i x1 = _mm512_and_si512(x0, bit[0]);
        const __m512i x2 = _mm512_and_si512(x0, bit[1]);
        const __m512i x3 = _mm512_and_si512(x1, bit[1]);
        COUNT(0, x0);
        COUNT(1, x1);
        COUNT(2, x2);
        COUNT(3, x3);
        COUNT(4, _mm512_and_si512(x0, bit[2]));
        COUNT(5, _mm512_and_si512(x1, bit[2]));
        COUNT(6, _mm512_and_si512(x2, bit[2]));
        COUNT(7, _mm512_and_si512(x3, bit[2]));
        COUNT(8, _mm512_and_si512(x0, bit[3]));
        COUNT(9, _mm512_and_si512(x1, bit[3]));
        COUNT(10, _mm512_and_si512(x2, bit[3]));
        COUNT(11, _mm512_and_si512(x3, bit[3]));
        COUNT(12, _mm512_ternarylogic_epi64(x0, bit[2], bit[3], 0x80));
        COUNT(13, _mm512_ternarylogic_epi64(x1, bit[2], bit[3], 0x80));
        COUNT(14, _mm512_ternarylogic_epi64(x2, bit[2], bit[3], 0x80));
        COUNT(15, _mm512_ternarylogic_epi64(x3, bit[2], bit[3], 0x80));
    }
    _mm256_storeu_si256((__m256i *)counts, _mm512_cvtepi64_epi32(sum8(count)));
    _mm256_storeu_si256((__m256i *)(counts + 8), _mm512_cvtepi64_epi32(sum8(count + 8)));
}

static inline void histogram(int rule, const struct planes planes[BLOCKS], const uint8_t *ahead, uint8_t *classes)
{
    uint32_t counts[THIRDS][MEMBERS];
    for (int third = 0; third < THIRDS; third++) {
        const uint8_t *half = third < 2 && ahead != NULL ? ahead + FRAME_LENGTH / 2 * third : NULL;
        count_sets(planes, third, 0, half, counts[third]);
        count_sets(planes, third, 1, half != NULL ? half + FRAME_LENGTH / 4 : NULL, counts[third] + 16);
        for (int bit = 1; bit < MEMBERS; bit *= 2) {
            for (int member = 0; member < MEMBERS; member++) {
                counts[third][member] -= member & bit ? 0 : counts[third][member | bit];
            }
        }
    }
    if (rule != R96_ALGEBRAIC) {
        memcpy(classes, counts, R96_HISTOGRAM_LENGTH);
        return;
    }
    for (int eight = 0; eight < R96_CLASSES / 8; eight++) {
        memcpy(classes + 32 * eight, counts[eight % 3] + 8 * (eight / 3), 32);
    }
}

void r96_histograms_avx512(int rule, const uint8_t *source, ptrdiff_t stride, size_t count, uint8_t *histograms,
                           ptrdiff_t ahead)
{
    struct planes planes[BLOCKS];
    for (size_t i = 0; i < count; i++) {
        const uint8_t *frame = source + stride * (ptrdiff_t)i;
        slice_by_masks(rule, frame, planes);
        histogram(rule, planes, ahead != 0 ? frame + ahead : NULL, histograms + R96_HISTOGRAM_LENGTH * i);
    }
}

void r96_histograms_avx512_gfni(int rule, const uint8_t *source, ptrdiff_t stride, size_t count, uint8_t *histograms,
                                ptrdiff_t ahead)
{
    struct planes planes[BLOCKS];
    for (size_t i = 0; i < count; i++) {
        const uint8_t *frame = source + stride * (ptrdiff_t)i;
        slice_by_gfni(rule, frame, planes);
        histogram(rule, planes, ahead != 0 ? frame + ahead : NULL, histograms + R96_HISTOGRAM_LENGTH * i);
    }
}
