import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds or checks the C kernels: runs make with the first C compiler found and the {@code jni.h} of the JDK that runs
 * this file, then again for aarch64 where a cross compiler is on the path. Arguments: {@code auto|required|off}, the module's target directory, the make target
 * {@code library|check}.
 */
final class BuildKernels {
    private static final String CROSS_COMPILER = "aarch64-linux-gnu-gcc";

    private final Path out;
    private final Path resources;

    private BuildKernels(final Path out, final Path resources) {
        this.out = out;
        this.resources = resources;
    }

    public static void main(final String[] args) throws Exception {
        final String mode = args[0];
        final Path out = Path.of(args[1]).toAbsolutePath();
        final Path resources = out.resolve("classes/io/venation/nativehash");
        final String target = args[2];
        if (!List.of("auto", "required", "off").contains(mode)) {
            fail("native=" + mode + ": must be auto, required or off");
        }
        final String obstacle = mode.equals("off") ? "-Dnative=off" : obstacle();
        if (obstacle != null) {
            if (mode.equals("required")) {
                fail("native=required: " + obstacle);
            }
            if (target.equals("library")) {
                deleteLibraries(resources);
                System.out.println("native kernels: not built, " + obstacle + "; the Vector API does the work");
            }
            return;
        }
        final BuildKernels build = new BuildKernels(out, resources);
        build.make(compiler(), target);
        if (!System.getProperty("os.arch").equals("aarch64")) {
            build.makeForAarch64(target);
        }
    }

    private void makeForAarch64(final String target) throws IOException, InterruptedException {
        if (!crossCompiles()) {
            if (target.equals("library")) {
                deleteLibrary(resources.resolve("linux-aarch64"));
                System.out.println("native kernels: none for aarch64, no " + CROSS_COMPILER + " with its C library");
            }
            return;
        }
        if (target.equals("library")) {
            make(CROSS_COMPILER, target);
            return;
        }
        final String emulator = firstOnPath("qemu-aarch64", "qemu-aarch64-static");
        if (emulator == null) {
            System.out.println("native kernels: those for aarch64 not tested, no qemu-aarch64 on PATH");
        } else {
            make(CROSS_COMPILER, target + "_emulated", "EMULATOR=" + emulator);
        }
    }

    private void make(final String compiler, final String target, final String... variables)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(List.of(
                "make",
                "--silent",
                "--jobs=" + Runtime.getRuntime().availableProcessors(),
                "--directory=src/main/c",
                "CC=" + compiler,
                "JAVA_HOME=" + System.getProperty("java.home"),
                "OUT=" + out.resolve("kernels"),
                "RESOURCES=" + resources,
                target));
        command.addAll(List.of(variables));
        final int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exit != 0) {
            fail("native kernels: make " + target + " with " + compiler + " ended with exit code " + exit);
        }
    }

    private boolean crossCompiles() throws IOException, InterruptedException {
        if (!isOnPath(CROSS_COMPILER)) {
            return false;
        }
        final Path folder = Files.createDirectories(out.resolve("kernels"));
        final Path probe = Files.writeString(
                folder.resolve("cross-probe.c"), "#include <string.h>\nint main(void) { return 0; }\n");
        return new ProcessBuilder(
                                CROSS_COMPILER,
                                "-static",
                                "-o",
                                folder.resolve("cross-probe").toString(),
                                probe.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("cross-probe.log").toFile())
                        .start()
                        .waitFor()
                == 0;
    }

    /** What keeps this machine from building the kernels, null where nothing does. */
    private static String obstacle() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return "the kernels are for Linux, this is " + System.getProperty("os.name");
        }
        if (compiler() == null) {
            return "no C compiler (cc, gcc or clang) on PATH";
        }
        return isOnPath("make") ? null : "no make on PATH";
    }

    private static String compiler() {
        final String chosen = System.getenv("CC");
        if (chosen != null && !chosen.isBlank()) {
            return chosen;
        }
        return firstOnPath("cc", "gcc", "clang");
    }

    private static String firstOnPath(final String... names) {
        for (final String name : names) {
            if (isOnPath(name)) {
                return name;
            }
        }
        return null;
    }

    private static boolean isOnPath(final String name) {
        for (final String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            if (Files.isExecutable(Path.of(folder, name))) {
                return true;
            }
        }
        return false;
    }

    /** Libraries of an earlier build must not travel in a jar that claims to have none. */
    private static void deleteLibraries(final Path resources) throws IOException {
        if (Files.isDirectory(resources)) {
            try (var folders = Files.newDirectoryStream(resources, "linux-*")) {
                for (final Path folder : folders) {
                    deleteLibrary(folder);
                }
            }
        }
    }

    private static void deleteLibrary(final Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve("libvenation.so"));
        Files.deleteIfExists(folder);
    }

    private static void fail(final String message) {
        System.err.println(message);
        System.exit(1);
    }
}
