package io.venation.hashing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A JVM that was started without the incubator module still hashes. */
final class WithoutVectorModuleTest {
    /** What the other JVM runs. */
    static final class Child {
        private Child() {}

        public static void main(final String[] arguments) {
            final Blake3 hasher = Blake3.hasher(Kernels.select("scalar"));
            System.out.println(HexFormat.of().formatHex(hasher.digest()));
            System.out.println(Kernels.select().mechanism() == Mechanism.VECTOR);
            System.out.println(String.join("\n", Kernels.report()));
        }
    }

    @Test
    void shouldHashAndSayWhatIsMissing() throws Exception {
        final Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Child.class.getName())
                .redirectErrorStream(true)
                .start();
        final String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(child.waitFor(60, TimeUnit.SECONDS), output);
        assertEquals(0, child.exitValue(), output);
        final String empty = HexFormat.of().formatHex(Blake3Reference.hash(new byte[0], 32));
        assertTrue(output.startsWith(empty + "\nfalse\n"), output);
        assertTrue(
                output.contains("kernel vector: not available: module jdk.incubator.vector is not resolved:"
                        + " start java with --add-modules=jdk.incubator.vector\n"),
                output);
    }
}
