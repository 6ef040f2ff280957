/* Every set of kernels that this machine can run, by name. */
#ifndef VENATION_VARIANTS_H
#define VENATION_VARIANTS_H

#include "kernels.h"

struct variant {
    const char *name;
    struct kernels kernels;
};

enum { VARIANTS_MAX = ISA_COUNT + 2 };

static size_t list_variants(struct variant variants[VARIANTS_MAX])
{
    static const char *const NAME[ISA_COUNT] = {"portable", "avx2", "avx512", "neon"};
    size_t count = 0;
    for (int isa = 0; isa < ISA_COUNT; isa++) {
        if (kernels_of(isa) != NULL) {
            variants[count++] = (struct variant){NAME[isa], *kernels_of(isa)};
        }
    }
#if defined(__x86_64__)
    const struct kernels *portable = kernels_of(ISA_PORTABLE), *avx512 = kernels_of(ISA_AVX512);
    if (portable->sha3_messages == sha3_messages_bmi) {
        variants[count] = (struct variant){"portable without bmi", *portable};
        variants[count++].kernels.sha3_messages = sha3_messages_portable;
    }
    if (avx512 != NULL && avx512->r96_histograms == r96_histograms_avx512_gfni) {
        variants[count] = (struct variant){"avx512 without gfni", *avx512};
        variants[count++].kernels.r96_histograms = r96_histograms_avx512;
    }
#elif defined(__aarch64__)
    if (variants[count - 1].kernels.sha3_messages == sha3_messages_neon_sha3) {
        variants[count] = variants[count - 1];
        variants[count].name = "neon without sha3";
        variants[count++].kernels.sha3_messages = sha3_messages_neon;
    }
#endif
    return count;
}

#endif
