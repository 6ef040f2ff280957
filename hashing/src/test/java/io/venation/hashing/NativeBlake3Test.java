package io.venation.hashing;

final class NativeBlake3Test extends Blake3Test {
    @Override
    FrameKernels kernels() {
        return NativeFrameKernelsTest.createOrSkip();
    }
}
