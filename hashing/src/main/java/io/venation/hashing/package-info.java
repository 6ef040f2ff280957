/**
 * Hashing of whole lattice frames in batches, and BLAKE3 for everything else.
 *
 * <pre>
 *   Kernels (chooses once) ──► FrameKernels ──┬── NativeFrameKernels ──► io.venation.nativehash
 *                                             ├── VectorFrameKernels ──► *VectorKernel (jdk.incubator.vector)
 *                                             └── ScalarFrameKernels ──► *ScalarKernel
 *   Blake3 (any length, keyed, derive-key, extended output) ──► FrameKernels.blake3Chunks, blake3Parents
 * </pre>
 *
 * <p>Kernels take absolute addresses, strides and counts and trust them; {@code FrameHasher} is the
 * checked door for memory segments.
 */
package io.venation.hashing;
