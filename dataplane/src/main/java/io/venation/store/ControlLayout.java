package io.venation.store;

import io.venation.codec.StoreControlEncoder;
import io.venation.codec.StoreReaderEntryEncoder;
import io.venation.frame.Relation;

/**
 * The control file: what the writer shows to readers while it is open, and who reads. Nothing in it outlives the writer.
 *
 * <pre>
 *   0          4,096                                                        8,192            + 64
 *   +----------+----------------------------------------------------------+----------------+----------------+-- … --+
 *   |  header  | state, index generation, epoch, position, durable        | reader 0       | reader 1       |       |
 *   |          | position, journal generation, frame count: u64 each      | pid start epoch|                |  1,024|
 *   +----------+----------------------------------------------------------+----------------+----------------+-- … --+
 * </pre>
 */
final class ControlLayout {
    static final int STATE_OFFSET = 4_096;
    static final int INDEX_GENERATION_OFFSET = STATE_OFFSET + 8;
    static final int EPOCH_OFFSET = STATE_OFFSET + 16;
    static final int POSITION_OFFSET = STATE_OFFSET + 24;
    static final int DURABLE_POSITION_OFFSET = STATE_OFFSET + 32;
    static final int JOURNAL_GENERATION_OFFSET = STATE_OFFSET + 40;
    static final int FRAME_COUNT_OFFSET = STATE_OFFSET + 48;
    static final int READERS_OFFSET = 8_192;
    static final int READER_LENGTH = 64;
    static final int READER_COUNT = 1_024;
    static final int PID_OFFSET = 0;
    static final int START_OFFSET = 8;
    static final int READER_EPOCH_OFFSET = 16;
    static final int LENGTH = READERS_OFFSET + READER_COUNT * READER_LENGTH;

    static {
        Relation.holds(STATE_OFFSET == 4_096 + StoreControlEncoder.stateEncodingOffset(), "STATE_OFFSET");
        Relation.holds(
                INDEX_GENERATION_OFFSET == 4_096 + StoreControlEncoder.indexGenerationEncodingOffset(),
                "INDEX_GENERATION_OFFSET");
        Relation.holds(EPOCH_OFFSET == 4_096 + StoreControlEncoder.epochEncodingOffset(), "EPOCH_OFFSET");
        Relation.holds(POSITION_OFFSET == 4_096 + StoreControlEncoder.positionEncodingOffset(), "POSITION_OFFSET");
        Relation.holds(
                DURABLE_POSITION_OFFSET == 4_096 + StoreControlEncoder.durablePositionEncodingOffset(),
                "DURABLE_POSITION_OFFSET");
        Relation.holds(
                JOURNAL_GENERATION_OFFSET == 4_096 + StoreControlEncoder.journalGenerationEncodingOffset(),
                "JOURNAL_GENERATION_OFFSET");
        Relation.holds(
                FRAME_COUNT_OFFSET == 4_096 + StoreControlEncoder.frameCountEncodingOffset(), "FRAME_COUNT_OFFSET");
        Relation.holds(READER_LENGTH == StoreReaderEntryEncoder.BLOCK_LENGTH, "READER_LENGTH");
        Relation.holds(PID_OFFSET == StoreReaderEntryEncoder.pidEncodingOffset(), "PID_OFFSET");
        Relation.holds(START_OFFSET == StoreReaderEntryEncoder.startMillisEncodingOffset(), "START_OFFSET");
        Relation.holds(READER_EPOCH_OFFSET == StoreReaderEntryEncoder.epochEncodingOffset(), "READER_EPOCH_OFFSET");
    }

    private ControlLayout() {}
}
