package io.venation.hashing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.venation.nativehash.NativeLibrary;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class KernelsTest {
    @AfterEach
    void clearProperty() {
        System.clearProperty(Kernels.KERNEL_PROPERTY);
    }

    @Test
    void shouldTakeTheFirstMechanismThatIsAvailable() {
        final Mechanism withoutNative = VectorFrameKernels.missing() == null ? Mechanism.VECTOR : Mechanism.SCALAR;
        final Mechanism expected = NativeLibrary.isAvailable() ? Mechanism.NATIVE : withoutNative;
        assertEquals(expected, Kernels.select().mechanism());
        assertEquals(expected, Kernels.select("auto").mechanism());
    }

    @Test
    void shouldObeyTheWordAndTheProperty() {
        for (final Mechanism mechanism : List.of(Mechanism.VECTOR, Mechanism.SCALAR)) {
            assertEquals(mechanism, Kernels.select(mechanism.label()).mechanism());
            System.setProperty(Kernels.KERNEL_PROPERTY, mechanism.label());
            assertEquals(mechanism, Kernels.select().mechanism());
        }
    }

    @Test
    void shouldNameAWordThatDoesNotExist() {
        final var failure = assertThrows(IllegalArgumentException.class, () -> Kernels.select("fast"));
        assertEquals("kernel=fast: must be auto, native, vector or scalar", failure.getMessage());
    }

    @Test
    void shouldGiveEveryCallerItsOwnKernels() {
        assertTrue(Kernels.select() != Kernels.select());
    }

    @Test
    void shouldSayWhyNativeIsNotAvailable() {
        if (NativeLibrary.isAvailable()) {
            assertEquals(Mechanism.NATIVE, Kernels.select("native").mechanism());
        } else {
            final var failure = assertThrows(IllegalStateException.class, () -> Kernels.select("native"));
            final String cause = NativeLibrary.unavailabilityCause().getMessage();
            assertEquals("kernel=native: not available: " + cause, failure.getMessage());
        }
    }

    @Test
    void shouldReportEveryMechanismTheChosenOneFirst() {
        System.setProperty(Kernels.KERNEL_PROPERTY, "scalar");
        final List<String> report = Kernels.report();
        assertEquals("kernel scalar: -, in use (scalar)", report.get(0));
        assertEquals(Mechanism.values().length, report.size());
    }

    @Test
    void shouldRefuseKernelsWithAWrongAnswer() {
        for (final String algorithm : List.of("BLAKE3", "SHA3-256", "R96")) {
            assertEquals("wrong known answer of " + algorithm, Kernels.wrongAnswer(new BrokenKernels(algorithm)));
        }
        assertNotNull(Kernels.select());
    }
}
