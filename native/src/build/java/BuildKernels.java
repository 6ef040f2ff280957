import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Builds the C kernels: runs make with the first C compiler found and the {@code jni.h} of the JDK that runs this file.
 * Arguments: {@code auto|required|off}, the module's target directory.
 */
final class BuildKernels {
    public static void main(final String[] args) throws Exception {
        final String mode = args[0];
        final Path target = Path.of(args[1]).toAbsolutePath();
        if (!List.of("auto", "required", "off").contains(mode)) {
            fail("native=" + mode + ": must be auto, required or off");
        }
        if (mode.equals("off")) {
            System.out.println("native kernels: not built (-Dnative=off); the Vector API does the work");
            return;
        }
        final String compiler = compiler();
        if (compiler == null || find("make") == null) {
            final String missing = compiler == null ? "C compiler (cc, gcc or clang)" : "make";
            if (mode.equals("required")) {
                fail("native=required: no " + missing + " found on PATH");
            }
            System.out.println(
                    "native kernels: not built, no " + missing + " on PATH; the Vector API does the work");
            return;
        }
        final List<String> command = new ArrayList<>(List.of(
                "make",
                "--silent",
                "-C",
                "src/main/c",
                "CC=" + compiler,
                "JAVA_HOME=" + System.getProperty("java.home"),
                "OUT=" + target.resolve("kernels"),
                "RESOURCES=" + target.resolve("classes/io/venation/nativehash")));
        Files.createDirectories(target);
        final int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (exit != 0) {
            fail("native kernels: make ended with exit code " + exit);
        }
    }

    private static String compiler() {
        final String chosen = System.getenv("CC");
        if (chosen != null && !chosen.isBlank()) {
            return chosen;
        }
        for (final String name : List.of("cc", "gcc", "clang")) {
            if (find(name) != null) {
                return name;
            }
        }
        return null;
    }

    private static Path find(final String name) {
        for (final String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
            final Path candidate = Path.of(folder, name);
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        return null;
    }

    private static void fail(final String message) throws IOException {
        System.err.println(message);
        System.exit(1);
    }
}
