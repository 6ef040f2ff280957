package io.venation.hashing;

final class VectorBlake3Test extends Blake3Test {
    @Override
    FrameKernels kernels() {
        return new VectorFrameKernels();
    }
}
