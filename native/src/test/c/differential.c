/*
 * Every set of kernels this machine can run against the reference: all counts, strides and alignments, guard bytes
 * round each output, inputs that end or start at an inaccessible page. Argument: the seed.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "identify.h"
#include "sealed_frames.h"
#include "reference.h"
#include "variants.h"

enum {
    COUNT_MAX = 67,
    STRIDE_MAX = FRAME_LENGTH + 192,
    SOURCE_LENGTH = STRIDE_MAX * COUNT_MAX,
    GUARD_LENGTH = 64,
    GUARD = 0xA5,
    OUTPUT_STRIDE_MAX = 448,
    OUTPUT_LENGTH = OUTPUT_STRIDE_MAX * (COUNT_MAX + 2) + 2 * GUARD_LENGTH
};

/* Mapped memory for sources, with an inaccessible page on either side. */
static uint8_t *mapped_start, *mapped_end;
static uint8_t outputs[OUTPUT_LENGTH];
static uint64_t seed, state;
static int sources_at_end;
static int failures;

static struct variant variants[VARIANTS_MAX];
static size_t variant_count;

#define EACH_VARIANT for (const struct variant *variant = variants; variant < variants + variant_count; variant++)

static uint64_t random64(void)
{
    state += 0x9E3779B97F4A7C15;
    uint64_t z = state;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
    z = (z ^ z >> 27) * 0x94D049BB133111EB;
    return z ^ z >> 31;
}

static size_t random_below(size_t bound)
{
    return random64() % bound;
}

/* Length bytes that end or start at an inaccessible page or have any alignment: random ones, or of few values. */
static uint8_t *random_source(size_t length)
{
    const unsigned place = sources_at_end ? 0 : (unsigned)random_below(3);
    uint8_t *source = place == 0   ? mapped_end - length
                      : place == 1 ? mapped_start
                                   : mapped_start + random_below((size_t)(mapped_end - mapped_start) - length);
    const unsigned kind = (unsigned)random_below(4);
    const uint8_t mask = kind == 0 ? 0x01 : kind == 1 ? 0x60 : 0xFF;
    const uint8_t value = (uint8_t)random64();
    for (size_t i = 0; i < length; i++) {
        source[i] = value ^ (uint8_t)(random64() >> 56 & mask);
    }
    return source;
}

static void fail(const char *variant, const char *what, size_t count, size_t detail)
{
    printf("%s: %s wrong for count %zu, %zu (seed %llu)\n", variant, what, count, detail, (unsigned long long)seed);
    failures++;
}

/* Output i of length bytes at a stride, guards before, between and after. */
static uint8_t *output_start(void)
{
    memset(outputs, GUARD, sizeof outputs);
    return outputs + GUARD_LENGTH + random_below(GUARD_LENGTH);
}

static int outputs_are(const uint8_t *start, size_t stride, size_t length, size_t count, const uint8_t *expected)
{
    static uint8_t image[OUTPUT_LENGTH];
    memset(image, GUARD, sizeof image);
    for (size_t i = 0; i < count; i++) {
        memcpy(image + (start - outputs) + stride * i, expected + length * i, length);
    }
    return memcmp(image, outputs, sizeof image) == 0;
}

static size_t random_stride(void)
{
    static const size_t STRIDES[] = {0, 100, FRAME_LENGTH, FRAME_LENGTH + 1, FRAME_LENGTH + 160, FRAME_LENGTH + 192};
    return STRIDES[random_below(sizeof STRIDES / sizeof *STRIDES)];
}

static size_t random_digest_stride(void)
{
    static const size_t STRIDES[] = {32, 33, 128, 160};
    return STRIDES[random_below(4)];
}

