package io.venation.store;

import io.venation.codec.StoreCheckpointEncoder;
import io.venation.frame.Relation;

/**
 * The checkpoint: the state at a clean close, so that the next open reads no journal.
 *
 * <pre>
 *   0          4,096                 + 96                      + 40 × roots         + 8 × free    + 4
 *   +----------+---------------------+-------------------------+--------------------+-------------+
 *   |  header  |  twelve u64         |  roots: address 32,     |  free slots,       |  CRC32C of  |
 *   |          |                     |  pins u64               |  u64 each          |  all before |
 *   +----------+---------------------+-------------------------+--------------------+-------------+
 *
 *   twelve u64: sequence, journal generation, index generation, index checksum, slot count, frame count, payload bytes,
 *               bytes put, quarantined, roots unknown, root count, free count
 * </pre>
 *
 * <p>Opening believes it only where the journal ends at its sequence; readers take roots from it and add what the journal says
 * since.
 */
final class CheckpointLayout {
    static final int STATE_OFFSET = 4_096;
    static final int STATE_LENGTH = 96;
    static final int ROOT_LENGTH = 40;

    static {
        Relation.holds(STATE_LENGTH == StoreCheckpointEncoder.BLOCK_LENGTH, "STATE_LENGTH");
        Relation.holds(StoreCheckpointEncoder.sequenceEncodingOffset() == 0, "sequence comes first");
        Relation.holds(StoreCheckpointEncoder.freeCountEncodingOffset() == 88, "free count comes last");
    }

    private CheckpointLayout() {}
}
