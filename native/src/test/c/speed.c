/*
 * Gigabytes (10⁹ bytes) a second by kernel and instruction set, best and median of a number of runs of processor time over
 * frames in the second-level cache, and nanoseconds per frame or receipt. Arguments: the frames of a batch (default 16),
 * the runs (default 31).
 */
#define _POSIX_C_SOURCE 200809L
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "identify.h"
#include "sealed_frames.h"

static const char *const ISA_NAME[ISA_COUNT] = {"portable", "avx2", "avx512", "neon"};

enum { RUN_NS = 5000000, RUNS_MAX = 101 };

static uint8_t *frames, *outputs, *sealed;
static uint32_t payload_lengths[SEALED_FRAMES_MAX];
static struct outcome outcome;
static size_t batch;
static const struct kernels *isa_kernels;
static r96_histograms_kernel *r96;
static int rule;

static void blake3(void)
{
    isa_kernels->blake3_frames(frames, FRAME_LENGTH, batch, (const uint8_t *)BLAKE3_IV, 0, outputs, DIGEST_LENGTH);
}

static void blake3_keyed(void)
{
    isa_kernels->blake3_frames(frames, FRAME_LENGTH, batch, frames, BLAKE3_KEYED_HASH, outputs, DIGEST_LENGTH);
}

static void blake3_chunks(void)
{
    isa_kernels->blake3_chunks(frames, BLAKE3_FRAME_CHUNKS * batch, 0, frames, 0, outputs);
}

static void sha3(void)
{
    isa_kernels->sha3_messages(frames, FRAME_LENGTH, FRAME_LENGTH, batch, outputs, DIGEST_LENGTH);
}

static void histograms(void)
{
    r96(rule, frames, FRAME_LENGTH, batch, outputs, 0);
}

/* Equal neighbours wait for one another here, which random bytes seldom are: its time depends on the data. */
static void one_table(void)
{
    for (size_t frame = 0; frame < batch; frame++) {
        const uint8_t *bytes = frames + FRAME_LENGTH * frame;
        uint32_t counts[256] = {0};
        uint32_t classes[R96_CLASSES] = {0};
        for (size_t i = 0; i < FRAME_LENGTH; i++) {
            counts[bytes[i]]++;
        }
        for (int value = 0; value < 256; value++) {
            classes[R96_CLASS[R96_MOD96][value]] += counts[value];
        }
        memcpy(outputs + R96_HISTOGRAM_LENGTH * frame, classes, sizeof classes);
    }
}

static void identify_blake3(void)
{
    identify(isa_kernels, R96_MOD96, ADDRESS_BLAKE3, frames, FRAME_LENGTH, batch, outputs, DIGEST_LENGTH,
             outputs + DIGEST_LENGTH * batch, DIGEST_LENGTH, 0);
}

static void seal(void)
{
    seal_frames(isa_kernels, 0, 0, sealed, SEALED_FRAME_LENGTH, batch, 0, payload_lengths);
}

static void verify(void)
{
    verify_frames(isa_kernels, 0, 0, sealed, SEALED_FRAME_LENGTH, batch, 0, &outcome);
}

static void ids(void)
{
    receipt_ids(isa_kernels, frames, RECEIPT_LENGTH, batch, outputs);
}

static void chain(void)
{
    receipt_chain(isa_kernels, frames, batch, 1, outputs);
}

static double now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return 1e9 * (double)time.tv_sec + (double)time.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
    return (*(const double *)a > *(const double *)b) - (*(const double *)a < *(const double *)b);
}

static void measure(const char *isa, const char *what, void (*work)(void), size_t length, int runs)
{
    double ns_per_call[RUNS_MAX];
    for (int run = 0; run < runs; run++) {
        const double start = now_ns();
        double end;
        size_t calls = 0;
        do {
            for (int i = 0; i < 8; i++) {
                work();
            }
            calls += 8;
            end = now_ns();
        } while (end - start < RUN_NS);
        ns_per_call[run] = (end - start) / (double)calls;
    }
    qsort(ns_per_call, (size_t)runs, sizeof *ns_per_call, by_value);
    const double bytes = (double)(length * batch);
    printf("%-9s %-18s %6.2f GB/s median %6.2f best %9.1f ns each\n", isa, what, bytes / ns_per_call[runs / 2],
           bytes / ns_per_call[0], ns_per_call[runs / 2] / (double)batch);
}

