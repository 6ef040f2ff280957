/*
 * Fuzzing of the C entry points: every set of kernels this machine can run against the portable one, for which
 * known_answers.c and differential.c vouch. The first bytes of an input choose the entry point and its arguments, the
 * rest is repeated to fill the source.
 *
 * libFuzzer calls LLVMFuzzerTestOneInput (make fuzz). With -DREPLAY this file has a main of its own that runs the files
 * named as arguments (make check).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "identify.h"
#include "sealed_frames.h"
#include "variants.h"

enum {
    FRAMES_MAX = 20,
    ITEMS_MAX = 67,
    DIGEST_GAP_MAX = 160,
    GUARD = 0xA5,
    OUTPUT_LENGTH = ITEMS_MAX * (DIGEST_LENGTH + DIGEST_GAP_MAX) + 128
};

enum entry {
    FRAMES,
    CHUNKS,
    PARENTS,
    COMPRESS,
    MESSAGES,
    HISTOGRAMS,
    IDENTIFY,
    RECEIPT_IDS,
    RECEIPT_CHAIN,
    SEAL_AND_VERIFY,
    VERIFY,
    ENTRIES
};

struct input {
    const uint8_t *data;
    size_t length;
};

struct call {
    enum entry entry;
    int rule, address_hash;
    uint32_t flags, block_length;
    uint64_t counter;
    uint8_t key[DIGEST_LENGTH];
    const uint8_t *source;
    ptrdiff_t stride, digest_stride;
    size_t length, count;
};

struct outputs {
    uint8_t first[OUTPUT_LENGTH], second[OUTPUT_LENGTH];
    struct outcome outcome;
};

/* 0..max, of as many bytes as that needs; 0 at the end of the input. */
static uint64_t take(struct input *input, uint64_t max)
{
    uint64_t value = 0;
    for (uint64_t rest = max; rest > 0 && input->length > 0; rest >>= 8) {
        value = value << 8 | *input->data++;
        input->length--;
    }
    return max == UINT64_MAX ? value : value % (max + 1);
}

static size_t item_length(enum entry entry, size_t message_length)
{
    switch (entry) {
    case CHUNKS:
        return BLAKE3_CHUNK_LENGTH;
    case PARENTS:
    case COMPRESS:
        return BLAKE3_BLOCK_LENGTH;
    case MESSAGES:
        return message_length;
    case RECEIPT_IDS:
        return RECEIPT_LENGTH;
    case RECEIPT_CHAIN:
        return DIGEST_LENGTH;
    case SEAL_AND_VERIFY:
    case VERIFY:
        return SEALED_FRAME_LENGTH;
    default:
        return FRAME_LENGTH;
    }
}

/* The memory that holds the source, and nothing after it, so that AddressSanitizer sees what is read beyond. */
static uint8_t *derive(struct input *input, struct call *call)
{
    call->entry = (enum entry)take(input, ENTRIES - 1);
    call->length = item_length(call->entry, take(input, 700));
    const size_t items_max = call->entry == COMPRESS ? 1 : call->length >= FRAME_LENGTH ? FRAMES_MAX : ITEMS_MAX;
    call->count = take(input, items_max);
    call->rule = (int)take(input, R96_RULES - 1);
    call->address_hash = (int)take(input, ADDRESS_HASHES - 1);
    call->flags = (uint32_t)take(input, 2 * BLAKE3_DERIVE_KEY_MATERIAL - 1);
    call->block_length = (uint32_t)take(input, BLAKE3_BLOCK_LENGTH);
    call->counter = take(input, UINT64_MAX);
    const int consecutive = call->entry == CHUNKS || call->entry == PARENTS || call->entry == RECEIPT_CHAIN;
    const size_t gap = take(input, 255);
    const size_t stride = call->length + (consecutive ? 0 : gap);
    const int backwards = take(input, 1) == 1 && !consecutive && call->count > 0;
    call->digest_stride = DIGEST_LENGTH + (ptrdiff_t)take(input, DIGEST_GAP_MAX);
    const size_t misalignment = take(input, 63);
    const int repeated = take(input, 1) == 1;
    for (size_t i = 0; i < sizeof call->key; i++) {
        call->key[i] = (uint8_t)take(input, 255);
    }

    const size_t length = call->count == 0 ? 0 : stride * (call->count - 1) + call->length;
    uint8_t *memory = malloc(misalignment + length);
    if (memory == NULL) {
        abort();
    }
    uint8_t *source = memory + misalignment;
    for (size_t i = 0; i < length; i++) {
        const uint8_t other = repeated ? 0 : (uint8_t)(i * 0x9E3779B97F4A7C15 >> 56);
        source[i] = other ^ (input->length > 0 ? input->data[i % input->length] : 0);
    }
    call->source = backwards ? source + stride * (call->count - 1) : source;
    call->stride = backwards ? -(ptrdiff_t)stride : (ptrdiff_t)stride;
    return memory;
}

