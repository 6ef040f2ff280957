package io.venation.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README says is so: its commands run, its example is the one that compiles, its links lead somewhere. */
final class ReadmeTest {
    private static final Path ROOT = Path.of(System.getProperty("venation.root"));

    @TempDir
    private Path directory;

    @Test
    void shouldRunEveryCommandOfTheReadme() throws IOException, InterruptedException {
        final List<String> commands = readme().lines()
                .filter(line -> line.startsWith("    ./venation ") || line.startsWith("    kill "))
                .filter(line -> !line.startsWith("    ./venation bench ")) // minutes: BenchCommandTest runs them small
                .map(String::strip)
                .toList();
        assertTrue(commands.size() >= 6, () -> "README commands: " + commands);
        final Path work = Files.createDirectory(directory.resolve("work"));
        Files.copy(ROOT.resolve("README.md"), work.resolve("README.md"));
        launcher(work.resolve("venation"));
        final List<String> script = new ArrayList<>(List.of("set -eu"));
        for (final String command : commands) {
            // /tmp belongs to whoever runs the tests beside this one
            script.add(command.replace("/tmp/", directory + "/tmp/").replace("40912", "40913"));
            if (command.endsWith("&")) {
                script.add("trap 'kill %1 2>/dev/null || :' EXIT");
            }
        }
        Files.createDirectory(directory.resolve("tmp"));
        final Process shell = new ProcessBuilder("bash", "-m", "-c", String.join("\n", script))
                .directory(work.toFile())
                .redirectErrorStream(true)
                .start();
        final String output = new String(shell.getInputStream().readAllBytes());
        assertEquals(0, shell.waitFor(), () -> script + "\n" + output);
        assertEquals(
                -1,
                Files.mismatch(work.resolve("README.md"), directory.resolve("tmp/venation-inbox/README.md")),
                output);
    }

    /** The launcher without its build: this class path is what it would have built. */
    private static void launcher(final Path path) throws IOException {
        Files.writeString(
                path,
                "#!/bin/sh\nexec '" + Path.of(System.getProperty("java.home"), "bin", "java") + "' '@"
                        + ROOT.resolve(".config/jvm.options") + "' -cp '" + System.getProperty("java.class.path")
                        + "' io.venation.cli.VenationMain \"$@\"\n");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @Test
    void shouldShowTheExampleThatCompiles() throws IOException {
        final String source =
                Files.readString(ROOT.resolve("dataplane/src/test/java/io/venation/flow/EmbeddingExample.java"));
        final String compiled = source.substring(source.indexOf("// begin\n") + 9, source.indexOf("        // end"));
        final Matcher shown =
                Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(readme());
        assertTrue(shown.find());
        assertEquals(
                compiled.stripTrailing().stripIndent().strip(), shown.group(1).strip());
    }

    @Test
    void shouldLinkToFilesThatExist() throws IOException {
        try (Stream<Path> pages = Files.find(
                ROOT, 2, (path, attributes) -> path.toString().endsWith(".md") && attributes.isRegularFile())) {
            for (final Path page : pages.toList()) {
                final Matcher link = Pattern.compile("]\\(([^)#:]+)\\)").matcher(Files.readString(page));
                while (link.find()) {
                    final Path target = page.resolveSibling(link.group(1));
                    assertTrue(Files.exists(target), () -> page + " links to " + target);
                }
            }
        }
    }

    @Test
    void shouldNameEveryCommandInTheTable() throws IOException, InterruptedException {
        final String readme = readme();
        final Process help = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@" + ROOT.resolve(".config/jvm.options"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.venation.cli.VenationMain",
                        "--help")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        final String text = new String(help.getInputStream().readAllBytes());
        assertEquals(0, help.waitFor(), text);
        final String commands = text.substring(text.indexOf("Commands:"));
        final Matcher command = Pattern.compile("(?m)^  ([a-z-]+) ").matcher(commands);
        int count = 0;
        while (command.find()) {
            count++;
            assertTrue(readme.contains("./venation " + command.group(1)), () -> "README lacks " + command.group(1));
        }
        assertTrue(count >= 8, commands);
    }

    private static String readme() throws IOException {
        return Files.readString(ROOT.resolve("README.md"));
    }
}
