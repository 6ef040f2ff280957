package io.venation.link;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/**
 * symlink(2). The text of a link is any bytes; a {@link Path} cannot carry it, for it drops slashes that follow a slash.
 * Any thread.
 */
final class SymbolicLink {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET = STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));
    private static final MethodHandle SYMLINK = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("symlink"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS),
            Linker.Option.captureCallState("errno"));
    private static final MethodHandle STRERROR = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("strerror"),
            FunctionDescriptor.of(
                    ValueLayout.ADDRESS.withTargetLayout(
                            MemoryLayout.sequenceLayout(Long.MAX_VALUE, ValueLayout.JAVA_BYTE)),
                    ValueLayout.JAVA_INT));

    private SymbolicLink() {}

    /**
     * Makes a symbolic link.
     *
     * @param link absolute path that nothing stands at.
     * @param text not empty, without NUL.
     * @throws IOException where the system refuses, in its words.
     */
    static void create(final Path link, final byte[] text) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment state = arena.allocate(STATE);
            final int result =
                    (int) SYMLINK.invokeExact(state, terminated(arena, text), terminated(arena, RawPath.bytes(link)));
            if (result != 0) {
                final int errno = state.get(ValueLayout.JAVA_INT, ERRNO_OFFSET);
                final MemorySegment words = (MemorySegment) STRERROR.invokeExact(errno);
                throw new FileSystemException(link.toString(), null, words.getString(0));
            }
        } catch (final IOException | RuntimeException | Error e) {
            throw e;
        } catch (final Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static MemorySegment terminated(final Arena arena, final byte[] bytes) {
        final MemorySegment segment = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return segment;
    }
}
