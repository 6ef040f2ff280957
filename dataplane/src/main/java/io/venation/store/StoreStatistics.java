package io.venation.store;

/**
 * What a store holds.
 *
 * @param frames       frames kept.
 * @param bytesStored  frames × 12,288.
 * @param payloadBytes bytes of those that carry data, as their receipts say.
 * @param bytesPut     12,288 for every frame that was ever put, present or not; after a crash as of the last mark.
 * @param roots        addresses that are pinned.
 * @param quarantined  slots whose frame was found bad.
 * @param freeSlots    slots that a sweep has emptied and nothing uses yet.
 * @param segmentBytes length of the segment files.
 * @param indexBytes   length of the index file.
 */
public record StoreStatistics(
        long frames,
        long bytesStored,
        long payloadBytes,
        long bytesPut,
        long roots,
        long quarantined,
        long freeSlots,
        long segmentBytes,
        long indexBytes) {}
