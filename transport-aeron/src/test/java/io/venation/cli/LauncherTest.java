package io.venation.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The launcher in a repository of its own, with JDKs and a Maven that are shell scripts. */
@DisabledOnOs(OS.WINDOWS)
class LauncherTest {
    private static final Path LAUNCHER = Path.of(System.getProperty("venation.root"), "venation");
    private static final String TOOLS = "sed find dirname readlink touch head mkdir cat sleep rm";

    @TempDir
    private Path temporary;

    private Path root;
    private Path tools;
    private Path home;

    private record Outcome(int exitCode, String out, String err) {}

    @BeforeEach
    void makeRepository() throws IOException {
        root = Files.createDirectories(temporary.resolve("the repository"));
        tools = Files.createDirectories(temporary.resolve("tools"));
        home = Files.createDirectories(temporary.resolve("home"));
        for (final String tool : TOOLS.split(" ")) {
            offer(tool, onPath(tool).orElseThrow());
        }
        final String places = Files.readString(LAUNCHER)
                .replaceAll("(?<= )(/usr/lib/jvm|/usr/java|/opt|/Library)/", temporary + "/system$1/")
                .replace("/usr/libexec/java_home", temporary + "/system/java_home");
        executable(root.resolve("venation"), places);
        Files.createDirectories(root.resolve(".config"));
        Files.writeString(root.resolve(".config/jvm.options"), "-ea\n");
        Files.writeString(root.resolve("pom.xml"), "<project/>\n");
        for (final String module : List.of("bench", "hashing")) {
            Files.createDirectories(root.resolve(module + "/src/main"));
            Files.createDirectories(root.resolve(module + "/src/test"));
            Files.writeString(root.resolve(module + "/pom.xml"), "<project/>\n");
            Files.writeString(root.resolve(module + "/src/main/Source.java"), "class Source {}\n");
        }
        backdate();
    }

    @Test
    void shouldPleaseShellcheck() throws Exception {
        final Optional<Path> shellcheck = onPath("shellcheck");
        Assumptions.assumeTrue(shellcheck.isPresent(), "shellcheck is not on the PATH");
        final Process process = new ProcessBuilder(shellcheck.get().toString(), LAUNCHER.toString())
                .redirectErrorStream(true)
                .start();
        assertEquals("", new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertEquals(0, process.waitFor());
    }

    @Test
    void shouldSayHowToGetAJdkWhereThereIsNone() throws Exception {
        makeMaven("");
        makeJdk(temporary.resolve("old jdk"), "21.0.1");
        final Outcome outcome =
                run(temporary.resolve("old jdk"), root.resolve("venation").toString());
        assertEquals(1, outcome.exitCode());
        assertEquals("", outcome.out());
        assertTrue(
                outcome.err().matches("venation: no JDK 25 or newer found: install one [^\n]*JAVA_HOME\n"),
                outcome.err());
    }

    @Test
    void shouldFindAJdkInTheUsualPlaces() throws Exception {
        makeMaven("");
        for (final String place : List.of(
                temporary + "/system/usr/lib/jvm/any", temporary + "/system/opt/jdk-25", home + "/.jdks/temurin-26")) {
            makeJdk(Path.of(place), "25");
            final Outcome outcome =
                    run(temporary.resolve("absent"), root.resolve("venation").toString());
            assertEquals(0, outcome.exitCode(), outcome.err());
            assertTrue(outcome.out().startsWith(place + "/bin/java\n"), outcome.out());
            Files.delete(Path.of(place, "release"));
        }
    }

    @Test
    void shouldPassArgumentsAndInputThroughLinksFromAnywhere() throws Exception {
        makeMaven("");
        final Path jdk = makeJdk(temporary.resolve("jdk 25"), "25.0.1");
        final Path folder = Files.createDirectories(temporary.resolve("bin"));
        Files.createSymbolicLink(folder.resolve("hop"), Path.of("../the repository/venation"));
        Files.createSymbolicLink(folder.resolve("ven"), Path.of("hop"));
        final Outcome outcome = run(jdk, folder.resolve("ven").toString(), "hash", "a b", "", "*", "c\\n");
        assertEquals(0, outcome.exitCode(), outcome.err());
        assertEquals(
                String.join(
                        "\n",
                        jdk + "/bin/java",
                        "@" + root + "/.config/jvm.options",
                        "-cp",
                        root + "/bench/target/*:" + root + "/bench/target/lib/*",
                        "io.venation.cli.VenationMain",
                        "hash",
                        "a b",
                        "",
                        "*",
                        "c\\n",
                        "input",
                        ""),
                outcome.out());
        assertEquals("venation: building\nMaven speaks\n", outcome.err());
    }

    @Test
    void shouldBuildOnlyWhatIsNewer() throws Exception {
        makeMaven("");
        final Path jdk = makeJdk(temporary.resolve("jdk"), "25.0.1");
        final String launcher = root.resolve("venation").toString();
        run(jdk, launcher);
        assertEquals(1, builds());
        run(jdk, launcher);
        assertEquals(1, builds());
        Files.writeString(root.resolve("hashing/src/test/NewTest.java"), "class NewTest {}\n");
        run(jdk, launcher);
        assertEquals(1, builds());
        int expected = 1;
        for (final String file :
                List.of("pom.xml", "bench/pom.xml", ".config/jvm.options", "hashing/src/main/Source.java")) {
            setNewer(root.resolve(file));
            run(jdk, launcher);
            assertEquals(++expected, builds(), file);
            backdate();
        }
        Files.delete(root.resolve("hashing/src/main/Source.java"));
        setNewer(root.resolve("hashing/src/main"));
        run(jdk, launcher);
        assertEquals(++expected, builds());
    }

    @Test
    void shouldBuildOnceWhereManyStartAtOnce() throws Exception {
        final Path jdk = makeJdk(temporary.resolve("jdk"), "25.0.1");
        makeMaven("sleep 1\n");
        for (final boolean withFlock : new boolean[] {false, true}) {
            if (withFlock) {
                final Optional<Path> flock = onPath("flock");
                Assumptions.assumeTrue(flock.isPresent(), "flock is not on the PATH");
                offer("flock", flock.get());
                Files.delete(root.resolve("bench/target/bench-0.jar"));
                Files.delete(root.resolve("builds"));
            }
            final List<Process> processes = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                processes.add(start(jdk, root.resolve("venation").toString()));
            }
            for (final Process process : processes) {
                assertEquals(0, outcome(process).exitCode());
            }
            assertEquals(1, builds(), "withFlock=" + withFlock);
        }
    }

