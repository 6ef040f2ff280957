/* Ids of receipts and the chain over them (lattice model, section 6). */
#ifndef VENATION_RECEIPTS_H
#define VENATION_RECEIPTS_H

#include "kernels.h"

enum { RECEIPT_LENGTH = 128 };

/* SHA3-256("HOLO-RECEIPT-1" ‖ receipt) of each receipt. */
void receipt_ids(const struct kernels *kernels, const uint8_t *receipts, ptrdiff_t stride, size_t count, uint8_t *ids);

/*
 * Moves the chain head over consecutive ids: c_k = SHA3-256("HOLO-CHAIN-1" ‖ c_(k−1) ‖ k ‖ id_k), k the index of the
 * id, which is its sequence + 1; head is c_(k−1) before the call.
 */
void receipt_chain(const struct kernels *kernels, const uint8_t *ids, size_t count, uint64_t first_index,
                   uint8_t *head);

#endif
