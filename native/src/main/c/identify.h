/*
 * Content address and R96 digest of frames, each frame visited once while it is in cache. The bytes `ahead` of each
 * frame, where not 0, are fetched for writing meanwhile.
 */
#ifndef VENATION_IDENTIFY_H
#define VENATION_IDENTIFY_H

#include "kernels.h"

enum { ADDRESS_BLAKE3, ADDRESS_SHA3, ADDRESS_HASHES };

void identify(const struct kernels *kernels, int rule, int address_hash, const uint8_t *source, ptrdiff_t stride,
              size_t count, uint8_t *addresses, ptrdiff_t address_stride, uint8_t *digests, ptrdiff_t digest_stride,
              ptrdiff_t ahead);

#endif
