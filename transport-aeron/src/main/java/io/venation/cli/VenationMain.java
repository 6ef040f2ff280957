package io.venation.cli;

import io.venation.hashing.Kernels;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.ServiceLoader;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The {@code venation} command: finds the subcommands, runs one, turns its outcome into an exit code and at most one
 * line on standard error. One thread.
 */
@Command(
        name = "venation",
        description = "A verified data plane: files cross as sealed 12,288-byte lattice frames and arrive verified.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        sortOptions = false,
        usageHelpAutoWidth = false,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {" 0:done", " 1:the work failed", " 2:wrong usage"})
public final class VenationMain implements Runnable {
    /** The work is done. */
    public static final int EXIT_OK = 0;
    /** The work failed. */
    public static final int EXIT_FAILURE = 1;
    /** The command line is wrong. */
    public static final int EXIT_USAGE = 2;

    @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Log, and show stack traces of errors.")
    private boolean verbose;

    @Spec
    private CommandSpec spec;

    private final Console console;

    private VenationMain(final Console console) {
        this.console = console;
    }

    /**
     * Runs a command and ends the JVM with its exit code.
     *
     * @param args the command line.
     */
    public static void main(final String[] args) {
        System.exit(run(RawArguments.of(args), Console.ofProcess()));
    }

    /**
     * Runs a command.
     *
     * @param args    the command line as {@link RawText}.
     * @param console where it reads and prints.
     * @return the exit code.
     */
    static int run(final String[] args, final Console console) {
        final VenationMain main = new VenationMain(console);
        try {
            return main.execute(args);
        } catch (final Throwable e) { // errors too: whatever it is, one line tells it
            return main.failed(e);
        }
    }

    Console console() {
        return console;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "Missing command: one of "
                        + String.join(", ", spec.subcommands().keySet()));
    }

    private int execute(final String[] args) throws Exception {
        final StringWriter printed = new StringWriter();
        final CommandLine commandLine = new CommandLine(this);
        final List<VenationCommand> commands = new ArrayList<>();
        ServiceLoader.load(VenationCommand.class).forEach(commands::add);
        commands.sort(Comparator.comparing(
                command -> command.getClass().getAnnotation(Command.class).name()));
        commands.forEach(commandLine::addSubcommand);
        commandLine.addSubcommand(new GenerateCompletion());
        commandLine
                .setExpandAtFiles(false)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(printed))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .registerConverter(Path.class, RawText::path)
                .setExecutionStrategy(parsed -> {
                    if (verbose) {
                        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "info");
                    }
                    return new CommandLine.RunLast().execute(parsed);
                })
                .setParameterExceptionHandler((e, ignored) -> {
                    printStackTraceIfVerbose(e);
                    console.error(oneLine(e.getMessage()) + " (see '"
                            + e.getCommandLine().getCommandSpec().qualifiedName() + " --help')");
                    return EXIT_USAGE;
                })
                .setExecutionExceptionHandler((e, ignored, parsed) -> failed(e));
        provideVersion(commandLine);
        final int exitCode = commandLine.execute(args);
        console.write(RawText.encode(printed.toString()));
        return exitCode;
    }

    /** Where the annotation names the provider, picocli asks it as soon as a subcommand inherits it: at every start. */
    private static void provideVersion(final CommandLine commandLine) {
        commandLine.getCommandSpec().versionProvider(new Version());
        commandLine.getSubcommands().values().forEach(VenationMain::provideVersion);
    }

    private int failed(final Throwable failure) {
        if (failure instanceof Console.BrokenPipe) {
            return EXIT_FAILURE;
        }
        try {
            printStackTraceIfVerbose(failure);
            console.error(oneLine(describe(failure)));
        } catch (final Console.BrokenPipe e) {
            // nobody reads standard error
        }
        return EXIT_FAILURE;
    }

    private void printStackTraceIfVerbose(final Throwable e) {
        if (verbose) {
            final StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            console.error(trace.toString().stripTrailing());
        }
    }

    private static String describe(final Throwable e) {
        return switch (e) {
            case CommandFailure failure -> failure.getMessage();
            case UncheckedIOException unchecked -> describe(unchecked.getCause());
            case FileSystemException failure -> OsError.of(failure.getFile(), failure);
            case IOException failure when failure.getMessage() != null -> failure.getMessage();
            case OutOfMemoryError error -> "out of memory: " + error.getMessage();
            default -> "internal error, please report it with the output of --verbose: " + e;
        };
    }

    private static String oneLine(final String text) {
        return text.strip().replaceAll("\\R\\s*", " ");
    }

    /** What {@code --version} prints. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() throws IOException {
            final Properties properties = new Properties();
            try (InputStream in = VenationMain.class.getResourceAsStream("version.properties")) {
                properties.load(in);
            }
            return new String[] {
                "venation " + properties.getProperty("version"),
                "JDK " + Runtime.version() + ", " + System.getProperty("os.name") + " " + System.getProperty("os.arch"),
                Kernels.report().getFirst()
            };
        }
    }
}
