package io.venation.cli;

import io.venation.flow.FrameVerifier;
import io.venation.flow.ReceiptRules;
import io.venation.flow.RejectReason;
import io.venation.frame.LatticeCoordinates;
import io.venation.frame.OffHeap;
import io.venation.frame.SealedFrameLayout;
import io.venation.hashing.FrameKernels;
import io.venation.receipt.Digest;
import io.venation.receipt.Receipt;
import io.venation.receipt.ReceiptChain;
import io.venation.receipt.ReceiptFlyweight;
import io.venation.receipt.ReceiptIds;
import io.venation.receipt.ReceiptLayout;
import io.venation.receipt.Suite;
import java.util.HexFormat;

/**
 * Checks the records of one file in their order: the first valid suite is the agreed one, sequences count from 0, and a
 * gap is told once. One thread: the kernels' own.
 */
final class RecordInspector {
    private static final int NO_SUITE = -1;

    private final FrameKernels kernels;
    private final ReceiptIds ids;
    private final ReceiptChain chain;
    private final ReceiptFlyweight receipt = new ReceiptFlyweight();
    private int agreedSuite = NO_SUITE;
    private FrameVerifier verifier;
    private long expectedSequence;

    RecordInspector(final FrameKernels kernels) {
        this.kernels = kernels;
        ids = new ReceiptIds(kernels);
        chain = new ReceiptChain(kernels);
    }

    /**
     * Inspects the next record.
     *
     * @param address absolute address of a receipt, or of a sealed frame.
     * @param length  {@link ReceiptLayout#LENGTH} or {@link SealedFrameLayout#LENGTH}.
     * @param offset  where the record stands in its file.
     * @return what it says and whether it is good.
     */
    InspectedRecord inspect(final long address, final int length, final long offset) {
        final boolean isFrame = length == SealedFrameLayout.LENGTH;
        receipt.wrap(isFrame ? address + SealedFrameLayout.RECEIPT_OFFSET : address);
        if (agreedSuite == NO_SUITE && Suite.isByte(receipt.suite())) {
            agreedSuite = receipt.suite();
        }
        final long number = chain.length();
        final RejectReason reason =
                isFrame ? verify(address) : ReceiptRules.check(receipt, agreedSuite, expectedSequence);
        expectedSequence = nextSequence(reason);
        final long id = ids.compute(receipt.address(), ReceiptLayout.LENGTH, 1);
        chain.appendIds(id, 1);
        return new InspectedRecord(
                number,
                offset,
                isFrame ? InspectedRecord.Envelope.read(address) : null,
                Receipt.read(receipt),
                LatticeCoordinates.placementSlot(receipt.contentAddress()),
                Digest.read(id),
                chainHead(),
                reason);
    }

    String chainHead() {
        return HexFormat.of().formatHex(chain.head());
    }

    private RejectReason verify(final long address) {
        if (verifier == null) {
            if (agreedSuite == NO_SUITE) {
                return RejectReason.SUITE;
            }
            verifier = new FrameVerifier(kernels, Suite.ofByte(agreedSuite));
        }
        final boolean onLink = OffHeap.getU64(address + SealedFrameLayout.LINK_SEQUENCE_OFFSET) != 0;
        verifier.verify(address, SealedFrameLayout.LENGTH, 1, expectedSequence, onLink);
        return verifier.reason(0);
    }

    /** After a gap the count goes on from a receipt whose other fields bear its sequence out, not from a damaged one. */
    private long nextSequence(final RejectReason reason) {
        final boolean isGap = reason == RejectReason.SEQUENCE
                && ReceiptRules.check(receipt, agreedSuite, ReceiptRules.ANY_SEQUENCE) == RejectReason.NONE;
        return (isGap ? receipt.sequence() : expectedSequence) + 1;
    }
}
