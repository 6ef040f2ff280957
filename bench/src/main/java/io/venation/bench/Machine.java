package io.venation.bench;

import io.venation.cli.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine that figures belong to. */
final class Machine {
    private Machine() {}

    static String describe() {
        return cpu() + ", " + Runtime.getRuntime().availableProcessors() + " cores, " + System.getProperty("os.name")
                + " " + System.getProperty("os.version") + ", JDK " + Runtime.version();
    }

    private static String cpu() {
        try {
            for (final String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
                if (line.startsWith("model name")) {
                    return line.substring(line.indexOf(':') + 2);
                }
            }
        } catch (final IOException e) {
            // not Linux
        }
        return System.getProperty("os.arch");
    }

    /** Has the system write what it holds back, so that no turn pays for the one before it. */
    static void settle() throws IOException, InterruptedException {
        run("sync");
    }

    /** Runs a command; returns what it has printed. */
    static String run(final String... command) throws IOException, InterruptedException {
        final Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        final String output = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new CommandFailure(String.join(" ", command) + " ended with exit code " + process.exitValue());
        }
        return output;
    }
}
