/* The entry points of NativeHash: addresses in, codes out, no Java object touched. */
#include <jni.h>

#include "identify.h"
#include "kernels.h"
#include "receipts.h"
#include "sealed_frames.h"

#define ENTRY(name) Java_io_venation_nativehash_NativeHash_##name
#define UNUSED (void)environment, (void)type

static const uint32_t MODE_FLAGS = BLAKE3_KEYED_HASH | BLAKE3_DERIVE_KEY_CONTEXT | BLAKE3_DERIVE_KEY_MATERIAL;
static const uint32_t ALL_FLAGS = 2 * BLAKE3_DERIVE_KEY_MATERIAL - 1;

static const uint8_t *in(jlong address)
{
    return (const uint8_t *)(uintptr_t)address;
}

static uint8_t *out(jlong address)
{
    return (uint8_t *)(uintptr_t)address;
}

static int only(jint flags, uint32_t allowed)
{
    return ((uint32_t)flags & ~allowed) == 0;
}

JNIEXPORT jint JNICALL ENTRY(isa)(JNIEnv *environment, jclass type)
{
    UNUSED;
    return selected_isa();
}

JNIEXPORT jint JNICALL ENTRY(supportedIsas)(JNIEnv *environment, jclass type)
{
    UNUSED;
    return (jint)supported_isas();
}

JNIEXPORT jint JNICALL ENTRY(selectIsa)(JNIEnv *environment, jclass type, jint isa)
{
    UNUSED;
    return select_isa(isa);
}

JNIEXPORT jint JNICALL ENTRY(blake3Frames)(JNIEnv *environment, jclass type, jlong source, jlong stride, jint count,
                                           jlong key, jlong digests, jlong digest_stride)
{
    UNUSED;
    if (count < 0) {
        return BAD_ARGUMENT;
    }
    kernels()->blake3_frames(in(source), stride, (size_t)count, key != 0 ? in(key) : (const uint8_t *)BLAKE3_IV,
                             key != 0 ? BLAKE3_KEYED_HASH : 0, out(digests), digest_stride);
    return OK;
}

JNIEXPORT jint JNICALL ENTRY(blake3Chunks)(JNIEnv *environment, jclass type, jlong source, jlong chunk_count,
                                           jlong counter, jlong key_words, jint flags, jlong values)
{
    UNUSED;
    if (chunk_count < 0 || !only(flags, MODE_FLAGS)) {
        return BAD_ARGUMENT;
    }
    kernels()->blake3_chunks(in(source), (size_t)chunk_count, (uint64_t)counter, in(key_words), (uint32_t)flags,
                             out(values));
    return OK;
}

JNIEXPORT jint JNICALL ENTRY(blake3Parents)(JNIEnv *environment, jclass type, jlong children, jlong parent_count,
                                            jlong key_words, jint flags, jlong values)
{
    UNUSED;
    if (parent_count < 0 || !only(flags, MODE_FLAGS)) {
        return BAD_ARGUMENT;
    }
    kernels()->blake3_parents(in(children), (size_t)parent_count, in(key_words), (uint32_t)flags | BLAKE3_PARENT,
                              out(values));
    return OK;
}

JNIEXPORT jint JNICALL ENTRY(blake3Compress)(JNIEnv *environment, jclass type, jlong chaining_value, jlong block,
                                             jint block_length, jlong counter, jint flags, jlong output)
{
    UNUSED;
    if (block_length < 0 || block_length > BLAKE3_BLOCK_LENGTH || !only(flags, ALL_FLAGS)) {
        return BAD_ARGUMENT;
    }
    kernels()->blake3_compress(in(chaining_value), in(block), (uint32_t)block_length, (uint64_t)counter,
                               (uint32_t)flags, out(output));
    return OK;
}

JNIEXPORT jint JNICALL ENTRY(sha3Messages)(JNIEnv *environment, jclass type, jlong source, jlong stride, jlong length,
                                           jint count, jlong digests, jlong digest_stride)
{
    UNUSED;
    if (length < 0 || count < 0) {
        return BAD_ARGUMENT;
    }
    kernels()->sha3_messages(in(source), stride, (size_t)length, (size_t)count, out(digests), digest_stride);
    return OK;
}

JNIEXPORT jint JNICALL ENTRY(r96Histograms)(JNIEnv *environment, jclass type, jint rule, jlong source, jlong stride,
                                            jint count, jlong histograms)
{
    UNUSED;
    if (rule < 0 || rule >= R96_RULES || count < 0) {
        return BAD_ARGUMENT;
    }
    kernels()->r96_histograms(rule, in(source), stride, (size_t)count, out(histograms), 0);
    return OK;
}

JNIEXPORT jint JNICALL ENTRY(identify)(JNIEnv *environment, jclass type, jint rule, jint address_hash, jlong source,
                                       jlong stride, jint count, jlong addresses, jlong address_stride, jlong digests,
                                       jlong digest_stride)
{
    UNUSED;
    if (rule < 0 || rule >= R96_RULES || address_hash < 0 || address_hash >= ADDRESS_HASHES || count < 0) {
        return BAD_ARGUMENT;
    }
    identify(kernels(), rule, address_hash, in(source), stride, (size_t)count, out(addresses), address_stride,
             out(digests), digest_stride, 0);
    return OK;
}

JNIEXPORT jint JNICALL ENTRY(receiptIds)(JNIEnv *environment, jclass type, jlong receipts, jlong stride, jint count,
                                         jlong ids)
{
    UNUSED;
    if (count < 0) {
        return BAD_ARGUMENT;
    }
    receipt_ids(kernels(), in(receipts), stride, (size_t)count, out(ids));
    return OK;
}

JNIEXPORT jint JNICALL ENTRY(receiptChain)(JNIEnv *environment, jclass type, jlong ids, jint count, jlong first_index,
                                           jlong head)
{
    UNUSED;
    if (count < 0) {
        return BAD_ARGUMENT;
    }
    receipt_chain(kernels(), in(ids), (size_t)count, (uint64_t)first_index, out(head));
    return OK;
}

JNIEXPORT jint JNICALL ENTRY(sealFrames)(JNIEnv *environment, jclass type, jint suite, jboolean on_link, jlong sealed,
                                         jlong stride, jint count, jlong first_sequence, jlong payload_lengths)
{
    UNUSED;
    if (count < 0) {
        return BAD_ARGUMENT;
    }
    return seal_frames(kernels(), suite, on_link, out(sealed), stride, (size_t)count, (uint64_t)first_sequence,
                       (const uint32_t *)in(payload_lengths));
}

JNIEXPORT jint JNICALL ENTRY(verifyFrames)(JNIEnv *environment, jclass type, jint suite, jboolean on_link, jlong sealed,
                                           jlong stride, jint count, jlong expected_sequence, jlong outcome)
{
    UNUSED;
    if (count < 0) {
        return BAD_ARGUMENT;
    }
    return verify_frames(kernels(), suite, on_link, in(sealed), stride, (size_t)count, (uint64_t)expected_sequence,
                         (struct outcome *)out(outcome));
}
