package io.venation.aeron;

import io.aeron.Publication;
import io.venation.flow.RejectReason;
import io.venation.receipt.ReceiptFlyweight;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.IdleStrategy;

/** The examples of the embedding guide in this module's README; ReadmeExamplesTest runs them and compares the text. */
final class PlaneExamples {
    private PlaneExamples() {}

    // begin producer
    /** Sends numbers. One thread drives it: an AgentRunner in production, an AgentInvoker in tests. */
    static final class Producer implements Agent {
        private final FramePublication publication;
        private final FrameClaim claim = new FrameClaim();
        private long next;

        Producer(final FramePublication publication) {
            this.publication = publication;
        }

        @Override
        public int doWork() {
            final long result = publication.tryClaim(claim); // in the term buffer: nothing is copied
            if (result < 0) {
                if (result == Publication.CLOSED || result == Publication.MAX_POSITION_EXCEEDED) {
                    throw new IllegalStateException(Publication.errorString(result));
                }
                return 0; // nobody there, or no room: idle, then try again
            }
            claim.frame().buffer().putLong(0, next++);
            claim.payloadLength(Long.BYTES).commit(); // sealed here; the rest of the frame is zeroed
            return 1;
        }

        @Override
        public String roleName() {
            return "producer";
        }
    }

    // end producer

    // begin consumer
    /** Adds numbers up. Only frames that verified come to onFrame. */
    static final class Consumer implements Agent, FrameHandler {
        private final FrameSubscription subscription;
        private long sum;
        private long count;

        Consumer(final FrameSubscription subscription) {
            this.subscription = subscription;
        }

        @Override
        public int doWork() {
            return subscription.poll(this, 64); // a run of up to 64 frames is verified by one call
        }

        @Override
        public void onFrame(final FrameView frame, final ReceiptFlyweight receipt, final long position) {
            sum += frame.buffer().getLong(0); // valid until this returns
            count++;
        }

        @Override
        public void onRejected(final long position, final RejectReason reason) {
            throw new IllegalStateException("at " + position + ": " + reason.sentence());
        }

        @Override
        public String roleName() {
            return "consumer";
        }
    }

    // end consumer

    static long producerAndConsumer(final long count) throws IOException {
        // begin plane
        try (LatticePlane plane = LatticePlane.launch()) { // with a media driver of its own
            final Consumer consumer = new Consumer(plane.addSubscription("aeron:ipc", 10));
            final Producer producer = new Producer(plane.addPublication("aeron:ipc", 10));
            while (consumer.count < count) { // here on one thread, in production each on its own
                producer.doWork();
                consumer.doWork();
            }
            return consumer.sum;
        }
        // end plane
    }

    static FrameSubscription externalDriver(final String directory, final Connected then) throws Exception {
        // begin external
        final LatticePlane.Context context = new LatticePlane.Context()
                .aeronDirectoryName(directory) // or -Dvenation.aeron.dir=…
                .requiresContinuity(true)
                .claimDeadlineNs(TimeUnit.SECONDS.toNanos(1));
        try (LatticePlane plane = LatticePlane.connect(context)) {
            final FrameSubscription subscription = plane.addSubscription("aeron:udp?endpoint=127.0.0.1:40456", 10);
            final FramePublication publication = plane.addPublication(
                    "aeron:udp?endpoint=127.0.0.1:40456|term-length=4m",
                    10); // mtu=62400 is added: five frames a datagram
            then.with(publication, subscription);
            return subscription;
        }
        // end external
    }

    /** What an example goes on with. */
    interface Connected {
        void with(FramePublication publication, FrameSubscription subscription) throws Exception;
    }

