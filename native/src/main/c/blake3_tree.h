/*
 * From lanes to trees, once for all instruction sets. The including file defines
 *   LANES           the widest pass, at most BLAKE3_LANES_MAX
 *   hash_lanes()    one pass: lane_count of LANES lanes, block_count blocks each; reads all of a block before it writes
 *   ISA(name)       the name of an entry point
 *
 * A frame is 12 chunks. Its tree is a left subtree of 8 chunks and a right one of 4, so the levels of n frames have
 * 12n chunks, 6n parents, 3n parents, n (joining the first two of each three) and n roots.
 */

/* Frames whose chaining values are on the stack at a time: 192 chunks fill passes of 32, 16, 8 and 4 lanes. */
enum { TREE_FRAMES = 16 };

static void hash_parents(const uint8_t *children, size_t child_stride, size_t count, const uint8_t *key,
                         uint32_t flags, uint8_t *values, ptrdiff_t value_stride)
{
    struct lanes lanes;
    memset(lanes.counter, 0, sizeof lanes.counter);
    while (count > 0) {
        const size_t lane_count = count < LANES ? count : LANES;
        for (size_t i = 0; i < lane_count; i++) {
            lanes.source[i] = children;
            lanes.value[i] = values;
            children += child_stride;
            values += value_stride;
        }
        hash_lanes(&lanes, lane_count, 1, key, flags);
        count -= lane_count;
    }
}

void ISA(blake3_parents)(const uint8_t *children, size_t parent_count, const uint8_t *key, uint32_t flags,
                         uint8_t *values)
{
    hash_parents(children, 2 * DIGEST_LENGTH, parent_count, key, flags, values, DIGEST_LENGTH);
}

void ISA(blake3_chunks)(const uint8_t *source, size_t chunk_count, uint64_t counter, const uint8_t *key,
                        uint32_t flags, uint8_t *values)
{
    struct lanes lanes;
    for (size_t done = 0; done < chunk_count; done += LANES) {
        const size_t lane_count = chunk_count - done < LANES ? chunk_count - done : LANES;
        for (size_t i = 0; i < lane_count; i++) {
            lanes.source[i] = source + BLAKE3_CHUNK_LENGTH * (done + i);
            lanes.counter[i] = counter + done + i;
            lanes.value[i] = values + DIGEST_LENGTH * (done + i);
        }
        hash_lanes(&lanes, lane_count, BLAKE3_CHUNK_BLOCKS, key, flags);
    }
}

static void hash_frame_chunks(const uint8_t *source, ptrdiff_t stride, size_t count, const uint8_t *key,
                              uint32_t flags, uint8_t *values)
{
    struct lanes lanes;
    const size_t chunk_count = BLAKE3_FRAME_CHUNKS * count;
    size_t chunk = 0;
    const uint8_t *frame = source;
    for (size_t done = 0; done < chunk_count; done += LANES) {
        const size_t lane_count = chunk_count - done < LANES ? chunk_count - done : LANES;
        for (size_t i = 0; i < lane_count; i++) {
            lanes.source[i] = frame + BLAKE3_CHUNK_LENGTH * chunk;
            lanes.counter[i] = chunk;
            lanes.value[i] = values + DIGEST_LENGTH * (done + i);
            if (++chunk == BLAKE3_FRAME_CHUNKS) {
                chunk = 0;
                frame += done + i + 1 < chunk_count ? stride : 0;
            }
        }
        hash_lanes(&lanes, lane_count, BLAKE3_CHUNK_BLOCKS, key, flags);
    }
}

void ISA(blake3_frames)(const uint8_t *source, ptrdiff_t stride, size_t count, const uint8_t *key, uint32_t flags,
                        uint8_t *digests, ptrdiff_t digest_stride)
{
    _Alignas(64) uint8_t nodes[TREE_FRAMES * BLAKE3_FRAME_CHUNKS * DIGEST_LENGTH];
    enum { THREE = 3 * DIGEST_LENGTH };
    const uint32_t parent = flags | BLAKE3_PARENT;
    for (size_t done = 0; done < count; done += TREE_FRAMES) {
        const size_t frames = count - done < TREE_FRAMES ? count - done : TREE_FRAMES;
        hash_frame_chunks(source + stride * (ptrdiff_t)done, stride, frames, key, flags, nodes);
        hash_parents(nodes, 2 * DIGEST_LENGTH, 6 * frames, key, parent, nodes, DIGEST_LENGTH);
        hash_parents(nodes, 2 * DIGEST_LENGTH, 3 * frames, key, parent, nodes, DIGEST_LENGTH);
        /* of each three nodes the first two meet in the middle one, beside the third */
        hash_parents(nodes, THREE, frames, key, parent, nodes + DIGEST_LENGTH, THREE);
        hash_parents(nodes + DIGEST_LENGTH, THREE, frames, key, parent | BLAKE3_ROOT,
                     digests + digest_stride * (ptrdiff_t)done, digest_stride);
    }
}
