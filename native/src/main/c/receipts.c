#include "receipts.h"

#include <string.h>

/* Domains, which no terminating zero follows. */
static const char RECEIPT_DOMAIN[14] = "HOLO-RECEIPT-1";
static const char CHAIN_DOMAIN[12] = "HOLO-CHAIN-1";

/* Messages laid out at a time: passes of 8, 4 and 2 lanes are full. */
enum { GROUP_RECEIPTS = 16 };

void receipt_ids(const struct kernels *kernels, const uint8_t *receipts, ptrdiff_t stride, size_t count, uint8_t *ids)
{
    struct {
        char domain[sizeof RECEIPT_DOMAIN];
        uint8_t receipt[RECEIPT_LENGTH];
    } messages[GROUP_RECEIPTS];
    for (size_t done = 0; done < count; done += GROUP_RECEIPTS) {
        const size_t group = count - done < GROUP_RECEIPTS ? count - done : GROUP_RECEIPTS;
        for (size_t i = 0; i < group; i++) {
            memcpy(messages[i].domain, RECEIPT_DOMAIN, sizeof RECEIPT_DOMAIN);
            memcpy(messages[i].receipt, receipts + stride * (ptrdiff_t)(done + i), RECEIPT_LENGTH);
        }
        kernels->sha3_messages((const uint8_t *)messages, sizeof *messages, sizeof *messages, group,
                               ids + DIGEST_LENGTH * done, DIGEST_LENGTH);
    }
}

void receipt_chain(const struct kernels *kernels, const uint8_t *ids, size_t count, uint64_t first_index,
                   uint8_t *head)
{
    enum { INDEX = sizeof CHAIN_DOMAIN + DIGEST_LENGTH, ID = INDEX + 8, MESSAGE_LENGTH = ID + DIGEST_LENGTH };
    uint8_t message[MESSAGE_LENGTH];
    memcpy(message, CHAIN_DOMAIN, sizeof CHAIN_DOMAIN);
    for (size_t i = 0; i < count; i++) {
        const uint64_t index = first_index + i;
        memcpy(message + sizeof CHAIN_DOMAIN, head, DIGEST_LENGTH);
        memcpy(message + INDEX, &index, sizeof index);
        memcpy(message + ID, ids + DIGEST_LENGTH * i, DIGEST_LENGTH);
        kernels->sha3_messages(message, 0, sizeof message, 1, head, 0);
    }
}
