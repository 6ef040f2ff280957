package io.venation.hashing;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("isas")
@Isolated("selects the instruction set of the JVM")
final class NativeFrameKernelsTest extends FrameKernelsTest {
    private final NativeIsa isa;

    NativeFrameKernelsTest(final NativeIsa isa) {
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
    FrameKernels create() {
        return isa.select();
    }
}
