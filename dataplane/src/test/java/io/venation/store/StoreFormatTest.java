package io.venation.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tables of STORE.md say what the schema says. */
class StoreFormatTest {
    private static final Pattern ROW = Pattern.compile("\\| (\\w+) \\| (\\d+) \\| (\\d+) \\|");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "StoreFileHeader",
                "StoreJournalRecord",
                "StoreControl",
                "StoreReaderEntry",
                "StoreCheckpoint",
                "ObjectNode",
                "ChildReference",
                "DirectoryEntry",
                "TreeNode",
                "TypedReference"
            })
    void shouldDocumentEveryField(final String message) throws Exception {
        final Class<?> codec = Class.forName("io.venation.codec." + message + "Encoder");
        int next = 0;
        for (final String line : table(message)) {
            final Matcher row = ROW.matcher(line);
            if (row.matches()) {
                assertEquals(next, Integer.parseInt(row.group(2)), line);
                assertEquals(codec.getMethod(row.group(1) + "EncodingOffset").invoke(null), next, line);
                assertEquals(
                        codec.getMethod(row.group(1) + "EncodingLength").invoke(null),
                        Integer.parseInt(row.group(3)),
                        line);
                next += Integer.parseInt(row.group(3));
            }
        }
        assertEquals(codec.getField("BLOCK_LENGTH").get(null), next, message);
    }

    private static Iterable<String> table(final String message) throws IOException {
        final String text = Files.readString(Path.of(System.getProperty("venation.root"), "dataplane", "STORE.md"));
        final int from = text.indexOf("| " + message);
        assertTrue(from >= 0, message);
        return text.substring(from, text.indexOf("\n\n", from)).lines().toList();
    }
}
