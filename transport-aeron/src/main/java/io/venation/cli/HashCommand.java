package io.venation.cli;

import io.venation.hashing.AddressHash;
import io.venation.hashing.Blake3;
import io.venation.hashing.FrameKernels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code venation hash}: the options and output of b3sum, and of sha3sum -a 256. */
@Command(
        name = "hash",
        description = "Print or check BLAKE3 sums as b3sum does, or SHA3-256 sums as sha3sum -a 256 does.")
public final class HashCommand implements VenationCommand {
    private static final String STANDARD_INPUT = "-";

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "FILE",
            description = "Files to hash, or files of sums to check; standard input where none or - is named.")
    private List<String> files = List.of();

    @Option(
            names = "--suite",
            paramLabel = "blake3|sha3",
            defaultValue = "blake3",
            converter = SuiteName.class,
            description = "The hash (default ${DEFAULT-VALUE}).")
    private AddressHash suite;

    @Option(
            names = "--kernel",
            paramLabel = "auto|native|vector|scalar",
            defaultValue = "auto",
            converter = KernelName.class,
            description = "Kernels that compute BLAKE3 (default ${DEFAULT-VALUE}).")
    private String kernel;

    @Option(names = "--keyed", description = "Keyed hash; the key is 32 raw bytes on standard input.")
    private boolean keyed;

    @Option(names = "--derive-key", paramLabel = "CONTEXT", description = "Derive keys from the files in this context.")
    private String context;

    @Option(
            names = {"-l", "--length"},
            paramLabel = "LEN",
            description = "Bytes of output (default 32).")
    private Long length;

    @Option(names = "--num-threads", paramLabel = "NUM", description = "Threads at most (default and 0: all cores).")
    private int threads;

    @Option(names = "--no-mmap", description = "Read with one thread. (Files are never mapped; b3sum's word.)")
    private boolean noMmap;

    @Option(names = "--no-names", description = "Leave the names out.")
    private boolean noNames;

    @Option(names = "--raw", description = "Write raw bytes instead of hex, of one input, without its name.")
    private boolean raw;

    @Option(
            names = {"-c", "--check"},
            description = "Read sums from the files and check them.")
    private boolean check;

    @Option(names = "--quiet", description = "With --check: print only what fails.")
    private boolean quiet;

    /** For the command line. */
    public HashCommand() {}

    @Override
    public Integer call() throws IOException {
        checkUsage();
        final Console console = Console.of(spec);
        final SumFormat format = suite == AddressHash.BLAKE3 ? new B3sumFormat() : new Sha3sumFormat();
        final InputHasher hasher = new InputHasher(digest(console), noMmap ? 1 : threadCount());
        final List<String> names = files.isEmpty() ? List.of(STANDARD_INPUT) : files;
        boolean ok = true;
        for (final String name : names) {
            ok &= check ? check(format, hasher, name, console) : print(format, hasher, name, console);
        }
        return ok ? VenationMain.EXIT_OK : VenationMain.EXIT_FAILURE;
    }

    private void checkUsage() {
        final boolean sha3 = suite == AddressHash.SHA3_256;
        refuse(keyed && context != null, "--keyed and --derive-key exclude one another");
        refuse(keyed && files.isEmpty(), "--keyed needs a FILE: standard input carries the key");
        refuse(raw && files.size() > 1, "--raw takes one FILE");
        refuse(check && (keyed || context != null), "--check takes plain sums: neither --keyed nor --derive-key");
        refuse(check && length != null, "--check takes no --length");
        refuse(check && (raw || noNames), "--check takes neither --raw nor --no-names");
        refuse(quiet && !check, "--quiet goes with --check");
        refuse(sha3 && (keyed || context != null || length != null), "SHA3-256 has no --keyed, --derive-key, --length");
        refuse(length != null && length < 0, "--length=" + length + " must be at least 0");
        refuse(threads < 0, "--num-threads=" + threads + " must be at least 0");
        refuse(context != null && !RawText.isWellFormed(context), "the CONTEXT of --derive-key must be UTF-8");
    }

    private void refuse(final boolean condition, final String message) {
        if (condition) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private int threadCount() {
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }

    private InputDigest digest(final Console console) throws IOException {
        if (suite == AddressHash.SHA3_256) {
            return InputDigest.sha3();
        }
        final FrameKernels kernels = KernelName.select(kernel);
        if (keyed) {
            return InputDigest.blake3(Blake3.keyed(kernels, key(console)));
        }
        return InputDigest.blake3(context == null ? Blake3.hasher(kernels) : Blake3.deriveKey(kernels, context));
    }

    private static byte[] key(final Console console) throws IOException {
        final ByteBuffer bytes = ByteBuffer.allocate(Blake3.KEY_LENGTH + 1);
        while (bytes.hasRemaining() && console.in().read(bytes) >= 0) {
            // until the end, or one byte too many
        }
        if (!bytes.hasRemaining()) {
            throw new CommandFailure("read more than " + Blake3.KEY_LENGTH + " key bytes from stdin");
        }
        if (bytes.position() < Blake3.KEY_LENGTH) {
            throw new CommandFailure(
                    "expected " + Blake3.KEY_LENGTH + " key bytes from stdin, found " + bytes.position());
        }
        return Arrays.copyOf(bytes.array(), Blake3.KEY_LENGTH);
    }

    private HashInput input(final String name, final Console console) throws IOException {
        return name.equals(STANDARD_INPUT) ? HashInput.of(console.in()) : HashInput.open(name);
    }

    private boolean print(final SumFormat format, final InputHasher hasher, final String name, final Console console) {
        final InputDigest digest;
        try {
            digest = hash(hasher, name, console);
        } catch (final IOException e) {
            console.error(RawText.wellFormed(name) + ": " + format.reason(e));
            return false;
        }
        final long outputLength = length == null ? Blake3.HASH_LENGTH : length;
        if (raw) {
            digest.output(outputLength, console::write);
        } else {
            format.print(digest, outputLength, noNames ? null : name, console);
        }
        return true;
    }

    private boolean check(final SumFormat format, final InputHasher hasher, final String name, final Console console) {
        try (HashInput input = input(name, console)) {
            final SumFormat.Lines lines = new SumFormat.Lines(input);
            return format.check(
                    name, lines, quiet, file -> hash(hasher, file, console).sum(), console);
        } catch (final IOException e) {
            throw new CommandFailure(RawText.wellFormed(name) + ": " + format.reason(e), e);
        }
    }

    private InputDigest hash(final InputHasher hasher, final String name, final Console console) throws IOException {
        if (keyed && name.equals(STANDARD_INPUT)) {
            throw new IOException("Cannot open `-` in keyed mode");
        }
        try (HashInput input = input(name, console)) {
            return hasher.hash(input);
        }
    }
}
