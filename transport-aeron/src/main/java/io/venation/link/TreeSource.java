package io.venation.link;

import io.venation.receipt.Digest;
import java.nio.file.Path;
import java.util.function.LongConsumer;

/** A file or tree that becomes an object on its way. One thread: the sending agent. */
final class TreeSource implements ObjectSource {
    private final TreeStorer storer;

    TreeSource(final OfferWindow window, final Path source, final LongConsumer progress) {
        storer = new TreeStorer(window, progress);
        storer.begin(source);
    }

    @Override
    public boolean step() {
        return storer.step();
    }

    @Override
    public Digest root() {
        return storer.stored().root();
    }

    @Override
    public long byteCount() {
        return storer.stored().bytes();
    }

    @Override
    public long fileCount() {
        return storer.stored().files();
    }

    @Override
    public void close() {
        storer.abandon();
    }
}
