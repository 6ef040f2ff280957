#include "sealed_frames.h"

#include <string.h>

#include "identify.h"

/* The SBE schema's blocks, whose fields fall where C aligns them. Copied in and out: frames have any alignment. */
struct header {
    uint8_t envelope_version, envelope_kind;
    uint16_t envelope_flags;
    uint32_t key_epoch;
    uint64_t link_sequence;
    uint8_t tag[16];

    char magic[2];
    uint8_t version, suite, flags, budget;
    uint16_t phase;
    uint32_t cycle;
    uint16_t fairness_spread, longest_wait;
    uint64_t payload_length, sequence;
    uint8_t r96_digest[DIGEST_LENGTH], content_address[DIGEST_LENGTH], witness_head[DIGEST_LENGTH];
};

enum {
    RECEIPT = offsetof(struct header, magic),
    PHASES = 768,
    KIND_LATTICE_FRAME = 1,
    PHI = 1,
    BUDGET_MAX = 47,
    LONGEST_WAIT = 768
};

_Static_assert(RECEIPT == 32 && sizeof(struct header) == RECEIPT + RECEIPT_LENGTH, "the layout on the wire");
_Static_assert(sizeof(struct outcome) == 8 + SEALED_FRAMES_MAX * (1 + RECEIPT_LENGTH + 2 * DIGEST_LENGTH) &&
                   offsetof(struct outcome, receipts) == 8 + SEALED_FRAMES_MAX,
               "what NativeHash.OUTCOME_LENGTH says");

/* RejectReason's codes. */
enum reason {
    GOOD,
    ENVELOPE_VERSION = 2,
    ENVELOPE_KIND,
    ENVELOPE_FLAGS,
    KEY_EPOCH,
    TAG,
    RECEIPT_MAGIC,
    RECEIPT_VERSION,
    SUITE,
    RECEIPT_FLAGS,
    NOT_PHI,
    BUDGET_RANGE,
    BUDGET_UNLAWFUL,
    SEQUENCE,
    PHASE,
    CYCLE,
    LINK_SEQUENCE,
    FAIRNESS_SPREAD,
    LONGEST_WAIT_NOT_CANONICAL,
    PAYLOAD_LENGTH,
    WITNESS_HEAD,
    CONTENT_ADDRESS,
    R96_DIGEST,
    TAIL
};

static const uint8_t ZEROES[256];

static int is_zero(const uint8_t *bytes, size_t length)
{
    for (; length > sizeof ZEROES; bytes += sizeof ZEROES, length -= sizeof ZEROES) {
        if (memcmp(bytes, ZEROES, sizeof ZEROES) != 0) {
            return 0;
        }
    }
    return memcmp(bytes, ZEROES, length) == 0;
}

/* The rule in the low four bits, the address hash in the next ones. */
static int is_suite(int suite)
{
    return suite >= 0 && (suite & 0xF) < R96_RULES && suite >> 4 < ADDRESS_HASHES;
}

int seal_frames(const struct kernels *kernels, int suite, int on_link, uint8_t *sealed, ptrdiff_t stride, size_t count,
                uint64_t first_sequence, const uint32_t *payload_lengths)
{
    struct header header = {.envelope_version = 1,
                            .envelope_kind = KIND_LATTICE_FRAME,
                            .magic = {'H', 'R'},
                            .version = 1,
                            .suite = (uint8_t)suite,
                            .flags = PHI,
                            .longest_wait = LONGEST_WAIT};
    int lawful = is_suite(suite) && count <= SEALED_FRAMES_MAX;
    for (size_t i = 0; lawful && i < count; i++) {
        lawful = payload_lengths[i] <= FRAME_LENGTH;
    }
    if (!lawful) {
        return BAD_ARGUMENT;
    }
    for (size_t i = 0; i < count; i++) {
        uint8_t *frame = sealed + stride * (ptrdiff_t)i;
        header.sequence = first_sequence + i;
        header.link_sequence = on_link ? header.sequence : 0;
        header.phase = (uint16_t)(header.sequence % PHASES);
        header.cycle = (uint32_t)(header.sequence / PHASES);
        header.payload_length = payload_lengths[i];
        memcpy(frame, &header, sizeof header);
        memset(frame + sizeof header + payload_lengths[i], 0, FRAME_LENGTH - payload_lengths[i]);
    }
    identify(kernels, suite & 0xF, suite >> 4, sealed + sizeof header, stride, count,
             sealed + offsetof(struct header, content_address), stride, sealed + offsetof(struct header, r96_digest),
             stride, stride * (ptrdiff_t)count);
    return OK;
}

