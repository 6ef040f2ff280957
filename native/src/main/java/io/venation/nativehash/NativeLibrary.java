package io.venation.nativehash;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Loads the shared library of the kernels, once, and says why where it cannot. Any thread.
 *
 * <p>The library travels in the jar. It is extracted to a fresh directory of mode 0700 below {@code java.io.tmpdir}, or
 * below the directory that the system property {@value #DIRECTORY_PROPERTY} names, loaded, and deleted. The best
 * instruction set of this CPU is selected, or the best that the environment variable {@value #ISA_VARIABLE} allows (a
 * list such as {@code avx512,avx2,portable}); one that gives a wrong known answer is passed over with a warning.
 */
public final class NativeLibrary {
    static final String DIRECTORY_PROPERTY = "venation.native.dir";
    static final String ISA_VARIABLE = "VENATION_ISA";

    /** Names of the {@code NativeHash.ISA_*} constants, by constant. */
    private static final List<String> ISA_NAMES = List.of("portable", "avx2", "avx512", "neon");

    private static final int[] BEST_FIRST = {
        NativeHash.ISA_AVX512, NativeHash.ISA_AVX2, NativeHash.ISA_NEON, NativeHash.ISA_PORTABLE
    };

    private NativeLibrary() {}

    /** The one load, run when the first caller asks. */
    private static final class Load {
        static final Throwable CAUSE = run();

        private static Throwable run() {
            try {
                load();
                return null;
            } catch (final UnsatisfiedLinkError | RuntimeException e) {
                return e;
            }
        }
    }

    /**
     * Whether the kernels are loaded and have given their known answers.
     *
     * @return true where {@link NativeHash} can be called.
     */
    public static boolean isAvailable() {
        return unavailabilityCause() == null;
    }

    /**
     * Why {@link #isAvailable()} is false.
     *
     * @return the cause, or null where the kernels are available.
     */
    public static Throwable unavailabilityCause() {
        return Load.CAUSE;
    }

    /** Throws {@link UnsatisfiedLinkError} with the cause where the kernels are not available. */
    public static void ensureAvailable() {
        final Throwable cause = unavailabilityCause();
        if (cause != null) {
            final UnsatisfiedLinkError error =
                    new UnsatisfiedLinkError("native kernels are not available: " + cause.getMessage());
            error.initCause(cause);
            throw error;
        }
    }

    /**
     * The name of an instruction set.
     *
     * @param isa one of the {@code NativeHash.ISA_*} constants.
     * @return {@code portable}, {@code avx2}, {@code avx512} or {@code neon}.
     */
    public static String isaName(final int isa) {
        return ISA_NAMES.get(isa);
    }

    /** Path of the library among the resources of this package. */
    static String resource() {
        final String architecture = System.getProperty("os.arch");
        return System.getProperty("os.name").toLowerCase(Locale.ROOT) + '-'
                + (architecture.equals("amd64") ? "x86_64" : architecture) + "/libvenation.so";
    }

    private static void load() {
        final Set<String> allowed = allowedIsas(System.getenv(ISA_VARIABLE));
        final String base = System.getProperty(DIRECTORY_PROPERTY, System.getProperty("java.io.tmpdir"));
        try (InputStream library = NativeLibrary.class.getResourceAsStream(resource())) {
            if (library == null) {
                throw new UnsatisfiedLinkError("the jar has no " + resource()
                        + ": the kernels were not built (no C compiler, or -Dnative=off) or not for this machine");
            }
            final Path directory = extract(library, Path.of(base));
            try {
                loadFrom(directory);
            } finally {
                Files.deleteIfExists(libraryIn(directory));
                Files.deleteIfExists(directory);
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(
                    "cannot extract the kernels below " + base + ": set -D" + DIRECTORY_PROPERTY + "=DIR", e);
        }
        select(allowed);
    }

    private static Path libraryIn(final Path directory) {
        return directory.resolve("libvenation.so");
    }

    /** Puts the library into a fresh directory below {@code base}, both of mode 0700. */
    static Path extract(final InputStream library, final Path base) throws IOException {
        final Set<PosixFilePermission> ownerOnly = PosixFilePermissions.fromString("rwx------");
        final Path directory = Files.createTempDirectory(
                Files.createDirectories(base), "venation-", PosixFilePermissions.asFileAttribute(ownerOnly));
        try {
            final Path file = Files.createFile(libraryIn(directory), PosixFilePermissions.asFileAttribute(ownerOnly));
            try (var out = Files.newOutputStream(file)) {
                library.transferTo(out);
            }
        } catch (final IOException e) {
            Files.deleteIfExists(libraryIn(directory));
            Files.deleteIfExists(directory);
            throw e;
        }
        return directory;
    }

    private static void loadFrom(final Path directory) {
        final Path file = libraryIn(directory);
        // access(2) denies execution of a file of mode 0700 to its owner on noexec mounts only
        if (!Files.isExecutable(file)) {
            throw new UnsatisfiedLinkError(directory.getParent() + " is mounted noexec: set -D" + DIRECTORY_PROPERTY
                    + "=DIR to a directory from which libraries can be loaded");
        }
        System.load(file.toAbsolutePath().toString());
    }

    /** Names of the instruction sets that {@code list} allows; all where it is null or blank. */
    static Set<String> allowedIsas(final String list) {
        if (list == null || list.isBlank()) {
            return Set.copyOf(ISA_NAMES);
        }
        final List<String> names = List.of(list.strip().split("\\s*,\\s*"));
        if (!ISA_NAMES.containsAll(names)) {
            throw new IllegalArgumentException(
                    ISA_VARIABLE + '=' + list + ": must be a list of " + String.join(", ", ISA_NAMES));
        }
        return Set.copyOf(names);
    }

    private static void select(final Set<String> allowed) {
        final int supported = NativeHash.supportedIsas();
        final List<String> wrong = new ArrayList<>();
        for (final int isa : BEST_FIRST) {
            if ((supported & 1 << isa) != 0 && allowed.contains(isaName(isa))) {
                NativeHash.selectIsa(isa);
                final String difference = KnownAnswers.firstDifference();
                if (difference == null) {
                    return;
                }
                wrong.add(isaName(isa) + ' ' + difference);
                System.getLogger(NativeLibrary.class.getPackageName())
                        .log(Level.WARNING, "kernels of {0} not used: wrong {1}", isaName(isa), difference);
            }
        }
        throw new UnsatisfiedLinkError(
                wrong.isEmpty()
                        ? ISA_VARIABLE + '=' + String.join(",", allowed) + " allows none of " + names(supported)
                                + ", which this CPU and library can run"
                        : "known answers are wrong: " + String.join(", ", wrong));
    }

    private static String names(final int mask) {
        return String.join(
                ", ",
                ISA_NAMES.stream()
                        .filter(name -> (mask & 1 << ISA_NAMES.indexOf(name)) != 0)
                        .toList());
    }
}
