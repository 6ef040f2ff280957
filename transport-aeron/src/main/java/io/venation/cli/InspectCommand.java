package io.venation.cli;

import io.venation.frame.OffHeap;
import io.venation.frame.SealedFrameLayout;
import io.venation.receipt.ReceiptLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code venation inspect}: what receipts and sealed frames say, and whether it is true. Holds one record at a time. */
@Command(
        name = "inspect",
        description = "Print receipts or sealed frames, and say what does not verify.",
        footer = {
            "",
            "FILE holds 128-byte receipts in sequence order from 0, or 12,448-byte sealed frames;",
            "its first bytes tell which. Lone receipts are checked field by field and for their order,",
            "sealed frames against their bytes as well. The chain head covers all records so far."
        })
public final class InspectCommand implements VenationCommand {
    private static final String STANDARD_INPUT = "-";
    private static final int FIRST_BYTES = 2;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "A file, or - for standard input.")
    private String file;

    @Option(names = "--json", description = "Print one JSON object per record, each on a line.")
    private boolean json;

    private Console console;
    private long recordCount;
    private long badCount;
    private String firstBad;

    /** For the command line. */
    public InspectCommand() {}

    @Override
    public Integer call() throws IOException {
        console = Console.of(spec);
        if (file.equals(STANDARD_INPUT)) {
            inspect(console.in());
        } else {
            try (FileChannel channel = FileChannel.open(RawText.path(file), StandardOpenOption.READ)) {
                inspect(channel);
            }
        }
        if (badCount > 0) {
            throw new CommandFailure(name() + ": " + badCount + " of " + recordCount
                    + " records do not verify, the first is " + firstBad);
        }
        return VenationMain.EXIT_OK;
    }

    private void inspect(final ReadableByteChannel channel) throws IOException {
        final RecordInspector inspector = new RecordInspector(KernelName.select("auto"));
        try (Arena arena = Arena.ofConfined()) {
            final MemorySegment memory = arena.allocate(SealedFrameLayout.LENGTH, 64);
            final ByteBuffer buffer = memory.asByteBuffer();
            int present = fill(channel, buffer, FIRST_BYTES);
            final int length = present < FIRST_BYTES ? ReceiptLayout.LENGTH : recordLength(memory.address());
            long offset = 0;
            while ((present = fill(channel, buffer, length)) == length) {
                print(inspector.inspect(memory.address(), length, offset));
                offset += length;
                buffer.clear();
            }
            if (present > 0) {
                printCutOff(offset, present, length);
            }
        }
        if (!json) {
            console.line(recordCount + " records, " + badCount + " bad, chain head " + inspector.chainHead());
        }
    }

    /** Reads until so many bytes are there or the input ends; returns how many are. */
    private static int fill(final ReadableByteChannel channel, final ByteBuffer buffer, final int length)
            throws IOException {
        buffer.limit(length);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
            // the channel gives what it has
        }
        return buffer.position();
    }

    /** One of the two bytes may be damaged and the record is still told apart: 'H' 'R' or version 1, kind 1. */
    private int recordLength(final long address) {
        final int first = OffHeap.getU8(address);
        final int second = OffHeap.getU8(address + 1);
        if (first == 'H' || second == 'R') {
            return ReceiptLayout.LENGTH;
        }
        if (first == SealedFrameLayout.VERSION || second == SealedFrameLayout.KIND_LATTICE_FRAME) {
            return SealedFrameLayout.LENGTH;
        }
        throw new CommandFailure("%s: starts with bytes %02x %02x: neither receipts (48 52) nor sealed frames (01 01)"
                .formatted(name(), first, second));
    }

    private void print(final InspectedRecord inspected) {
        console.line(json ? Json.of(inspected.json()) : inspected.text());
        count(inspected.isGood(), "record " + inspected.number() + ": " + inspected.verdict());
    }

    private void printCutOff(final long offset, final int present, final int length) {
        final String verdict = "cut off, " + present + " of " + length + " bytes";
        if (json) {
            final Map<String, Object> object = new LinkedHashMap<>();
            object.put("record", recordCount);
            object.put("offset", offset);
            object.put("ok", false);
            object.put("reason", verdict);
            console.line(Json.of(object));
        } else {
            console.line("record " + recordCount + " at byte " + offset + ": " + verdict);
        }
        count(false, "record " + recordCount + ": " + verdict);
    }

    private void count(final boolean isGood, final String description) {
        recordCount++;
        if (!isGood) {
            badCount++;
            firstBad = firstBad == null ? description : firstBad;
        }
    }

    private String name() {
        return file.equals(STANDARD_INPUT) ? "standard input" : file;
    }
}
