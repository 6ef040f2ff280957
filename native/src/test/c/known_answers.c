/* The vectors of the lattice model, section 7, and its class tables, on every set of kernels this machine can run. */
#include <stdio.h>
#include <string.h>

#include "identify.h"
#include "sealed_frames.h"
#include "variants.h"

static int failures;

static void expect(const char *variant, const char *what, const uint8_t *digest, const char *expected)
{
    char actual[2 * DIGEST_LENGTH + 1];
    for (int i = 0; i < DIGEST_LENGTH; i++) {
        snprintf(actual + 2 * i, 3, "%02x", digest[i]);
    }
    if (strcmp(actual, expected) != 0) {
        printf("%s: %s is %s, expected %s\n", variant, what, actual, expected);
        failures++;
    }
}

struct answers {
    const char *frame;
    const char *blake3;
    const char *sha3;
    const char *r96[R96_RULES];
    const char *receipt_id;
    const char *chain_head;
};

static const struct answers ANSWERS[] = {
    {"Z",
     "819ad8f20ee2578f84eeb28b4aa852458c066911cce810767021030961e43e60",
     "d81e93d78ee49e5510f5070123ead131699cce4f302a7573a3a68249f08c2499",
     {"ebac7dcb0b4989128873274281ef9709720abf279017f78024c7441ab96096b9",
      "ebac7dcb0b4989128873274281ef9709720abf279017f78024c7441ab96096b9",
      "ebac7dcb0b4989128873274281ef9709720abf279017f78024c7441ab96096b9"},
     "a1471134ca4d9b01530452c5f5e227ded59bd1ddc2db0d0380fe2ca92c74483a",
     "e77c847e7c95be0ef6a3e1a8556c90f9976e4e2fe3e872bb9bd2b5614235acc1"},
    {"P",
     "18d1e6b4ad5377aa9a0f81936390071692421a4c38db5d4430b69fba8ca2f007",
     "9db4c7de5465c857bba4b17f64a5aa9571167751a5029fd8b2b54b75a5e3788f",
     {"ee82a2c662b6f5a3a69ccbd644a85e5ad4193f941965b664a7c2418f5822e6bc",
      "fe753061d5f5217a8abaa4d0eccee41094cefec727e2da7cd88c9d4ab5a0d8ce",
      "01d6ee8c41ccc2a9aa742f5f22b350759f9ab92c3a77cca08719fbee09383313"},
     "051ec40824daaf6d9716bb98394ea17cdd639b1c6d8bc1fb469d7db5d7cfb179",
     "5f00c519558c43d43717ae1b63728fb865b834950518ed1b873fec84ec51d535"},
    {"S",
     "367d2616918bec00b575beb73dd5307ce2adc63337346585c0ec723f751bd802",
     "8ea7dab9a30e6d5e296c3c3d60fabd3a1b21f8835da0dc66f9946c2b84716525",
     {"b6236851aac0238df56ce878738f8aa98a11f954bc87260d622fbf1a843be799",
      "a3a7a0d0f96f9f64cc35c69a9c4e50202f66060ba7ca69c6461c6d1b96196a74",
      "530dce1f6137c5327c1628938d3e88b70574e84b4fcac3bb5d9f4dcee1750b1c"},
     "18429156b0e54e43f40ef82adbcdb6e1f3b568810a64e9e760efdda88e9143ae",
     "18a0882ff1f33898f98efbc5f234618a164d2cd5c02643fbac34652aaf59074d"},
};

enum { FRAMES = sizeof ANSWERS / sizeof *ANSWERS };

static void fill_frames(uint8_t frames[FRAMES][FRAME_LENGTH])
{
    uint64_t state = 12288;
    memset(frames[0], 0, FRAME_LENGTH);
    for (int i = 0; i < FRAME_LENGTH; i++) {
        frames[1][i] = (uint8_t)i;
    }
    for (int i = 0; i < FRAME_LENGTH; i += 8) {
        state += 0x9E3779B97F4A7C15;
        uint64_t z = state;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        z ^= z >> 31;
        memcpy(frames[2] + i, &z, sizeof z);
    }
}

