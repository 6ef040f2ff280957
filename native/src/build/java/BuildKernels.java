import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds or checks the C kernels: runs make with the first C compiler found and the {@code jni.h} of the JDK that runs
 * this file. Arguments: {@code auto|required|off}, the module's target directory, the make target
 * {@code library|check}.
 */
final class BuildKernels {
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
        final List<String> command = new ArrayList<>(List.of(
                "make",
                "--silent",
                "--jobs=" + Runtime.getRuntime().availableProcessors(),
                "--directory=src/main/c",
                "CC=" + compiler(),
                "JAVA_HOME=" + System.getProperty("java.home"),
                "OUT=" + out.resolve("kernels"),
                "RESOURCES=" + resources,
                target));
        final int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exit != 0) {
            fail("native kernels: make " + target + " ended with exit code " + exit);
        }
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
        for (final String name : List.of("cc", "gcc", "clang")) {
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

    /** A library of an earlier build must not travel in a jar that claims to have none. */
    private static void deleteLibraries(final Path resources) throws IOException {
        if (Files.isDirectory(resources)) {
            try (var folders = Files.newDirectoryStream(resources, "linux-*")) {
                for (final Path folder : folders) {
                    Files.deleteIfExists(folder.resolve("libvenation.so"));
                    Files.deleteIfExists(folder);
                }
            }
        }
    }

    private static void fail(final String message) {
        System.err.println(message);
        System.exit(1);
    }
}
