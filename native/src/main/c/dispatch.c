/* Which instruction sets this machine can run, and the kernels of the one in use. */
#include <stdatomic.h>

#include "kernels.h"

#if defined(__x86_64__)
#include <cpuid.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#endif

#define KERNELS_OF(isa, sha3, r96)                                                                                     \
    {                                                                                                                  \
        blake3_chunks_##isa, blake3_parents_##isa, blake3_compress_##isa, blake3_frames_##isa, sha3, r96               \
    }

static const struct kernels PORTABLE = KERNELS_OF(portable, sha3_messages_portable, r96_histograms_portable);

static const struct kernels *kernels_by_isa[ISA_COUNT];
static _Atomic int selected;

#if defined(__x86_64__)

static const struct kernels PORTABLE_BMI = KERNELS_OF(portable, sha3_messages_bmi, r96_histograms_portable);
static const struct kernels AVX2 = KERNELS_OF(avx2, sha3_messages_avx2, r96_histograms_avx2);
static const struct kernels AVX512 = KERNELS_OF(avx512, sha3_messages_avx512, r96_histograms_avx2);
static const struct kernels AVX512_POPCOUNT = KERNELS_OF(avx512, sha3_messages_avx512, r96_histograms_avx512);
static const struct kernels AVX512_GFNI = KERNELS_OF(avx512, sha3_messages_avx512, r96_histograms_avx512_gfni);

/* Register state that the operating system saves: bits of XCR0. */
enum { SAVES_YMM = 0x06, SAVES_ZMM = 0xE6 };

static unsigned saved_state(void)
{
    unsigned low, high;
    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

static int has(unsigned word, unsigned bits)
{
    return (word & bits) == bits;
}

static void detect(void)
{
    unsigned a, b, c, d, basic;
    if (!__get_cpuid(1, &a, &b, &basic, &d) || !__get_cpuid_count(7, 0, &a, &b, &c, &d) || !has(b, bit_BMI | bit_BMI2)) {
        return;
    }
    kernels_by_isa[ISA_PORTABLE] = &PORTABLE_BMI;
    if (!has(basic, bit_OSXSAVE | bit_AVX) || !has(b, bit_AVX2)) {
        return;
    }
    const unsigned saved = saved_state();
    if (!has(saved, SAVES_YMM)) {
        return;
    }
    kernels_by_isa[ISA_AVX2] = &AVX2;
    if (!has(saved, SAVES_ZMM) || !has(b, bit_AVX512F | bit_AVX512BW | bit_AVX512DQ | bit_AVX512VL)) {
        return;
    }
    kernels_by_isa[ISA_AVX512] = !has(c, bit_AVX512VPOPCNTDQ)           ? &AVX512
                                 : has(c, bit_GFNI | bit_AVX512VBMI) ? &AVX512_GFNI
                                                                     : &AVX512_POPCOUNT;
}

#elif defined(__aarch64__)

#define NEON_WITH(sha3)                                                                                                \
    {                                                                                                                  \
        blake3_chunks_neon, blake3_parents_neon, blake3_compress_portable, blake3_frames_neon, sha3,                   \
            r96_histograms_neon                                                                                        \
    }

static const struct kernels NEON = NEON_WITH(sha3_messages_neon);
static const struct kernels NEON_SHA3 = NEON_WITH(sha3_messages_neon_sha3);

/* Advanced SIMD is part of the baseline. */
static void detect(void)
{
    enum { HAS_SHA3 = 1 << 17 };
    kernels_by_isa[ISA_NEON] = getauxval(AT_HWCAP) & HAS_SHA3 ? &NEON_SHA3 : &NEON;
}

#else

static void detect(void)
{
}

#endif

__attribute__((constructor)) static void choose_best(void)
{
    static const int BEST_FIRST[] = {ISA_AVX512, ISA_AVX2, ISA_NEON, ISA_PORTABLE};
    kernels_by_isa[ISA_PORTABLE] = &PORTABLE;
    detect();
    for (size_t i = 0; select_isa(BEST_FIRST[i]) != OK; i++) {
    }
}

const struct kernels *kernels_of(int isa)
{
    return isa < 0 || isa >= ISA_COUNT ? NULL : kernels_by_isa[isa];
}

unsigned supported_isas(void)
{
    unsigned mask = 0;
    for (int isa = 0; isa < ISA_COUNT; isa++) {
        mask |= kernels_of(isa) != NULL ? 1U << isa : 0;
    }
    return mask;
}

int selected_isa(void)
{
    return atomic_load_explicit(&selected, memory_order_relaxed);
}

int select_isa(int isa)
{
    if (kernels_of(isa) == NULL) {
        return BAD_ARGUMENT;
    }
    atomic_store_explicit(&selected, isa, memory_order_relaxed);
    return OK;
}

const struct kernels *kernels(void)
{
    return kernels_by_isa[selected_isa()];
}