static void check_frames(const struct variant *variant, uint8_t frames[FRAMES][FRAME_LENGTH])
{
    const struct kernels *kernels = &variant->kernels;
    uint8_t digests[FRAMES][DIGEST_LENGTH];
    kernels->blake3_frames(frames[0], FRAME_LENGTH, FRAMES, (const uint8_t *)BLAKE3_IV, 0, digests[0], DIGEST_LENGTH);
    for (int i = 0; i < FRAMES; i++) {
        expect(variant->name, "BLAKE3 of a frame", digests[i], ANSWERS[i].blake3);
    }
    kernels->sha3_messages(frames[0], FRAME_LENGTH, FRAME_LENGTH, FRAMES, digests[0], DIGEST_LENGTH);
    for (int i = 0; i < FRAMES; i++) {
        expect(variant->name, "SHA3-256 of a frame", digests[i], ANSWERS[i].sha3);
    }
    for (int rule = 0; rule < R96_RULES; rule++) {
        uint8_t addresses[FRAMES][DIGEST_LENGTH];
        identify(kernels, rule, ADDRESS_BLAKE3, frames[0], FRAME_LENGTH, FRAMES, addresses[0], DIGEST_LENGTH,
                 digests[0], DIGEST_LENGTH, 0);
        for (int i = 0; i < FRAMES; i++) {
            expect(variant->name, "R96 digest of a frame", digests[i], ANSWERS[i].r96[rule]);
            expect(variant->name, "BLAKE3 address", addresses[i], ANSWERS[i].blake3);
        }
        identify(kernels, rule, ADDRESS_SHA3, frames[0], FRAME_LENGTH, FRAMES, addresses[0], DIGEST_LENGTH, digests[0],
                 DIGEST_LENGTH, 0);
        for (int i = 0; i < FRAMES; i++) {
            expect(variant->name, "R96 digest of a frame", digests[i], ANSWERS[i].r96[rule]);
            expect(variant->name, "SHA3-256 address", addresses[i], ANSWERS[i].sha3);
        }
    }
}

static void check_sealed(const struct variant *variant, const uint8_t *frame, const uint8_t *receipt)
{
    static const uint32_t WHOLE[] = {FRAME_LENGTH};
    static uint8_t sealed[SEALED_FRAME_LENGTH];
    static struct outcome outcome;
    memset(sealed, 0xA5, sizeof sealed);
    memcpy(sealed + sizeof sealed - FRAME_LENGTH, frame, FRAME_LENGTH);
    seal_frames(&variant->kernels, 0, 0, sealed, 0, 1, 0, WHOLE);
    if (memcmp(sealed + 32, receipt, RECEIPT_LENGTH) != 0) {
        fprintf(stderr, "%s: a sealed frame bears another receipt\n", variant->name);
        failures++;
    }
    /* a payload that ends in zeroes could as well be shorter: its length is covered by the receipt's id alone */
    const size_t bits = sealed[sizeof sealed - 1] != 0 ? 8 * sizeof sealed : 0;
    for (size_t bit = 0; bit < bits; bit += bit < 8 * 200 ? 1 : 997) {
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        verify_frames(&variant->kernels, 0, 0, sealed, 0, 1, 0, &outcome);
        sealed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (outcome.good != 0 || outcome.reasons[0] == 0) {
            fprintf(stderr, "%s: a sealed frame verifies with bit %zu flipped\n", variant->name, bit);
            failures++;
        }
    }
    verify_frames(&variant->kernels, 0, 0, sealed, 0, 1, 0, &outcome);
    if (outcome.good != 1 || outcome.reasons[0] != 0 || memcmp(outcome.receipts[0], receipt, RECEIPT_LENGTH) != 0) {
        fprintf(stderr, "%s: a sealed frame does not verify, reason %d\n", variant->name, outcome.reasons[0]);
        failures++;
    }
}

