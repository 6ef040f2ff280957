#include "identify.h"

/* Frames visited together: 192 KiB stay in the second-level cache, and every pass over lanes is full. */
enum { GROUP_FRAMES = 16 };

void identify(const struct kernels *kernels, int rule, int address_hash, const uint8_t *source, ptrdiff_t stride,
              size_t count, uint8_t *addresses, ptrdiff_t address_stride, uint8_t *digests, ptrdiff_t digest_stride,
              ptrdiff_t ahead)
{
    uint8_t histograms[GROUP_FRAMES * R96_HISTOGRAM_LENGTH];
    for (size_t done = 0; done < count; done += GROUP_FRAMES) {
        const size_t frames = count - done < GROUP_FRAMES ? count - done : GROUP_FRAMES;
        const uint8_t *group = source + stride * (ptrdiff_t)done;
        uint8_t *group_addresses = addresses + address_stride * (ptrdiff_t)done;
        if (address_hash == ADDRESS_BLAKE3) {
            kernels->blake3_frames(group, stride, frames, (const uint8_t *)BLAKE3_IV, 0, group_addresses,
                                   address_stride);
        } else {
            kernels->sha3_messages(group, stride, FRAME_LENGTH, frames, group_addresses, address_stride);
        }
        kernels->r96_histograms(rule, group, stride, frames, histograms, ahead);
        kernels->sha3_messages(histograms, R96_HISTOGRAM_LENGTH, R96_HISTOGRAM_LENGTH, frames,
                               digests + digest_stride * (ptrdiff_t)done, digest_stride);
    }
}
