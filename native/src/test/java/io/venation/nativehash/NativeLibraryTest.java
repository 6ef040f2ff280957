package io.venation.nativehash;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NativeLibraryTest {
    @TempDir
    private Path temporary;

    @Test
    void shouldSelectBestSupportedIsa() throws Exception {
        Kernels.required();
        final int supported = NativeHash.supportedIsas();
        final String best = List.of(NativeHash.ISA_AVX512, NativeHash.ISA_AVX2, NativeHash.ISA_NEON, 0).stream()
                .filter(isa -> (supported & 1 << isa) != 0)
                .map(NativeLibrary::isaName)
                .findFirst()
                .orElseThrow();

        assertEquals(best, probe("", List.of()));
    }

    @Test
    void shouldGiveKnownAnswersOnEveryIsa() {
        Kernels.required();
        final int before = NativeHash.isa();
        try {
            for (int isa = 0; isa <= NativeHash.ISA_NEON; isa++) {
                final boolean supported = (NativeHash.supportedIsas() & 1 << isa) != 0;
                assertEquals(supported ? NativeHash.OK : NativeHash.BAD_ARGUMENT, NativeHash.selectIsa(isa));
                if (supported) {
                    assertEquals(isa, NativeHash.isa());
                    final String name = NativeLibrary.isaName(isa);
                    assertEquals(name + " null", name + ' ' + KnownAnswers.firstDifference());
                }
            }
        } finally {
            NativeHash.selectIsa(before);
        }
    }

    @Test
    void shouldRejectArgumentsOutOfRange() {
        Kernels.required();
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.selectIsa(-1));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.selectIsa(4));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.blake3Frames(0, 0, -1, 0, 0, 0));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.blake3Chunks(0, -1, 0, 0, 0, 0));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.blake3Chunks(0, 0, 0, 0, 128, 0));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.blake3Parents(0, -1, 0, 0, 0));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.blake3Parents(0, 0, 0, 8, 0));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.blake3Compress(0, 0, 65, 0, 0, 0));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.blake3Compress(0, 0, 64, 0, -1, 0));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.sha3Messages(0, 0, -1, 0, 0, 0));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.r96Histograms(3, 0, 0, 0, 0));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.r96Histograms(-1, 0, 0, 0, 0));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.identify(0, 2, 0, 0, 0, 0, 0, 0, 0));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.receiptIds(0, 0, -1, 0));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.receiptChain(0, -1, 0, 0));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.blake3Compress(0, 0, -1, 0, 0, 0));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.sha3Messages(0, 0, 0, -1, 0, 0));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.r96Histograms(0, 0, 0, -1, 0));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.identify(3, 0, 0, 0, 0, 0, 0, 0, 0));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.identify(-1, 0, 0, 0, 0, 0, 0, 0, 0));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.identify(0, -1, 0, 0, 0, 0, 0, 0, 0));
        assertEquals(NativeHash.BAD_ARGUMENT, NativeHash.identify(0, 0, 0, 0, -1, 0, 0, 0, 0));
        assertEquals(NativeHash.OK, NativeHash.identify(0, 1, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void shouldObeyIsaVariable() throws Exception {
        Kernels.required();
        assertEquals("portable", probe("portable", List.of()));
        assertEquals("VENATION_ISA=sse9: must be a list of portable, avx2, avx512, neon", probe("sse9", List.of()));
        final String foreign = (NativeHash.supportedIsas() & 1 << NativeHash.ISA_NEON) == 0 ? "neon" : "avx2";
        assertTrue(
                probe(foreign, List.of()).startsWith("VENATION_ISA=" + foreign + " allows none of portable"), foreign);
    }

    @Test
    void shouldParseIsaList() {
        assertEquals(Set.of("avx2", "portable"), NativeLibrary.allowedIsas(" avx2 , portable"));
        assertEquals(Set.of("portable", "avx2", "avx512", "neon"), NativeLibrary.allowedIsas(null));
        assertEquals(Set.of("portable", "avx2", "avx512", "neon"), NativeLibrary.allowedIsas(" "));
        assertThrows(IllegalArgumentException.class, () -> NativeLibrary.allowedIsas("avx2;portable"));
    }

    @Test
    void shouldExtractToFreshPrivateDirectory() throws IOException {
        final byte[] library = {1, 2, 3};
        final Path base = temporary.resolve("made/on/demand");
        final Path first = NativeLibrary.extract(new ByteArrayInputStream(library), base);
        final Path second = NativeLibrary.extract(new ByteArrayInputStream(library), base);
        final Path file = first.resolve("libvenation.so");

        assertNotEquals(first, second);
        assertEquals(base, first.getParent());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(first)));
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertArrayEquals(library, Files.readAllBytes(file));
    }

    @Test
    void shouldLeaveNothingBehind() throws Exception {
        Kernels.required();
        final Path base = temporary.resolve("override");

        assertEquals(
                NativeLibrary.isaName(NativeHash.ISA_PORTABLE),
                probe("portable", List.of(), "-Dvenation.native.dir=" + base));
        try (var left = Files.list(base)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void shouldNameDirectoryThatCannotBeUsed() throws Exception {
        Kernels.required();
        final Path file = Files.createFile(temporary.resolve("file"));

        assertEquals(
                "cannot extract the kernels below " + file + ": set -Dvenation.native.dir=DIR",
                probe("", List.of(), "-Dvenation.native.dir=" + file));
    }

    @Test
    void shouldNameNoexecMount() throws Exception {
        Kernels.required();
        final Path mount = Files.createDirectory(temporary.resolve("noexec"));
        final List<String> inMount = List.of(
                "unshare",
                "--mount",
                "--map-root-user",
                "sh",
                "-c",
                "mount -t tmpfs -o noexec tmpfs '" + mount + "' && exec \"$@\"",
                "sh");
        assumeTrue(canRun(inMount), "skipped: this system does not let the test mount a noexec tmpfs");

        assertEquals(
                mount + " is mounted noexec: set -Dvenation.native.dir=DIR to a directory from which libraries can be"
                        + " loaded",
                probe("", inMount, "-Dvenation.native.dir=" + mount));
    }

    @Test
    void shouldSayThatKernelsWereNotBuilt() throws Exception {
        final String cause = probe("", List.of(), "-Dos.arch=none");

        assertTrue(
                cause.endsWith("linux-none/libvenation.so: the kernels were not built (no C compiler, or"
                        + " -Dnative=off) or not for this machine"),
                cause);
    }

    @Test
    void shouldDeclareNativeMethodsInOneClassOnly() throws Exception {
        final List<String> declaring = new ArrayList<>();
        final Path classes = Path.of(NativeHash.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        try (var files = Files.walk(classes)) {
            for (final Path file :
                    files.filter(path -> path.toString().endsWith(".class")).toList()) {
                final String name = classes.relativize(file)
                        .toString()
                        .replace(".class", "")
                        .replace('/', '.');
                final Class<?> type = Class.forName(name, false, getClass().getClassLoader());
                for (final var method : type.getDeclaredMethods()) {
                    if (Modifier.isNative(method.getModifiers()) && !declaring.contains(name)) {
                        declaring.add(name);
                    }
                }
            }
        }
        assertEquals(List.of(NativeHash.class.getName()), declaring);
    }

    /** The line that {@link LoadProbe} prints in a JVM of its own. */
    private static String probe(final String isas, final List<String> prefix, final String... options)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xcheck:jni"));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LoadProbe.class.getName()));
        final ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(NativeLibrary.ISA_VARIABLE, isas);
        final Process process = builder.start();
        final String output = new String(process.getInputStream().readAllBytes()).strip();
        assertEquals(0, process.waitFor(), output);
        assertFalse(output.isEmpty());
        return output;
    }

    private static boolean canRun(final List<String> prefix) throws InterruptedException {
        final List<String> command = new ArrayList<>(prefix);
        command.add("true");
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (final IOException e) {
            return false;
        }
    }
}
