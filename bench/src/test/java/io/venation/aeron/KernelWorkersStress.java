package io.venation.aeron;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.venation.flow.FrameSealer;
import io.venation.flow.FrameVerifier;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.Kernels;
import io.venation.receipt.Suite;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/** What a stream's thread finds in a task that a worker has given back; StressTest runs it. */
public final class KernelWorkersStress {
    private static final int STRIDE = SealedFrameLayout.STRIDE;

    private KernelWorkersStress() {}

    /** Writes what it was given to both ends of its output. */
    private static final class CopyTask extends KernelTask {
        int input;
        boolean fails;
        final int[] output = new int[1_024];

        @Override
        void call() {
            output[0] = input;
            if (fails) {
                throw new IllegalStateException("planted");
            }
            output[output.length - 1] = input;
        }

        void reportTo(final II_Result seen) {
            if (isDone()) {
                seen.r1 = output[0];
                seen.r2 = output[output.length - 1];
            }
        }
    }

    /** One worker that lives as long as the JVM; a task is back before the next one is made. */
    public abstract static class HandedOver {
        private static final KernelWorkers WORKERS = new KernelWorkers("stress", 1);

        static void submit(final KernelTask task) {
            WORKERS.submit(task);
        }

        abstract KernelTask task();

        @Arbiter
        public final void await() {
            while (!task().isDone()) {
                Thread.onSpinWait();
            }
        }
    }

    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "The worker is not done yet.")
    @Outcome(id = "7, 7", expect = ACCEPTABLE, desc = "Who sees that the worker is done sees all that it has written.")
    @Outcome(expect = FORBIDDEN, desc = "A task counts as done before all is written.")
    @State
    public static class ATaskThatIsDoneIsSeenWhole {
        private final CopyTask task = new CopyTask();

        public ATaskThatIsDoneIsSeenWhole() {
            task.input = 7;
        }

        @Actor
        public void worker() {
            task.execute();
        }

        @Actor
        public void owner(final II_Result seen) {
            task.reportTo(seen);
        }
    }

    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "The worker is not done yet.")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "Who sees that the worker is done sees that it has failed, and why.")
    @Outcome(expect = FORBIDDEN, desc = "A task that failed passes for one that did not.")
    @State
    public static class AFailureIsSeen {
        private final CopyTask task = new CopyTask();

        public AFailureIsSeen() {
            task.fails = true;
        }

        @Actor
        public void worker() {
            task.execute();
        }

        @Actor
        public void owner(final I_Result seen) {
            if (task.isDone()) {
                try {
                    task.requireSuccess();
                    seen.r1 = 2;
                } catch (final IllegalStateException e) {
                    seen.r1 = task.isFailed() ? 1 : 3;
                }
            }
        }
    }

    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "The worker is not done yet.")
    @Outcome(
            id = "8, 8",
            expect = ACCEPTABLE,
            desc = "The worker was given the new input and has written all of its output.")
    @Outcome(
            expect = FORBIDDEN,
            desc = "The output of the time before is taken for the new one, or a part for the whole.")
    @State
    public static class ATaskThatIsUsedAgainIsNotDone extends HandedOver {
        private final CopyTask task = new CopyTask();

        public ATaskThatIsUsedAgainIsNotDone() {
            task.input = 7;
            task.execute();
            task.reset();
        }

        @Override
        KernelTask task() {
            return task;
        }

        @Actor
        public void owner() {
            task.input = 8;
            submit(task);
        }

        @Actor
        public void reader(final II_Result seen) {
            task.reportTo(seen);
        }
    }

    @JCStressTest
    @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "Once the workers are closed all tasks they were given are done.")
    @Outcome(id = "2, 0", expect = ACCEPTABLE, desc = "The same; the other thread has looked before.")
    @Outcome(id = "2, 1", expect = ACCEPTABLE, desc = "The same; the other thread has looked between the two.")
    @Outcome(expect = FORBIDDEN, desc = "A task is lost, so that its stream waits for ever, or is seen in part.")
    @State
    public static class WorkersThatCloseLeaveNoTask {
        private final KernelWorkers workers = new KernelWorkers("stress", 2);
        private final CopyTask[] tasks = {new CopyTask(), new CopyTask()};

        private int doneCount() {
            int count = 0;
            final II_Result seen = new II_Result();
            for (final CopyTask task : tasks) {
                task.reportTo(seen);
                count += task.isDone() ? 1 : 0;
            }
            return count == 0 || seen.r2 == 7 ? count : 9;
        }

        @Actor
        public void owner(final II_Result seen) {
            for (final CopyTask task : tasks) {
                task.input = 7;
                workers.submit(task);
            }
            workers.close();
            seen.r1 = doneCount();
        }

        @Actor
        public void other(final II_Result seen) {
            seen.r2 = doneCount();
        }
    }

    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "The worker is not done yet.")
    @Outcome(
            id = "1",
            expect = ACCEPTABLE,
            desc = "Who sees that the worker is done sees a sealed frame, each byte of it.")
    @Outcome(expect = FORBIDDEN, desc = "A frame would be published before it is sealed.")
    @State
    public static class ASealedBatchIsSeenWhole extends HandedOver {
        private static final FrameSealer SEALER = new FrameSealer(Kernels.select(), Suite.DEFAULT, false);
        private static final UnsafeBuffer EXPECTED = sealed();

        private final UnsafeBuffer memory = memory(1);
        private final SealPool.SealTask task = new SealPool.SealTask(SEALER);

        private static UnsafeBuffer memory(final int frameCount) {
            return new UnsafeBuffer(BufferUtil.allocateDirectAligned(frameCount * STRIDE, 64));
        }

        private static UnsafeBuffer sealed() {
            final UnsafeBuffer memory = memory(1);
            final FrameBatch batch = new FrameBatch(1);
            batch.add(memory, 0);
            fill(batch);
            batch.seal(new FrameSealer(Kernels.select(), Suite.DEFAULT, false), 3);
            return memory;
        }

        private static void fill(final FrameBatch batch) {
            batch.frame(0).buffer().putLong(0, 7);
        }

        @Override
        KernelTask task() {
            return task;
        }

        @Actor
        public void owner() {
            task.batch.add(memory, 0);
            fill(task.batch);
            task.firstSequence = 3;
            submit(task);
        }

        @Actor
        public void reader(final I_Result seen) {
            if (task.isDone()) {
                seen.r1 = memory.equals(EXPECTED) ? 1 : 9;
            }
        }
    }

    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "The worker is not done yet.")
    @Outcome(
            id = "1",
            expect = ACCEPTABLE,
            desc = "Who sees that the worker is done sees which frame is good and which is not.")
    @Outcome(expect = FORBIDDEN, desc = "A frame that does not verify would be delivered, or one that does rejected.")
    @State
    public static class AVerifiedRunIsSeenWhole extends HandedOver {
        private static final FrameVerifier VERIFIER = new FrameVerifier(Kernels.select(), Suite.DEFAULT);
        private static final UnsafeBuffer GOOD = ASealedBatchIsSeenWhole.sealed();

        private final UnsafeBuffer memory = ASealedBatchIsSeenWhole.memory(2);
        private final FrameRun run = new FrameRun(VERIFIER);

        public AVerifiedRunIsSeenWhole() {
            run.good = 0b11; // what the run before has left
        }

        @Override
        KernelTask task() {
            return run;
        }

        @Actor
        public void owner() {
            memory.putBytes(0, GOOD, 0, STRIDE);
            memory.putBytes(STRIDE, GOOD, 0, STRIDE);
            memory.putLong(STRIDE + SealedFrameLayout.HEADER_LENGTH + SealedFrameLayout.FRAME_OFFSET, 8);
            run.begin(memory, 0, 2, STRIDE);
            run.expect(FrameVerifier.ANY_SEQUENCE, false);
            submit(run);
        }

        @Actor
        public void reader(final I_Result seen) {
            if (run.isDone()) {
                seen.r1 = run.good == 0b01 && !run.isFailed() ? 1 : 9;
            }
        }
    }
}
