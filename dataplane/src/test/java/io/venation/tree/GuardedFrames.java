package io.venation.tree;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.venation.frame.LatticeFrame;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Frames each between two pages that nobody may touch: who reads past a frame ends the test run. Linux. */
final class GuardedFrames implements AutoCloseable {
    private static final int PAGE = 4_096;
    private static final int SLOT = LatticeFrame.LENGTH + PAGE;
    private static final int PROT_NONE = 0;
    private static final int PROT_READ_WRITE = 3;
    private static final Linker LINKER = Linker.nativeLinker();
    private static final MethodHandle PROTECT = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("mprotect"),
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory;
    private final int count;

    GuardedFrames(final int count) {
        this.count = count;
        memory = arena.allocate((long) count * SLOT + PAGE, PAGE);
        for (int i = 0; i <= count; i++) {
            protect(memory.address() + (long) i * SLOT, PROT_NONE);
        }
    }

    long frame(final int index) {
        return memory.address() + (long) index * SLOT + PAGE;
    }

    private static void protect(final long page, final int protection) {
        try {
            assertEquals(0, (int) PROTECT.invokeExact(page, (long) PAGE, protection));
        } catch (final Throwable e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        for (int i = 0; i <= count; i++) {
            protect(memory.address() + (long) i * SLOT, PROT_READ_WRITE);
        }
        arena.close();
    }
}