    // begin batch
    /** Sends a file, read straight into the term buffers, 16 frames a kernel call. */
    static void send(final FileChannel file, final FramePublication publication, final IdleStrategy idle)
            throws IOException {
        final FrameBatch batch = new FrameBatch();
        long remaining = file.size();
        while (remaining > 0) {
            final int wanted = (int) Math.min(FrameBatch.LIMIT, (remaining + 12_287) / 12_288);
            if (publication.tryClaim(batch, wanted) < 0) {
                idle.idle();
                continue;
            }
            final int count = batch.count(); // what there was room for
            final long length = Math.min(remaining, count * 12_288L);
            batch.payloadLength(count - 1, (int) (length - (count - 1) * 12_288L));
            long read = 0;
            final ByteBuffer[] buffers = batch.byteBuffers();
            while (read < length) {
                final long n = file.read(buffers, 0, count);
                if (n < 0) {
                    batch.abort(); // the file became shorter
                    throw new IOException("end of file");
                }
                read += n;
            }
            while (batch.commit() < 0) { // only a fragmenting channel can ask for a second try
                idle.idle();
            }
            remaining -= length;
        }
    }

    /** Writes what comes to a file, straight from the term buffers, up to 64 frames a system call. */
    static FrameBlockHandler writer(final FileChannel file) {
        return new FrameBlockHandler() {
            @Override
            public void onBlock(final FrameBlock block) {
                final ByteBuffer[] buffers = block.byteBuffers();
                final int last = block.count() - 1;
                for (int i = 0; i <= last; i++) {
                    buffers[i].limit(buffers[i].position() + block.payloadLength(i));
                }
                try {
                    while (buffers[last].hasRemaining()) {
                        file.write(buffers, 0, block.count());
                    }
                } catch (final IOException e) {
                    throw new UncheckedIOException(e); // blockPoll throws it on; no other frame is lost
                }
            }

            @Override
            public void onRejected(final long position, final RejectReason reason) {
                throw new IllegalStateException("at " + position + ": " + reason.sentence());
            }
        };
    }

    // end batch

    static long manyWorkers(final long count) throws IOException {
        // begin workers
        final LatticePlane.Context context = new LatticePlane.Context()
                .sealWorkers(2) // or -Dvenation.seal.workers=2
                .verifyWorkers(2);
        try (LatticePlane plane = LatticePlane.launch(context)) {
            final Consumer consumer = new Consumer(plane.addSubscription("aeron:ipc", 10));
            final FramePublication publication = plane.addPublication("aeron:ipc", 10);
            final FrameBatch batch = new FrameBatch(); // one will do: commit takes its frames over
            long next = 0;
            while (next < count) {
                final int wanted = (int) Math.min(FrameBatch.LIMIT, count - next);
                if (publication.tryClaim(batch, wanted) < 0) { // publishes what is sealed; no room, or all workers busy
                    consumer.doWork();
                    continue;
                }
                for (int i = 0; i < batch.count(); i++) {
                    batch.frame(i).buffer().putLong(0, next++);
                    batch.payloadLength(i, Long.BYTES);
                }
                batch.commit(); // to a worker: returns at once
            }
            while (publication.flush() > 0 || consumer.count < count) { // the last batches have no claim behind them
                consumer.doWork();
            }
            return consumer.sum;
        }
        // end workers
    }

    static Path copied(final Path source, final Path target) throws Exception {
        try (LatticePlane plane = LatticePlane.launch();
                FileChannel in = FileChannel.open(source);
                FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            final FrameSubscription subscription = plane.addSubscription("aeron:ipc", 10);
            final FramePublication publication = plane.addPublication("aeron:ipc", 10);
            final FrameBlockHandler writer = writer(out);
            final IdleStrategy readsMeanwhile = new IdleStrategy() {
                @Override
                public void idle(final int workCount) {
                    idle();
                }

                @Override
                public void idle() {
                    subscription.blockPoll(writer, 64);
                }

                @Override
                public void reset() {}
            };
            send(in, publication, readsMeanwhile);
            while (out.size() < in.size()) {
                subscription.blockPoll(writer, 64);
            }
        }
        return target;
    }
}