static void check_blake3_frames(size_t count)
{
    static uint8_t expected[COUNT_MAX * DIGEST_LENGTH];
    const size_t stride = random_stride();
    const size_t digest_stride = random_digest_stride();
    const uint8_t *source = random_source(stride * (count - 1) + FRAME_LENGTH);
    uint32_t key[8];
    memcpy(key, BLAKE3_IV, sizeof key);
    const uint32_t flags = random_below(2) == 0 ? 0 : BLAKE3_KEYED_HASH;
    for (int i = 0; flags != 0 && i < 8; i++) {
        key[i] = (uint32_t)random64();
    }
    for (size_t i = 0; i < count; i++) {
        reference_blake3_frame(source + stride * i, key, flags, expected + DIGEST_LENGTH * i);
    }
    EACH_VARIANT {
        uint8_t *start = output_start();
        variant->kernels.blake3_frames(source, (ptrdiff_t)stride, count, (const uint8_t *)key, flags, start,
                                       (ptrdiff_t)digest_stride);
        if (!outputs_are(start, digest_stride, DIGEST_LENGTH, count, expected)) {
            fail(variant->name, "BLAKE3 of frames", count, stride);
        }
        /* the same frames from the last to the first */
        start = output_start();
        variant->kernels.blake3_frames(source + stride * (count - 1), -(ptrdiff_t)stride, count, (const uint8_t *)key,
                                       flags, start + digest_stride * (count - 1), -(ptrdiff_t)digest_stride);
        if (!outputs_are(start, digest_stride, DIGEST_LENGTH, count, expected)) {
            fail(variant->name, "BLAKE3 of frames backwards", count, stride);
        }
    }
}

static void check_blake3_nodes(size_t count)
{
    static const uint32_t FLAGS[] = {0, BLAKE3_KEYED_HASH, BLAKE3_DERIVE_KEY_CONTEXT, BLAKE3_DERIVE_KEY_MATERIAL};
    static uint8_t expected[COUNT_MAX * DIGEST_LENGTH];
    const uint64_t counter = random_below(2) == 0 ? 0xFFFFFFFF - random_below(COUNT_MAX) : random64() >> 1;
    const uint32_t flags = FLAGS[random_below(4)];
    uint32_t key[8], output[16];
    for (int i = 0; i < 8; i++) {
        key[i] = (uint32_t)random64();
    }
    const uint8_t *source = random_source(BLAKE3_CHUNK_LENGTH * count);
    for (size_t i = 0; i < count; i++) {
        reference_chunk(source + BLAKE3_CHUNK_LENGTH * i, counter + i, key, flags, output);
        memcpy(expected + DIGEST_LENGTH * i, output, DIGEST_LENGTH);
    }
    EACH_VARIANT {
        uint8_t *start = output_start();
        variant->kernels.blake3_chunks(source, count, counter, (const uint8_t *)key, flags, start);
        if (!outputs_are(start, DIGEST_LENGTH, DIGEST_LENGTH, count, expected)) {
            fail(variant->name, "BLAKE3 chunks", count, flags);
        }
    }

    const uint8_t *children = random_source(2 * DIGEST_LENGTH * count);
    for (size_t i = 0; i < count; i++) {
        reference_compress(key, children + 64 * i, 64, 0, flags | BLAKE3_PARENT, output);
        memcpy(expected + DIGEST_LENGTH * i, output, DIGEST_LENGTH);
    }
    EACH_VARIANT {
        uint8_t *start = output_start();
        variant->kernels.blake3_parents(children, count, (const uint8_t *)key, flags | BLAKE3_PARENT, start);
        if (!outputs_are(start, DIGEST_LENGTH, DIGEST_LENGTH, count, expected)) {
            fail(variant->name, "BLAKE3 parents", count, flags);
        }
        uint8_t in_place[2 * DIGEST_LENGTH * COUNT_MAX];
        memcpy(in_place, children, 2 * DIGEST_LENGTH * count);
        variant->kernels.blake3_parents(in_place, count, (const uint8_t *)key, flags | BLAKE3_PARENT, in_place);
        if (memcmp(in_place, expected, DIGEST_LENGTH * count) != 0 ||
            memcmp(in_place + DIGEST_LENGTH * count, children + DIGEST_LENGTH * count, DIGEST_LENGTH * count) != 0) {
            fail(variant->name, "BLAKE3 parents in place", count, flags);
        }
    }

    const uint32_t length = (uint32_t)random_below(65);
    const uint8_t *block = random_source(64);
    reference_compress(key, block, length, counter, flags, output);
    EACH_VARIANT {
        uint8_t *start = output_start();
        variant->kernels.blake3_compress((const uint8_t *)key, block, length, counter, flags, start);
        if (!outputs_are(start, 64, 64, 1, (const uint8_t *)output)) {
            fail(variant->name, "BLAKE3 compression", length, flags);
        }
    }
}