/* Receipts of suite 0, φ = 1, longest wait 768, a whole frame as payload, and the chain over each alone. */
static void check_receipts(const struct variant *variant, uint8_t frames[FRAMES][FRAME_LENGTH])
{
    uint8_t receipts[FRAMES][RECEIPT_LENGTH] = {{0}}, ids[FRAMES][DIGEST_LENGTH];
    for (int i = 0; i < FRAMES; i++) {
        memcpy(receipts[i], (const uint8_t[]){'H', 'R', 1, 0, 1, [15] = 3, [17] = 0x30}, 18);
    }
    identify(&variant->kernels, R96_MOD96, ADDRESS_BLAKE3, frames[0], FRAME_LENGTH, FRAMES, receipts[0] + 64,
             RECEIPT_LENGTH, receipts[0] + 32, RECEIPT_LENGTH, 0);
    receipt_ids(&variant->kernels, receipts[0], RECEIPT_LENGTH, FRAMES, ids[0]);
    for (int i = 0; i < FRAMES; i++) {
        uint8_t head[DIGEST_LENGTH] = {0};
        expect(variant->name, "receipt id", ids[i], ANSWERS[i].receipt_id);
        receipt_chain(&variant->kernels, ids[i], 1, 1, head);
        expect(variant->name, "chain head", head, ANSWERS[i].chain_head);
        check_sealed(variant, frames[i], receipts[i]);
    }
}

/* Histograms merge: the counts of the three frames added up. */
static void check_merged(const struct variant *variant, uint8_t frames[FRAMES][FRAME_LENGTH])
{
    uint32_t histograms[FRAMES][R96_CLASSES];
    uint8_t digest[DIGEST_LENGTH];
    variant->kernels.r96_histograms(R96_MOD96, frames[0], FRAME_LENGTH, FRAMES, (uint8_t *)histograms, 0);
    for (int i = 0; i < R96_CLASSES; i++) {
        histograms[0][i] += histograms[1][i] + histograms[2][i];
    }
    variant->kernels.sha3_messages((const uint8_t *)histograms, 0, R96_HISTOGRAM_LENGTH, 1, digest, 0);
    expect(variant->name, "R96 digest of Z+P+S", digest,
           "e8d2c96035b8e1776eb3a105f9c684dea0fc33c6e51d46d13f68cb39fe1d3c42");
    memset(histograms, 0, sizeof histograms);
    variant->kernels.sha3_messages((const uint8_t *)histograms, 0, R96_HISTOGRAM_LENGTH, 1, digest, 0);
    expect(variant->name, "R96 digest of nothing", digest,
           "ef253a7a4953348fb7ba4a91742f327247bc850258b374e07fd5ead321f76557");
}

static void check_class_tables(const struct variant *variant)
{
    static const char *const EXPECTED[R96_RULES] = {
        "9cb4288017f07fd3abef32cd5a781f8cde6a71f626a6506e6b03d0034e39e2af",
        "1a41b515e1d5116138df7b08aa7a98c434368908f9cb25d14420f9741dc2a6c8",
        "5f6705a8533f63c4c7ce51aae22b6aa7194a7d9f5886b2e6bc7359c49494ad14",
    };
    for (int rule = 0; rule < R96_RULES; rule++) {
        uint8_t digest[DIGEST_LENGTH];
        variant->kernels.sha3_messages(R96_CLASS[rule], 0, 256, 1, digest, 0);
        expect(variant->name, "SHA3-256 of a class table", digest, EXPECTED[rule]);
    }
}

int main(void)
{
    static uint8_t frames[FRAMES][FRAME_LENGTH];
    struct variant variants[VARIANTS_MAX];
    const size_t variant_count = list_variants(variants);
    fill_frames(frames);
    for (size_t i = 0; i < variant_count; i++) {
        check_frames(&variants[i], frames);
        check_receipts(&variants[i], frames);
        check_merged(&variants[i], frames);
        check_class_tables(&variants[i]);
        printf("known answers: %s done\n", variants[i].name);
    }
    return failures > 0;
}
