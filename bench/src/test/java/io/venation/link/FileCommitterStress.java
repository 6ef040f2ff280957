package io.venation.link;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** What a receiving agent learns of the files that committing threads have; StressTest runs it. */
public final class FileCommitterStress {
    private FileCommitterStress() {}

    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "The file could not be committed, and the agent is told.")
    @Outcome(expect = FORBIDDEN, desc = "All files are said to be in place, and one is not.")
    @State
    public static class AFailureIsToldBeforeAllIsDone {
        private static final FileSink GONE = gone();
        private static final FileTime EPOCH = FileTime.fromMillis(0);

        private final FileCommitter committer = new FileCommitter();

        /** A file whose temporary name somebody has removed. */
        private static FileSink gone() {
            try {
                final Path folder = Files.createTempDirectory("venation-stress-");
                final FileSink sink = new FileSink(folder.resolve("file"), folder.resolve("temporary"), 0);
                sink.discard();
                Files.delete(folder);
                return sink;
            } catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Actor
        public void agent(final I_Result seen) {
            committer.commit(GONE, 0_600, EPOCH);
            try {
                while (!committer.isDone()) {
                    Thread.onSpinWait();
                }
                seen.r1 = 9;
            } catch (final LinkException e) {
                seen.r1 = 1;
            }
        }

        @Arbiter
        public void close() {
            committer.close();
        }
    }
}