static void check_sha3(size_t count, size_t length)
{
    static uint8_t expected[COUNT_MAX * DIGEST_LENGTH];
    const size_t stride = length + random_below(65);
    const size_t digest_stride = random_digest_stride();
    const uint8_t *source = random_source(stride * (count - 1) + length);
    for (size_t i = 0; i < count; i++) {
        reference_sha3(source + stride * i, length, expected + DIGEST_LENGTH * i);
    }
    EACH_VARIANT {
        uint8_t *start = output_start();
        variant->kernels.sha3_messages(source, (ptrdiff_t)stride, length, count, start, (ptrdiff_t)digest_stride);
        if (!outputs_are(start, digest_stride, DIGEST_LENGTH, count, expected)) {
            fail(variant->name, "SHA3-256", count, length);
        }
    }
}

static void check_r96(size_t count)
{
    static uint8_t expected[COUNT_MAX * R96_HISTOGRAM_LENGTH];
    const size_t stride = random_stride();
    const uint8_t *source = random_source(stride * (count - 1) + FRAME_LENGTH);
    for (int rule = 0; rule < R96_RULES; rule++) {
        for (size_t i = 0; i < count; i++) {
            uint32_t counts[R96_CLASSES];
            reference_histogram(rule, source + stride * i, counts);
            memcpy(expected + R96_HISTOGRAM_LENGTH * i, counts, sizeof counts);
        }
        EACH_VARIANT {
            uint8_t *start = output_start();
            variant->kernels.r96_histograms(rule, source, (ptrdiff_t)stride, count, start,
                                             (ptrdiff_t)(stride * count));
            if (!outputs_are(start, R96_HISTOGRAM_LENGTH, R96_HISTOGRAM_LENGTH, count, expected)) {
                fail(variant->name, "R96 histograms", count, (size_t)rule);
            }
        }
    }
}

/* Frames of one repeated byte, each value, fill one class. */
static void check_r96_constant(void)
{
    for (unsigned value = 0; value < 256; value++) {
        uint8_t *frame = mapped_end - FRAME_LENGTH;
        memset(frame, (int)value, FRAME_LENGTH);
        for (int rule = 0; rule < R96_RULES; rule++) {
            uint32_t counts[R96_CLASSES], expected[R96_CLASSES] = {0};
            expected[reference_class(rule, value)] = FRAME_LENGTH;
            EACH_VARIANT {
                variant->kernels.r96_histograms(rule, frame, FRAME_LENGTH, 1, (uint8_t *)counts, 0);
                if (memcmp(counts, expected, sizeof counts) != 0) {
                    fail(variant->name, "R96 histogram of one value", value, (size_t)rule);
                }
            }
        }
    }
}

static void check_identify(size_t count)
{
    static uint8_t expected[COUNT_MAX * DIGEST_LENGTH];
    static uint8_t addresses[COUNT_MAX * DIGEST_LENGTH + 2 * GUARD_LENGTH], expected_addresses[sizeof addresses];
    const size_t stride = random_stride();
    const size_t digest_stride = random_digest_stride();
    const int rule = (int)random_below(R96_RULES);
    const int address_hash = (int)random_below(ADDRESS_HASHES);
    const uint8_t *source = random_source(stride * (count - 1) + FRAME_LENGTH);
    memset(expected_addresses, GUARD, sizeof expected_addresses);
    for (size_t i = 0; i < count; i++) {
        uint8_t *expected_address = expected_addresses + GUARD_LENGTH + DIGEST_LENGTH * i;
        uint32_t counts[R96_CLASSES];
        reference_histogram(rule, source + stride * i, counts);
        reference_sha3((const uint8_t *)counts, sizeof counts, expected + DIGEST_LENGTH * i);
        if (address_hash == ADDRESS_BLAKE3) {
            reference_blake3_frame(source + stride * i, BLAKE3_IV, 0, expected_address);
        } else {
            reference_sha3(source + stride * i, FRAME_LENGTH, expected_address);
        }
    }
    EACH_VARIANT {
        uint8_t *start = output_start();
        memset(addresses, GUARD, sizeof addresses);
        identify(&variant->kernels, rule, address_hash, source, (ptrdiff_t)stride, count, addresses + GUARD_LENGTH,
                 DIGEST_LENGTH, start, (ptrdiff_t)digest_stride, 0);
        if (!outputs_are(start, digest_stride, DIGEST_LENGTH, count, expected) ||
            memcmp(addresses, expected_addresses, sizeof addresses) != 0) {
            fail(variant->name, "identify", count, stride);
        }
    }
}