    @Test
    void shouldSayThatTheBuildFailed() throws Exception {
        final Path jdk = makeJdk(temporary.resolve("jdk"), "25.0.1");
        final Outcome without = run(jdk, root.resolve("venation").toString());
        assertEquals(1, without.exitCode());
        assertTrue(without.err().startsWith("venation: Maven is needed to build: install it"), without.err());
        makeMaven("exit 1\n");
        final Outcome failed = run(jdk, root.resolve("venation").toString());
        assertEquals(1, failed.exitCode());
        assertEquals("", failed.out());
        assertEquals("venation: building\nMaven speaks\nvenation: the build failed: see above\n", failed.err());
    }

    private Path makeJdk(final Path jdk, final String version) throws IOException {
        Files.createDirectories(jdk.resolve("bin"));
        Files.writeString(jdk.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
        executable(jdk.resolve("bin/java"), "#!/bin/sh\nprintf '%s\\n' \"$0\" \"$@\"\ncat\n");
        executable(jdk.resolve("bin/javac"), "#!/bin/sh\n");
        return jdk;
    }

    private void makeMaven(final String commands) throws IOException {
        executable(
                tools.resolve("mvn"),
                "#!/bin/sh\necho Maven speaks\ncat\necho build >>builds\n" + commands
                        + "mkdir -p bench/target\ntouch bench/target/bench-0.jar\n");
    }

    private void offer(final String tool, final Path program) throws IOException {
        executable(tools.resolve(tool), "#!/bin/sh\nexec " + program + " \"$@\"\n");
    }

    private long builds() throws IOException {
        return Files.readAllLines(root.resolve("builds")).size();
    }

    /** Sources are an hour old, so that a new jar is newer whatever the clock's resolution. */
    private void backdate() throws IOException {
        try (var files = Files.walk(root)) {
            for (final Path file :
                    files.filter(path -> !path.toString().contains("target")).toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(3600)));
            }
        }
    }

    private void setNewer(final Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        Files.setLastModifiedTime(
                root.resolve("bench/target/bench-0.jar"),
                FileTime.from(Instant.now().minusSeconds(1800)));
    }

    private Outcome run(final Path javaHome, final String... command) throws Exception {
        return outcome(start(javaHome, command));
    }

    private Process start(final Path javaHome, final String... command) throws IOException {
        final ProcessBuilder builder = new ProcessBuilder(command).directory(temporary.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", tools.toString());
        builder.environment().put("HOME", home.toString());
        builder.environment().put("JAVA_HOME", javaHome.toString());
        final Process process = builder.start();
        try (var input = process.outputWriter()) {
            input.write("input\n");
        }
        return process;
    }

    private static Outcome outcome(final Process process) throws Exception {
        final String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        final String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Outcome(process.waitFor(), out, err);
    }

    private static void executable(final Path file, final String script) throws IOException {
        Files.writeString(file, script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static Optional<Path> onPath(final String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
