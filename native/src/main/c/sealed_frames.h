/* Sealed frames: an envelope, a receipt and a frame, 12,448 bytes. The kernels of the sender and of the receiver. */
#ifndef VENATION_SEALED_FRAMES_H
#define VENATION_SEALED_FRAMES_H

#include "receipts.h"

/* Frames of one call, bytes of a frame. */
enum { SEALED_FRAMES_MAX = 64, SEALED_FRAME_LENGTH = 12448 };

/* What verify_frames() leaves behind; all of it computed, or copied before it was checked. */
struct outcome {
    uint64_t good; /* bit i: frame i */
    uint8_t reasons[SEALED_FRAMES_MAX];
    uint8_t receipts[SEALED_FRAMES_MAX][RECEIPT_LENGTH];
    uint8_t addresses[SEALED_FRAMES_MAX][DIGEST_LENGTH];
    uint8_t digests[SEALED_FRAMES_MAX][DIGEST_LENGTH];
};

/*
 * Seals frames whose payload is in place: zeroes what follows the payload, writes envelope and receipt. The count is at
 * most SEALED_FRAMES_MAX, every payload length at most FRAME_LENGTH. BAD_ARGUMENT otherwise, and nothing is written.
 */
int seal_frames(const struct kernels *kernels, int suite, int on_link, uint8_t *sealed, ptrdiff_t stride, size_t count,
                uint64_t first_sequence, const uint32_t *payload_lengths);

#define ANY_SEQUENCE UINT64_MAX

/*
 * Verifies frames in place: every field, both hashes, zeroes after the payload. The sequences follow expected_sequence
 * where that is not ANY_SEQUENCE. BAD_ARGUMENT where there is no such suite or count.
 */
int verify_frames(const struct kernels *kernels, int suite, int on_link, const uint8_t *sealed, ptrdiff_t stride,
                  size_t count, uint64_t expected_sequence, struct outcome *outcome);

#endif