static void check_receipts(size_t count)
{
    static uint8_t expected[COUNT_MAX * DIGEST_LENGTH];
    const size_t stride = RECEIPT_LENGTH + random_below(65);
    const uint8_t *receipts = random_source(stride * (count - 1) + RECEIPT_LENGTH);
    for (size_t i = 0; i < count; i++) {
        uint8_t message[14 + RECEIPT_LENGTH] = "HOLO-RECEIPT-1";
        memcpy(message + 14, receipts + stride * i, RECEIPT_LENGTH);
        reference_sha3(message, sizeof message, expected + DIGEST_LENGTH * i);
    }
    EACH_VARIANT {
        uint8_t *start = output_start();
        receipt_ids(&variant->kernels, receipts, (ptrdiff_t)stride, count, start);
        if (!outputs_are(start, DIGEST_LENGTH, DIGEST_LENGTH, count, expected)) {
            fail(variant->name, "receipt ids", count, stride);
        }
    }

    const uint8_t *ids = random_source(DIGEST_LENGTH * count);
    const uint64_t first_index = random64();
    uint8_t first[DIGEST_LENGTH], head[DIGEST_LENGTH];
    for (int i = 0; i < DIGEST_LENGTH; i++) {
        first[i] = (uint8_t)random64();
    }
    memcpy(head, first, sizeof head);
    for (size_t i = 0; i < count; i++) {
        const uint64_t index = first_index + i;
        uint8_t message[84] = "HOLO-CHAIN-1";
        memcpy(message + 12, head, DIGEST_LENGTH);
        memcpy(message + 44, &index, 8);
        memcpy(message + 52, ids + DIGEST_LENGTH * i, DIGEST_LENGTH);
        reference_sha3(message, sizeof message, head);
    }
    EACH_VARIANT {
        uint8_t *start = output_start();
        memcpy(start, first, sizeof first);
        receipt_chain(&variant->kernels, ids, count, first_index, start);
        if (!outputs_are(start, DIGEST_LENGTH, DIGEST_LENGTH, 1, head)) {
            fail(variant->name, "receipt chain", count, (size_t)first_index);
        }
    }
}

/* The header field by field, as the layout on the wire says. */
static void reference_header(uint8_t *sealed, int suite, int on_link, uint64_t sequence, uint64_t payload_length)
{
    const uint8_t *frame = sealed + 160;
    const uint16_t phase = (uint16_t)(sequence % 768), longest_wait = 768;
    const uint32_t cycle = (uint32_t)(sequence / 768);
    uint32_t counts[R96_CLASSES];
    memset(sealed, 0, 160);
    memset(sealed + 160 + payload_length, 0, FRAME_LENGTH - payload_length);
    sealed[0] = 1;
    sealed[1] = 1;
    memcpy(sealed + 8, &sequence, on_link ? 8 : 0);
    memcpy(sealed + 32, "HR\1", 3);
    sealed[35] = (uint8_t)suite;
    sealed[36] = 1;
    memcpy(sealed + 38, &phase, 2);
    memcpy(sealed + 40, &cycle, 4);
    memcpy(sealed + 46, &longest_wait, 2);
    memcpy(sealed + 48, &payload_length, 8);
    memcpy(sealed + 56, &sequence, 8);
    reference_histogram(suite & 15, frame, counts);
    reference_sha3((const uint8_t *)counts, sizeof counts, sealed + 64);
    if (suite >> 4 == ADDRESS_BLAKE3) {
        reference_blake3_frame(frame, BLAKE3_IV, 0, sealed + 96);
    } else {
        reference_sha3(frame, FRAME_LENGTH, sealed + 96);
    }
}