/* Seals a copy of the source with payloads of the block length, flips a bit of it and verifies it. */
static void seal_and_verify(const struct kernels *kernels, const struct call *call, struct outcome *outcome)
{
    uint32_t lengths[FRAMES_MAX] = {0};
    const size_t length = call->count * SEALED_FRAME_LENGTH;
    uint8_t *copy = malloc(length);
    const int suite = call->address_hash << 4 | call->rule;
    const int on_link = (call->flags & 1) != 0;
    for (size_t i = 0; i < call->count; i++) {
        memcpy(copy + SEALED_FRAME_LENGTH * i, call->source + call->stride * (ptrdiff_t)i, SEALED_FRAME_LENGTH);
        lengths[i] = call->block_length * (FRAME_LENGTH / BLAKE3_BLOCK_LENGTH);
    }
    if (seal_frames(kernels, suite, on_link, copy, SEALED_FRAME_LENGTH, call->count, call->counter >> 32, lengths) !=
        OK) {
        abort();
    }
    if (length > 0) {
        copy[(call->key[0] << 16 | call->key[1] << 8 | call->key[2]) % length] ^= call->key[3];
    }
    verify_frames(kernels, suite, on_link, copy, SEALED_FRAME_LENGTH, call->count, call->counter >> 32, outcome);
    free(copy);
}

static void run(const struct kernels *kernels, const struct call *call, struct outputs *outputs)
{
    uint8_t *first = outputs->first;
    memset(outputs, GUARD, sizeof *outputs);
    switch (call->entry) {
    case FRAMES:
        kernels->blake3_frames(call->source, call->stride, call->count, call->key, call->flags & BLAKE3_KEYED_HASH,
                               first, call->digest_stride);
        break;
    case CHUNKS:
        kernels->blake3_chunks(call->source, call->count, call->counter, call->key, call->flags, first);
        break;
    case PARENTS:
        kernels->blake3_parents(call->source, call->count, call->key, call->flags | BLAKE3_PARENT, first);
        break;
    case COMPRESS:
        if (call->count == 1) {
            kernels->blake3_compress(call->key, call->source, call->block_length, call->counter, call->flags, first);
        }
        break;
    case MESSAGES:
        kernels->sha3_messages(call->source, call->stride, call->length, call->count, first, call->digest_stride);
        break;
    case HISTOGRAMS:
        kernels->r96_histograms(call->rule, call->source, call->stride, call->count, first,
                                (ptrdiff_t)call->count * call->stride);
        break;
    case IDENTIFY:
        identify(kernels, call->rule, call->address_hash, call->source, call->stride, call->count, first,
                 call->digest_stride, outputs->second, call->digest_stride, 0);
        break;
    case RECEIPT_IDS:
        receipt_ids(kernels, call->source, call->stride, call->count, first);
        break;
    case RECEIPT_CHAIN:
        memcpy(first, call->key, DIGEST_LENGTH);
        receipt_chain(kernels, call->source, call->count, call->counter, first);
        break;
    case SEAL_AND_VERIFY:
        seal_and_verify(kernels, call, &outputs->outcome);
        break;
    default:
        verify_frames(kernels, call->address_hash << 4 | call->rule, (call->flags & 1) != 0, call->source, call->stride,
                      call->count, (call->flags & 2) != 0 ? ANY_SEQUENCE : call->counter, &outputs->outcome);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t length)
{
    static struct variant variants[VARIANTS_MAX];
    static struct outputs expected, actual;
    static size_t variant_count;
    struct input input = {data, length};
    struct call call;
    variant_count = variant_count == 0 ? list_variants(variants) : variant_count;
    uint8_t *memory = derive(&input, &call);
    run(kernels_of(ISA_PORTABLE), &call, &expected);
    for (size_t i = 0; i < variant_count; i++) {
        run(&variants[i].kernels, &call, &actual);
        if (memcmp(&expected, &actual, sizeof actual) != 0) {
            fprintf(stderr, "fuzz: %s differs from portable at entry point %d, count %zu\n", variants[i].name,
                    (int)call.entry, call.count);
            abort();
        }
    }
    free(memory);
    return 0;
}

#if defined(REPLAY)
int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        uint8_t data[4096];
        FILE *file = fopen(argv[i], "rb");
        if (file == NULL) {
            perror(argv[i]);
            return 2;
        }
        const size_t length = fread(data, 1, sizeof data, file);
        fclose(file);
        LLVMFuzzerTestOneInput(data, length);
    }
    printf("fuzz: %d inputs replayed\n", argc - 1);
    return argc == 1;
}
#endif
