package io.venation.hashing;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("isas")
@Isolated("selects the instruction set of the JVM")
final class NativeBlake3Test extends Blake3Test {
    private final NativeIsa isa;

    NativeBlake3Test(final NativeIsa isa) {
        this.isa = isa;
    }

    static List<NativeIsa> isas() {
        return NativeIsa.all();
    }

    @AfterEach
    void restoreIsa() {
        NativeIsa.restore();
    }

    @Override
    FrameKernels kernels() {
        return isa.select();
    }
}