int main(int argc, char **argv)
{
    static const char *const R96_NAME[R96_RULES] = {"r96 mod96", "r96 mix17", "r96 algebraic"};
    batch = argc > 1 ? strtoul(argv[1], NULL, 10) : 16;
    int runs = argc > 2 ? atoi(argv[2]) : 31;
    if (batch < 1 || batch > SEALED_FRAMES_MAX || runs < 1 || runs > RUNS_MAX) {
        fprintf(stderr, "speed [frames of a batch, 1..%d] [runs, 1..%d]\n", SEALED_FRAMES_MAX, RUNS_MAX);
        return 2;
    }
    frames = malloc(FRAME_LENGTH * batch);
    outputs = malloc(R96_HISTOGRAM_LENGTH * batch);
    sealed = malloc(SEALED_FRAME_LENGTH * batch);
    if (frames == NULL || outputs == NULL || sealed == NULL) {
        fprintf(stderr, "no memory for %zu frames\n", batch);
        return 1;
    }
    uint64_t state = 12288;
    for (size_t i = 0; i < FRAME_LENGTH * batch; i++) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        frames[i] = (uint8_t)(state >> 56);
    }
    isa_kernels = kernels_of(ISA_PORTABLE);
    isa_kernels->r96_histograms(R96_MOD96, frames, FRAME_LENGTH, batch, sealed, 0);
    one_table();
    if (memcmp(outputs, sealed, R96_HISTOGRAM_LENGTH * batch) != 0) {
        fprintf(stderr, "one table and the portable kernel differ\n");
        return 1;
    }
    for (size_t i = 0; i < batch; i++) {
        payload_lengths[i] = FRAME_LENGTH;
        memcpy(sealed + SEALED_FRAME_LENGTH * (i + 1) - FRAME_LENGTH, frames + FRAME_LENGTH * i, FRAME_LENGTH);
    }
    printf("%zu frames a call, %d runs of %d ms\n", batch, runs, RUN_NS / 1000000);
    measure("-", "r96 one table", one_table, FRAME_LENGTH, runs);
    for (int isa = 0; isa < ISA_COUNT; isa++) {
        isa_kernels = kernels_of(isa);
        if (isa_kernels == NULL) {
            continue;
        }
        r96 = isa_kernels->r96_histograms;
        measure(ISA_NAME[isa], "blake3 frames", blake3, FRAME_LENGTH, runs);
        measure(ISA_NAME[isa], "blake3 keyed", blake3_keyed, FRAME_LENGTH, runs);
        measure(ISA_NAME[isa], "blake3 chunks", blake3_chunks, FRAME_LENGTH, runs);
        measure(ISA_NAME[isa], "sha3 frames", sha3, FRAME_LENGTH, runs);
        for (rule = 0; rule < R96_RULES; rule++) {
            measure(ISA_NAME[isa], R96_NAME[rule], histograms, FRAME_LENGTH, runs);
        }
#if defined(__x86_64__)
        if (r96 == r96_histograms_avx512_gfni) {
            r96 = r96_histograms_avx512;
            rule = R96_MOD96;
            measure(ISA_NAME[isa], "r96 without gfni", histograms, FRAME_LENGTH, runs);
        }
#endif
        measure(ISA_NAME[isa], "identify blake3", identify_blake3, FRAME_LENGTH, runs);
        measure(ISA_NAME[isa], "seal", seal, FRAME_LENGTH, runs);
        measure(ISA_NAME[isa], "verify", verify, FRAME_LENGTH, runs);
        measure(ISA_NAME[isa], "receipt ids", ids, RECEIPT_LENGTH, runs);
        measure(ISA_NAME[isa], "receipt chain", chain, DIGEST_LENGTH, runs);
    }
    return 0;
}