static void check_sealed(size_t count)
{
    static uint8_t before[SOURCE_LENGTH], expected[SOURCE_LENGTH];
    static struct outcome outcome;
    uint32_t payload_lengths[SEALED_FRAMES_MAX];
    const size_t stride = SEALED_FRAME_LENGTH + random_below(64);
    const size_t length = stride * (count - 1) + SEALED_FRAME_LENGTH;
    const int suite = (int)(random_below(ADDRESS_HASHES) << 4 | random_below(R96_RULES));
    const int on_link = (int)random_below(2);
    const uint64_t first_sequence = random64() >> 23;
    const uint64_t all = UINT64_MAX >> (64 - count);
    uint8_t *sealed = random_source(length);
    memcpy(before, sealed, length);
    memcpy(expected, sealed, length);
    for (size_t i = 0; i < count; i++) {
        payload_lengths[i] = (uint32_t)(random_below(2) ? FRAME_LENGTH : random_below(FRAME_LENGTH));
        reference_header(expected + stride * i, suite, on_link, first_sequence + i, payload_lengths[i]);
    }
    EACH_VARIANT {
        const size_t bad = random_below(count);
        const size_t offset = random_below(2) ? 56 + random_below(160 - 56) : 160 + random_below(FRAME_LENGTH);
        memcpy(sealed, before, length);
        seal_frames(&variant->kernels, suite, on_link, sealed, (ptrdiff_t)stride, count, first_sequence,
                    payload_lengths);
        if (memcmp(sealed, expected, length) != 0) {
            fail(variant->name, "seal", count, stride);
        }
        verify_frames(&variant->kernels, suite, on_link, sealed, (ptrdiff_t)stride, count, first_sequence, &outcome);
        if (outcome.good != all) {
            fail(variant->name, "verify", count, stride);
        }
        sealed[stride * bad + offset] ^= (uint8_t)(1 + random_below(255));
        verify_frames(&variant->kernels, suite, on_link, sealed, (ptrdiff_t)stride, count, first_sequence, &outcome);
        if (outcome.good != (all & ~(UINT64_C(1) << bad)) || outcome.reasons[bad] == 0) {
            fail(variant->name, "verify of a changed frame", count, offset);
        }
    }
}

static void check_count(size_t count)
{
    check_blake3_frames(count);
    check_blake3_nodes(count);
    check_r96(count);
    check_identify(count);
    check_receipts(count);
    check_sha3(count, random_below(700));
}

static void check_all(void)
{
    static const size_t LENGTHS[] = {0, 1, 7, 135, 136, 137, 271, 272, 273, 384, 1000, FRAME_LENGTH};
    static const size_t SEALED_COUNTS[] = {1, 2, 3, 8, 15, 16, 17, 33, 64};
    for (size_t count = 1; count <= COUNT_MAX; count++) {
        check_count(count);
    }
    /* a pass has at most 32 lanes, so these leave every number of them idle next to the inaccessible page */
    sources_at_end = 1;
    for (size_t count = 1; count <= 33; count++) {
        check_count(count);
    }
    for (size_t i = 0; i < sizeof SEALED_COUNTS / sizeof *SEALED_COUNTS; i++) {
        check_sealed(SEALED_COUNTS[i]);
        sources_at_end = !sources_at_end;
        check_sealed(SEALED_COUNTS[i]);
    }
    sources_at_end = 0;
    for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++) {
        for (size_t count = 1; count <= 17; count++) {
            check_sha3(count, LENGTHS[i]);
        }
    }
    check_r96_constant();
}

int main(int argc, char **argv)
{
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    const size_t mapped = (SOURCE_LENGTH + page) / page * page;
    uint8_t *pages = mmap(NULL, mapped + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + page, mapped, PROT_READ | PROT_WRITE) != 0) {
        perror("mmap");
        return 2;
    }
    mapped_start = pages + page;
    mapped_end = mapped_start + mapped;
    seed = argc > 1 ? strtoull(argv[1], NULL, 10) : 12288;
    state = seed;
    variant_count = list_variants(variants);
    check_all();
    EACH_VARIANT {
        printf("differential: %s done\n", variant->name);
    }
    return failures > 0;
}
