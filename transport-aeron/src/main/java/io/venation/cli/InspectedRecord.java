package io.venation.cli;

import io.venation.flow.RejectReason;
import io.venation.frame.LatticeCoordinates;
import io.venation.frame.OffHeap;
import io.venation.frame.SealedFrameLayout;
import io.venation.receipt.Digest;
import io.venation.receipt.Receipt;
import io.venation.receipt.Suite;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One record of what {@code inspect} reads, with what was found out about it.
 *
 * @param number    record in the file, from 0.
 * @param offset    bytes before it.
 * @param envelope  of a sealed frame; null for a lone receipt.
 * @param receipt   its fields as they stand.
 * @param slot      placement slot of its content address.
 * @param id        receipt id.
 * @param chainHead head of the chain over this record and all before it.
 * @param reason    the first broken rule, if any.
 */
record InspectedRecord(
        long number,
        long offset,
        Envelope envelope,
        Receipt receipt,
        int slot,
        Digest id,
        String chainHead,
        RejectReason reason) {

    /** The 32 bytes before a receipt in a sealed frame. */
    record Envelope(int version, int kind, int flags, long keyEpoch, long linkSequence, String tag) {
        static Envelope read(final long address) {
            final byte[] tag = new byte[SealedFrameLayout.TAG_LENGTH];
            OffHeap.get(address + SealedFrameLayout.TAG_OFFSET, tag, 0, tag.length);
            return new Envelope(
                    OffHeap.getU8(address + SealedFrameLayout.VERSION_OFFSET),
                    OffHeap.getU8(address + SealedFrameLayout.KIND_OFFSET),
                    OffHeap.getU16(address + SealedFrameLayout.FLAGS_OFFSET),
                    OffHeap.getU32(address + SealedFrameLayout.KEY_EPOCH_OFFSET),
                    OffHeap.getU64(address + SealedFrameLayout.LINK_SEQUENCE_OFFSET),
                    HexFormat.of().formatHex(tag));
        }
    }

    boolean isGood() {
        return reason == RejectReason.NONE;
    }

    String verdict() {
        return reason.sentence();
    }

    String text() {
        final StringBuilder text =
                new StringBuilder(1_024).append("record %d at byte %d: %s%n".formatted(number, offset, verdict()));
        if (envelope != null) {
            text.append("  envelope         version %d, kind %d, flags %d, key epoch %d%n"
                            .formatted(envelope.version, envelope.kind, envelope.flags, envelope.keyEpoch))
                    .append("  link sequence    %s%n".formatted(Long.toUnsignedString(envelope.linkSequence)))
                    .append("  tag              %s%n".formatted(envelope.tag));
        }
        return text.append("  magic, version   %04x, %d%n"
                        .formatted(Short.toUnsignedInt(Short.reverseBytes((short) receipt.magic())), receipt.version()))
                .append("  suite            %d (%s)%n".formatted(receipt.suite(), suiteLabel()))
                .append("  flags            %d (phi %d)%n".formatted(receipt.flags(), receipt.phi() ? 1 : 0))
                .append("  budget           %d%n".formatted(receipt.budget()))
                .append("  phase, cycle     %d, %d%n".formatted(receipt.phase(), receipt.cycle()))
                .append("  spread, wait     %d, %d%n".formatted(receipt.fairnessSpread(), receipt.longestWait()))
                .append("  payload length   %s%n".formatted(Long.toUnsignedString(receipt.payloadLength())))
                .append("  sequence         %s%n".formatted(Long.toUnsignedString(receipt.sequence())))
                .append("  R96 digest       %s%n".formatted(receipt.r96Digest()))
                .append("  content address  %s%n".formatted(receipt.contentAddress()))
                .append("  slot             %d (%d,%d)%n".formatted(slot, row(), column()))
                .append("  witness head     %s%n".formatted(receipt.witnessHead()))
                .append("  receipt id       %s%n".formatted(id))
                .append("  chain head       %s".formatted(chainHead))
                .toString();
    }

    Map<String, Object> json() {
        final Map<String, Object> json = new LinkedHashMap<>();
        json.put("record", number);
        json.put("offset", offset);
        if (envelope != null) {
            json.put("envelope_version", envelope.version);
            json.put("kind", envelope.kind);
            json.put("envelope_flags", envelope.flags);
            json.put("key_epoch", envelope.keyEpoch);
            json.put("link_sequence", unsigned(envelope.linkSequence));
            json.put("tag", envelope.tag);
        }
        json.put("version", receipt.version());
        json.put("suite", receipt.suite());
        json.put("suite_name", suiteLabel());
        json.put("flags", receipt.flags());
        json.put("phi", receipt.phi());
        json.put("budget", receipt.budget());
        json.put("phase", receipt.phase());
        json.put("cycle", receipt.cycle());
        json.put("fairness_spread", receipt.fairnessSpread());
        json.put("longest_wait", receipt.longestWait());
        json.put("payload_length", unsigned(receipt.payloadLength()));
        json.put("sequence", unsigned(receipt.sequence()));
        json.put("r96_digest", receipt.r96Digest().toString());
        json.put("content_address", receipt.contentAddress().toString());
        json.put("slot", slot);
        json.put("row", row());
        json.put("column", column());
        json.put("witness_head", receipt.witnessHead().toString());
        json.put("id", id.toString());
        json.put("chain_head", chainHead);
        json.put("ok", isGood());
        if (!isGood()) {
            json.put("reason", verdict());
        }
        return json;
    }

    private String suiteLabel() {
        return Suite.isByte(receipt.suite()) ? Suite.ofByte(receipt.suite()).label() : "unknown";
    }

    private int row() {
        return LatticeCoordinates.page(slot);
    }

    private int column() {
        return LatticeCoordinates.byteInPage(slot);
    }

    private static BigInteger unsigned(final long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }
}
