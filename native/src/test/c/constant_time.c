/*
 * Keyed BLAKE3 takes no branch and forms no address from the key, from what is derived from it or from the input:
 * MemorySanitizer is told that they are uninitialised and reports each such use, in every set of kernels that this
 * machine can run. That it does report is shown first, on three functions that have it coming.
 *
 * An instruction that MemorySanitizer does not understand could hide the key from it. So every byte of an output must
 * come out uninitialised, by the key alone; then it is declared initialised and compared with portable C.
 */
#include <sanitizer/msan_interface.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "variants.h"

enum { COUNT_MAX = 67, REPORTED = 99 };

/* A process ends with REPORTED where MemorySanitizer reports something. */
const char *__msan_default_options(void);

const char *__msan_default_options(void)
{
    return "exitcode=99";
}

/* As many items as fill one, some and all lanes of each width, and leave some idle. */
static const size_t COUNTS[] = {1, 2, 3, 4, 5, 7, 8, 9, 11, 15, 16, 17, 31, 32, 33, COUNT_MAX};

static uint8_t key[DIGEST_LENGTH], secret_key[DIGEST_LENGTH];
static uint8_t source[COUNT_MAX * FRAME_LENGTH], secret_source[COUNT_MAX * FRAME_LENGTH];
static uint8_t expected[COUNT_MAX * DIGEST_LENGTH], outputs[COUNT_MAX * DIGEST_LENGTH];
static int failures;

/* The outputs of a call: all of them secret, and right. */
static void check_outputs(const char *variant, const char *what, size_t count, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (__msan_test_shadow(outputs + i, 1) != 0) {
            printf("%s: %s: output byte %zu of %zu items does not depend on the key\n", variant, what, i, count);
            failures++;
            break;
        }
    }
    __msan_unpoison(outputs, sizeof outputs);
    if (memcmp(outputs, expected, length) != 0) {
        printf("%s: %s wrong for %zu items\n", variant, what, count);
        failures++;
    }
    memset(outputs, 0, sizeof outputs);
}

/* input is the source: public, or secret like the key. */
static void check(const struct variant *variant, const uint8_t *input, size_t count)
{
    const struct kernels *kernels = &variant->kernels, *portable = kernels_of(ISA_PORTABLE);
    const uint32_t flags = BLAKE3_KEYED_HASH;
    const uint64_t counter = 0xFFFFFFFE;
    const size_t length = DIGEST_LENGTH * count;

    portable->blake3_frames(source, FRAME_LENGTH, count, key, flags, expected, DIGEST_LENGTH);
    kernels->blake3_frames(input, FRAME_LENGTH, count, secret_key, flags, outputs, DIGEST_LENGTH);
    check_outputs(variant->name, "BLAKE3 of frames", count, length);

    portable->blake3_chunks(source, count, counter, key, flags, expected);
    kernels->blake3_chunks(input, count, counter, secret_key, flags, outputs);
    check_outputs(variant->name, "BLAKE3 chunks", count, length);

    portable->blake3_parents(source, count, key, flags | BLAKE3_PARENT, expected);
    kernels->blake3_parents(input, count, secret_key, flags | BLAKE3_PARENT, outputs);
    check_outputs(variant->name, "BLAKE3 parents", count, length);
}

static void check_compress(const struct variant *variant, const uint8_t *input)
{
    const uint32_t flags = BLAKE3_KEYED_HASH | BLAKE3_ROOT;
    kernels_of(ISA_PORTABLE)->blake3_compress(key, source, BLAKE3_BLOCK_LENGTH, 1, flags, expected);
    variant->kernels.blake3_compress(secret_key, input, BLAKE3_BLOCK_LENGTH, 1, flags, outputs);
    check_outputs(variant->name, "BLAKE3 compression", 1, 2 * DIGEST_LENGTH);
}

static volatile uint8_t sink;

static void branches_on_key(void)
{
    if (secret_key[0] & 1) {
        sink = 1;
    }
}

static void addresses_by_key(void)
{
    sink = R96_CLASS[R96_MOD96][secret_key[0]];
}

/* The tables of R96 are no secret's: lattice frames are public. */
static void addresses_by_input(void)
{
    kernels_of(ISA_PORTABLE)->r96_histograms(R96_MOD96, secret_source, FRAME_LENGTH, 1, outputs, 0);
}

static int is_reported(void (*function)(void))
{
    int status;
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stderr) == NULL) {
            _exit(2);
        }
        function();
        _exit(0);
    }
    return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == REPORTED;
}

int main(void)
{
    struct variant variants[VARIANTS_MAX];
    const size_t variant_count = list_variants(variants);
    uint64_t state = 12288;
    for (size_t i = 0; i < sizeof source; i++) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        source[i] = (uint8_t)(state >> 56);
    }
    memcpy(secret_source, source, sizeof source);
    memcpy(key, source + sizeof source - sizeof key, sizeof key);
    memcpy(secret_key, key, sizeof key);
    __msan_poison(secret_source, sizeof secret_source);
    __msan_poison(secret_key, sizeof secret_key);

    if (!is_reported(branches_on_key) || !is_reported(addresses_by_key) || !is_reported(addresses_by_input)) {
        printf("constant time: MemorySanitizer does not report what it should\n");
        return 1;
    }
    for (size_t i = 0; i < variant_count; i++) {
        for (size_t j = 0; j < sizeof COUNTS / sizeof *COUNTS; j++) {
            check(&variants[i], source, COUNTS[j]);
            check(&variants[i], secret_source, COUNTS[j]);
        }
        check_compress(&variants[i], source);
        check_compress(&variants[i], secret_source);
        printf("constant time: %s done\n", variants[i].name);
    }
    return failures > 0;
}
