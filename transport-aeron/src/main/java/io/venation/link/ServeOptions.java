package io.venation.link;

import io.venation.receipt.Digest;
import io.venation.receipt.Suite;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * What a served store gives, and to how many.
 *
 * @param directory of the store; whoever writes to it goes on.
 * @param suite     of the store.
 * @param mtu       bytes of a datagram of frames, 0 for what fits the peer's host.
 * @param peerLimit peers at the same time, ≥ 1; more are refused. Each takes up to 48 MiB of shared memory.
 * @param onDamaged told of each frame that was asked for and is not what its address says, on the serving thread.
 * @param onEnd     told of each peer's end on the serving thread.
 */
public record ServeOptions(
        Path directory, Suite suite, int mtu, int peerLimit, Consumer<Digest> onDamaged, Consumer<PeerSummary> onEnd) {}
