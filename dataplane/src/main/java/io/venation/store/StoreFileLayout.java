package io.venation.store;

import io.venation.codec.StoreFileHeaderEncoder;
import io.venation.frame.Relation;

/**
 * What every file of a store begins with: one page of 4,096 bytes, little-endian.
 *
 * <pre>
 *   0        8         10     11      12         16           32       40          48              56         64     4,096
 *   +--------+---------+------+-------+----------+------------+--------+-----------+---------------+----------+--- … --+
 *   | magic  | version | kind | suite | checksum | store id   | number | parameter | segment slots | reserved | zeroes |
 *   | 8      | u16 = 1 | u8   | u8    | u32      | 16         | u64    | u64       | u64           | u64 = 0  |        |
 *   +--------+---------+------+-------+----------+------------+--------+-----------+---------------+----------+--- … --+
 * </pre>
 *
 * <p>Magic, version and checksum keep their places in all versions, so that a version that is not known can be told
 * from damage: damage fails the checksum, CRC32C of the page with the checksum zero.
 */
final class StoreFileLayout {
    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = 8;
    static final int KIND_OFFSET = 10;
    static final int SUITE_OFFSET = 11;
    static final int CHECKSUM_OFFSET = 12;
    static final int STORE_ID_OFFSET = 16;
    static final int NUMBER_OFFSET = 32;
    static final int PARAMETER_OFFSET = 40;
    static final int SEGMENT_SLOTS_OFFSET = 48;
    static final int PAGE_LENGTH = 4_096;

    /** The bytes {@code VENSTORE}. */
    static final long MAGIC = 0x45_52_4F_54_53_4E_45_56L;

    static final int VERSION = 2;

    static {
        Relation.holds(MAGIC_OFFSET == StoreFileHeaderEncoder.magicEncodingOffset(), "MAGIC_OFFSET");
        Relation.holds(VERSION_OFFSET == StoreFileHeaderEncoder.versionEncodingOffset(), "VERSION_OFFSET");
        Relation.holds(KIND_OFFSET == StoreFileHeaderEncoder.kindEncodingOffset(), "KIND_OFFSET");
        Relation.holds(SUITE_OFFSET == StoreFileHeaderEncoder.suiteEncodingOffset(), "SUITE_OFFSET");
        Relation.holds(CHECKSUM_OFFSET == StoreFileHeaderEncoder.checksumEncodingOffset(), "CHECKSUM_OFFSET");
        Relation.holds(STORE_ID_OFFSET == StoreFileHeaderEncoder.storeIdEncodingOffset(), "STORE_ID_OFFSET");
        Relation.holds(NUMBER_OFFSET == StoreFileHeaderEncoder.numberEncodingOffset(), "NUMBER_OFFSET");
        Relation.holds(PARAMETER_OFFSET == StoreFileHeaderEncoder.parameterEncodingOffset(), "PARAMETER_OFFSET");
        Relation.holds(
                SEGMENT_SLOTS_OFFSET == StoreFileHeaderEncoder.segmentSlotsEncodingOffset(), "SEGMENT_SLOTS_OFFSET");
    }

    private StoreFileLayout() {}
}