static enum reason reason_of(const struct header *h, int suite, int on_link, uint64_t expected_sequence,
                             const uint8_t *frame, const uint8_t *address, const uint8_t *digest)
{
    if (h->envelope_version != 1) {
        return ENVELOPE_VERSION;
    }
    if (h->envelope_kind != KIND_LATTICE_FRAME) {
        return ENVELOPE_KIND;
    }
    if (h->envelope_flags != 0) {
        return ENVELOPE_FLAGS;
    }
    if (h->key_epoch != 0) {
        return KEY_EPOCH;
    }
    if (!is_zero(h->tag, sizeof h->tag)) {
        return TAG;
    }
    if (memcmp(h->magic, "HR", sizeof h->magic) != 0) {
        return RECEIPT_MAGIC;
    }
    if (h->version != 1) {
        return RECEIPT_VERSION;
    }
    if (h->suite != suite) {
        return SUITE;
    }
    if ((h->flags & ~PHI) != 0) {
        return RECEIPT_FLAGS;
    }
    if (h->flags != PHI) {
        return NOT_PHI;
    }
    if (h->budget != 0) {
        return h->budget > BUDGET_MAX ? BUDGET_RANGE : BUDGET_UNLAWFUL;
    }
    if (h->sequence / PHASES > UINT32_MAX ||
        (expected_sequence != ANY_SEQUENCE && h->sequence != expected_sequence)) {
        return SEQUENCE;
    }
    if (h->phase != h->sequence % PHASES) {
        return PHASE;
    }
    if (h->cycle != h->sequence / PHASES) {
        return CYCLE;
    }
    if (h->fairness_spread != 0) {
        return FAIRNESS_SPREAD;
    }
    if (h->longest_wait != LONGEST_WAIT) {
        return LONGEST_WAIT_NOT_CANONICAL;
    }
    if (h->payload_length > FRAME_LENGTH) {
        return PAYLOAD_LENGTH;
    }
    if (!is_zero(h->witness_head, sizeof h->witness_head)) {
        return WITNESS_HEAD;
    }
    if (h->link_sequence != (on_link ? h->sequence : 0)) {
        return LINK_SEQUENCE;
    }
    if (memcmp(h->content_address, address, DIGEST_LENGTH) != 0) {
        return CONTENT_ADDRESS;
    }
    if (memcmp(h->r96_digest, digest, DIGEST_LENGTH) != 0) {
        return R96_DIGEST;
    }
    return is_zero(frame + h->payload_length, FRAME_LENGTH - h->payload_length) ? GOOD : TAIL;
}

int verify_frames(const struct kernels *kernels, int suite, int on_link, const uint8_t *sealed, ptrdiff_t stride,
                  size_t count, uint64_t expected_sequence, struct outcome *outcome)
{
    struct header headers[SEALED_FRAMES_MAX];
    if (!is_suite(suite) || count > SEALED_FRAMES_MAX) {
        return BAD_ARGUMENT;
    }
    for (size_t i = 0; i < count; i++) {
        memcpy(&headers[i], sealed + stride * (ptrdiff_t)i, sizeof headers[i]);
        memcpy(outcome->receipts[i], (uint8_t *)&headers[i] + RECEIPT, RECEIPT_LENGTH);
    }
    identify(kernels, suite & 0xF, suite >> 4, sealed + sizeof *headers, stride, count, *outcome->addresses,
             DIGEST_LENGTH, *outcome->digests, DIGEST_LENGTH, 0);
    outcome->good = 0;
    for (size_t i = 0; i < count; i++) {
        const uint64_t expected = expected_sequence == ANY_SEQUENCE ? ANY_SEQUENCE : expected_sequence + i;
        const enum reason reason =
            reason_of(&headers[i], suite, on_link, expected, sealed + stride * (ptrdiff_t)i + sizeof *headers,
                      outcome->addresses[i], outcome->digests[i]);
        outcome->reasons[i] = (uint8_t)reason;
        outcome->good |= (uint64_t)(reason == GOOD) << i;
    }
    return OK;
}
