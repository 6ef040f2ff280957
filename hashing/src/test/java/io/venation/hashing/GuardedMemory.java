package io.venation.hashing;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** Memory between pages that nobody can access: a kernel that reads past either end takes the JVM down with it. */
final class GuardedMemory implements AutoCloseable {
    /** A multiple of every page size of x86-64 and aarch64. */
    private static final long PAGE_LENGTH = 64 << 10;

    private static final int PROT_NONE = 0;
    private static final int PROT_READ = 1;
    private static final int PROT_WRITE = 2;
    private static final int MAP_PRIVATE = 0x02;
    private static final int MAP_ANONYMOUS = 0x20;

    private static final MethodHandle MMAP = function(
            "mmap",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_LONG,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_LONG));
    private static final MethodHandle MPROTECT = function(
            "mprotect",
            FunctionDescriptor.of(
                    ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT));
    private static final MethodHandle MUNMAP = function(
            "munmap", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));

    private final long length;
    private final long mapping;

    /** Zeroed memory of at least so many bytes. */
    GuardedMemory(final long lengthMin) {
        length = Math.ceilDiv(lengthMin, PAGE_LENGTH) * PAGE_LENGTH;
        mapping = map(length + 2 * PAGE_LENGTH);
        protect(start(), length);
    }

    long start() {
        return mapping + PAGE_LENGTH;
    }

    /** Where the inaccessible page begins. */
    long end() {
        return start() + length;
    }

    /** All of it. */
    MemorySegment segment() {
        return MemorySegment.ofAddress(start()).reinterpret(length);
    }

    @Override
    public void close() {
        try {
            check((int) MUNMAP.invokeExact(mapping, length + 2 * PAGE_LENGTH), "munmap");
        } catch (final Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static long map(final long length) {
        try {
            final long address = (long) MMAP.invokeExact(0L, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L);
            check(address, "mmap");
            return address;
        } catch (final Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void protect(final long address, final long length) {
        try {
            check((int) MPROTECT.invokeExact(address, length, PROT_READ | PROT_WRITE), "mprotect");
        } catch (final Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static void check(final long result, final String function) {
        if (result == -1) {
            throw new IllegalStateException(function + " failed");
        }
    }

    private static MethodHandle function(final String name, final FunctionDescriptor descriptor) {
        final Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }
}
