package io.venation.flow;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class EmbeddingExampleTest {
    @Test
    void shouldVerifyEveryFrameOfTheExample() {
        final String outcome = EmbeddingExample.run();
        assertTrue(outcome.matches("16 verified, chain head [0-9a-f]{64}"), outcome);
    }
}
