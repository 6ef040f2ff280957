package io.venation.hashing;

import static io.venation.hashing.Memory.ALL;
import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.AND_NOT;
import static jdk.incubator.vector.VectorOperators.BITWISE_BLEND;
import static jdk.incubator.vector.VectorOperators.BIT_COUNT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.UGE;
import static jdk.incubator.vector.VectorOperators.UMIN;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * R96 histograms by bit slices: no table, no branch on data, the same time for every frame.
 *
 * <pre>
 *   8 vectors of bytes ──► 8 bit planes ──► class planes c0..c3, a selector for each sixteen classes ──► a slice
 *                     3 stages of swaps     boolean functions of planes
 *
 *   for each selector s, over all slices: population counts of s and of s &amp; every product of c0..c3
 *   count of a class = that of its product less those of the products that hold it
 * </pre>
 *
 * <p>One thread; allocates nothing after construction. Its owner keeps it reachable while it runs.
 */
final class R96VectorKernel {
    private static final VectorSpecies<Long> SPECIES = LongVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Byte> BYTES = ByteVector.SPECIES_PREFERRED;
    private static final int VECTOR_LENGTH = SPECIES.vectorByteSize();

    /** Bytes of the frame in one slice: 8 vectors. */
    private static final int SLICE_LENGTH = Byte.SIZE * VECTOR_LENGTH;

    private static final int SLICES = FrameKernels.FRAME_LENGTH / SLICE_LENGTH;
    private static final int CLASSES_PER_SELECTOR = 16;
    private static final int SELECTORS = FrameKernels.CLASS_COUNT / CLASSES_PER_SELECTOR;

    private static final int PLANE0 = 0;
    private static final int PLANE1 = VECTOR_LENGTH;
    private static final int PLANE2 = 2 * VECTOR_LENGTH;
    private static final int PLANE3 = 3 * VECTOR_LENGTH;
    private static final int PLANE4 = 4 * VECTOR_LENGTH;
    private static final int PLANE5 = 5 * VECTOR_LENGTH;
    private static final int PLANE6 = 6 * VECTOR_LENGTH;
    private static final int PLANE7 = 7 * VECTOR_LENGTH;

    /** The selectors replace the planes that they are made of. */
    private static final int FIRST_SELECTOR = PLANE4;

    private static final int SLICE_STRIDE = FIRST_SELECTOR + SELECTORS * VECTOR_LENGTH;

    private static final long LOW_NIBBLES = 0x0F0F0F0F0F0F0F0FL;
    private static final long LOW_PAIRS = 0x3333333333333333L;
    private static final long LOW_BITS = 0x5555555555555555L;
    private static final byte CLASS_COUNT = FrameKernels.CLASS_COUNT;
    private static final byte MIX = 17;

    /** Four counts share a long, 16 bits each: 12,288 bytes cannot overflow them. */
    private static final int COUNT_BITS = 16;

    private static final long COUNT_MASK = 0xFFFF;
    private static final long EVEN_COUNTS = 0x0000FFFF0000FFFFL;

    private final MemorySegment scratch = Memory.allocate((long) SLICES * SLICE_STRIDE + FrameKernels.FRAME_LENGTH);
    private final long slices = scratch.address();
    private final long mixed = slices + (long) SLICES * SLICE_STRIDE;

    /**
     * The histogram of one frame.
     *
     * @param rule      the class map.
     * @param source    address of the frame.
     * @param histogram address for 96 u32.
     */
    void histogram(final R96Rule rule, final long source, final long histogram) {
        switch (rule) {
            case MOD96 -> {
                slice(source);
                selectMod96();
            }
            case MIX17 -> {
                mix17(source);
                slice(mixed);
                select();
            }
            case ALGEBRAIC -> {
                slice(source);
                algebraic();
                select();
            }
        }
        for (int selector = 0; selector < SELECTORS; selector++) {
            count(selector, histogram + (long) selector * CLASSES_PER_SELECTOR * Integer.BYTES);
        }
    }

    /** Bytes to bit planes: pairs of vectors swap halves of bytes, then of nibbles, then of bit pairs. */
    private void slice(final long source) {
        for (int i = 0; i < SLICES; i++) {
            final long from = Memory.unchecked(source) + (long) i * SLICE_LENGTH;
            final long slice = Memory.unchecked(slices) + (long) i * SLICE_STRIDE;
            final LongVector v0 = LongVector.fromMemorySegment(SPECIES, ALL, from + 0 * VECTOR_LENGTH, LITTLE_ENDIAN);
            final LongVector v1 = LongVector.fromMemorySegment(SPECIES, ALL, from + 1 * VECTOR_LENGTH, LITTLE_ENDIAN);
            final LongVector v2 = LongVector.fromMemorySegment(SPECIES, ALL, from + 2 * VECTOR_LENGTH, LITTLE_ENDIAN);
            final LongVector v3 = LongVector.fromMemorySegment(SPECIES, ALL, from + 3 * VECTOR_LENGTH, LITTLE_ENDIAN);
            final LongVector v4 = LongVector.fromMemorySegment(SPECIES, ALL, from + 4 * VECTOR_LENGTH, LITTLE_ENDIAN);
            final LongVector v5 = LongVector.fromMemorySegment(SPECIES, ALL, from + 5 * VECTOR_LENGTH, LITTLE_ENDIAN);
            final LongVector v6 = LongVector.fromMemorySegment(SPECIES, ALL, from + 6 * VECTOR_LENGTH, LITTLE_ENDIAN);
            final LongVector v7 = LongVector.fromMemorySegment(SPECIES, ALL, from + 7 * VECTOR_LENGTH, LITTLE_ENDIAN);
            final LongVector n0 = v4.lanewise(LSHL, 4).lanewise(BITWISE_BLEND, v0, LOW_NIBBLES);
            final LongVector n4 = v4.lanewise(BITWISE_BLEND, v0.lanewise(LSHR, 4), LOW_NIBBLES);
            final LongVector n1 = v5.lanewise(LSHL, 4).lanewise(BITWISE_BLEND, v1, LOW_NIBBLES);
            final LongVector n5 = v5.lanewise(BITWISE_BLEND, v1.lanewise(LSHR, 4), LOW_NIBBLES);
            final LongVector n2 = v6.lanewise(LSHL, 4).lanewise(BITWISE_BLEND, v2, LOW_NIBBLES);
            final LongVector n6 = v6.lanewise(BITWISE_BLEND, v2.lanewise(LSHR, 4), LOW_NIBBLES);
            final LongVector n3 = v7.lanewise(LSHL, 4).lanewise(BITWISE_BLEND, v3, LOW_NIBBLES);
            final LongVector n7 = v7.lanewise(BITWISE_BLEND, v3.lanewise(LSHR, 4), LOW_NIBBLES);
            final LongVector q0 = n2.lanewise(LSHL, 2).lanewise(BITWISE_BLEND, n0, LOW_PAIRS);
            final LongVector q2 = n2.lanewise(BITWISE_BLEND, n0.lanewise(LSHR, 2), LOW_PAIRS);
            final LongVector q1 = n3.lanewise(LSHL, 2).lanewise(BITWISE_BLEND, n1, LOW_PAIRS);
            final LongVector q3 = n3.lanewise(BITWISE_BLEND, n1.lanewise(LSHR, 2), LOW_PAIRS);
            final LongVector q4 = n6.lanewise(LSHL, 2).lanewise(BITWISE_BLEND, n4, LOW_PAIRS);
            final LongVector q6 = n6.lanewise(BITWISE_BLEND, n4.lanewise(LSHR, 2), LOW_PAIRS);
            final LongVector q5 = n7.lanewise(LSHL, 2).lanewise(BITWISE_BLEND, n5, LOW_PAIRS);
            final LongVector q7 = n7.lanewise(BITWISE_BLEND, n5.lanewise(LSHR, 2), LOW_PAIRS);
            final LongVector p0 = q1.lanewise(LSHL, 1).lanewise(BITWISE_BLEND, q0, LOW_BITS);
            final LongVector p1 = q1.lanewise(BITWISE_BLEND, q0.lanewise(LSHR, 1), LOW_BITS);
            final LongVector p2 = q3.lanewise(LSHL, 1).lanewise(BITWISE_BLEND, q2, LOW_BITS);
            final LongVector p3 = q3.lanewise(BITWISE_BLEND, q2.lanewise(LSHR, 1), LOW_BITS);
            final LongVector p4 = q5.lanewise(LSHL, 1).lanewise(BITWISE_BLEND, q4, LOW_BITS);
            final LongVector p5 = q5.lanewise(BITWISE_BLEND, q4.lanewise(LSHR, 1), LOW_BITS);
            final LongVector p6 = q7.lanewise(LSHL, 1).lanewise(BITWISE_BLEND, q6, LOW_BITS);
            final LongVector p7 = q7.lanewise(BITWISE_BLEND, q6.lanewise(LSHR, 1), LOW_BITS);
            p0.intoMemorySegment(ALL, slice + PLANE0, LITTLE_ENDIAN);
            p1.intoMemorySegment(ALL, slice + PLANE1, LITTLE_ENDIAN);
            p2.intoMemorySegment(ALL, slice + PLANE2, LITTLE_ENDIAN);
            p3.intoMemorySegment(ALL, slice + PLANE3, LITTLE_ENDIAN);
            p4.intoMemorySegment(ALL, slice + PLANE4, LITTLE_ENDIAN);
            p5.intoMemorySegment(ALL, slice + PLANE5, LITTLE_ENDIAN);
            p6.intoMemorySegment(ALL, slice + PLANE6, LITTLE_ENDIAN);
            p7.intoMemorySegment(ALL, slice + PLANE7, LITTLE_ENDIAN);
        }
    }

    /** b mod 96 = 32 · (b / 32 mod 3) + b mod 32: a function of the three high planes, and plane 4. */
    private void selectMod96() {
        for (int i = 0; i < SLICES; i++) {
            final long slice = Memory.unchecked(slices) + (long) i * SLICE_STRIDE;
            final LongVector p4 = LongVector.fromMemorySegment(SPECIES, ALL, slice + PLANE4, LITTLE_ENDIAN);
            final LongVector p5 = LongVector.fromMemorySegment(SPECIES, ALL, slice + PLANE5, LITTLE_ENDIAN);
            final LongVector p6 = LongVector.fromMemorySegment(SPECIES, ALL, slice + PLANE6, LITTLE_ENDIAN);
            final LongVector p7 = LongVector.fromMemorySegment(SPECIES, ALL, slice + PLANE7, LITTLE_ENDIAN);
            final LongVector differ = p6.lanewise(XOR, p5);
            final LongVector zero =
                    p7.and(p6).lanewise(AND_NOT, p5).or(p7.or(differ).not());
            final LongVector one = p5.lanewise(AND_NOT, p7.or(p6)).or(p7.lanewise(AND_NOT, differ));
            final LongVector two = zero.or(one).not();
            zero.lanewise(AND_NOT, p4).intoMemorySegment(ALL, slice + FIRST_SELECTOR, LITTLE_ENDIAN);
            zero.and(p4).intoMemorySegment(ALL, slice + FIRST_SELECTOR + VECTOR_LENGTH, LITTLE_ENDIAN);
            one.lanewise(AND_NOT, p4).intoMemorySegment(ALL, slice + FIRST_SELECTOR + 2 * VECTOR_LENGTH, LITTLE_ENDIAN);
            one.and(p4).intoMemorySegment(ALL, slice + FIRST_SELECTOR + 3 * VECTOR_LENGTH, LITTLE_ENDIAN);
            two.lanewise(AND_NOT, p4).intoMemorySegment(ALL, slice + FIRST_SELECTOR + 4 * VECTOR_LENGTH, LITTLE_ENDIAN);
            two.and(p4).intoMemorySegment(ALL, slice + FIRST_SELECTOR + 5 * VECTOR_LENGTH, LITTLE_ENDIAN);
        }
    }

    /** Bytes to mix17 classes: whatever has wrapped below zero is the greater of the two. */
    private void mix17(final long source) {
        for (int offset = 0; offset < FrameKernels.FRAME_LENGTH; offset += VECTOR_LENGTH) {
            final ByteVector b = ByteVector.fromMemorySegment(BYTES, ALL, source + offset, LITTLE_ENDIAN);
            final ByteVector once = b.lanewise(UMIN, b.sub(CLASS_COUNT));
            final ByteVector mod96 = once.lanewise(UMIN, once.sub(CLASS_COUNT));
            final ByteVector sum =
                    mod96.add(MIX, b.compare(UGE, CLASS_COUNT)).add(MIX, b.compare(UGE, (byte) (2 * CLASS_COUNT)));
            sum.lanewise(UMIN, sum.sub(CLASS_COUNT)).intoMemorySegment(ALL, mixed + offset, LITTLE_ENDIAN);
        }
    }

    /** Planes of 8 · (3h + d) + l, l = bits 1..3, d = bits 4 and 5 with 3 → 0, h = bits 6 and 7: a ripple adder. */
    private void algebraic() {
        for (int i = 0; i < SLICES; i++) {
            final long slice = Memory.unchecked(slices) + (long) i * SLICE_STRIDE;
            final LongVector p4 = LongVector.fromMemorySegment(SPECIES, ALL, slice + PLANE4, LITTLE_ENDIAN);
            final LongVector p5 = LongVector.fromMemorySegment(SPECIES, ALL, slice + PLANE5, LITTLE_ENDIAN);
            final LongVector h0 = LongVector.fromMemorySegment(SPECIES, ALL, slice + PLANE6, LITTLE_ENDIAN);
            final LongVector h1 = LongVector.fromMemorySegment(SPECIES, ALL, slice + PLANE7, LITTLE_ENDIAN);
            final LongVector d0 = p4.lanewise(AND_NOT, p5);
            final LongVector d1 = p5.lanewise(AND_NOT, p4);
            final LongVector triple1 = h1.lanewise(XOR, h0);
            final LongVector triple2 = h1.lanewise(AND_NOT, h0);
            final LongVector carry0 = h0.and(d0);
            final LongVector carry1 = triple1.and(d1).or(carry0.and(triple1.or(d1)));
            final LongVector c0 = LongVector.fromMemorySegment(SPECIES, ALL, slice + PLANE1, LITTLE_ENDIAN);
            final LongVector c1 = LongVector.fromMemorySegment(SPECIES, ALL, slice + PLANE2, LITTLE_ENDIAN);
            final LongVector c2 = LongVector.fromMemorySegment(SPECIES, ALL, slice + PLANE3, LITTLE_ENDIAN);
            c0.intoMemorySegment(ALL, slice + PLANE0, LITTLE_ENDIAN);
            c1.intoMemorySegment(ALL, slice + PLANE1, LITTLE_ENDIAN);
            c2.intoMemorySegment(ALL, slice + PLANE2, LITTLE_ENDIAN);
            h0.lanewise(XOR, d0).intoMemorySegment(ALL, slice + PLANE3, LITTLE_ENDIAN);
            triple1.lanewise(XOR, d1).lanewise(XOR, carry0).intoMemorySegment(ALL, slice + PLANE4, LITTLE_ENDIAN);
            triple2.lanewise(XOR, carry1).intoMemorySegment(ALL, slice + PLANE5, LITTLE_ENDIAN);
            h1.and(h0).or(triple2.and(carry1)).intoMemorySegment(ALL, slice + PLANE6, LITTLE_ENDIAN);
        }
    }

    /** Selectors of the six values of planes 4..6. */
    private void select() {
        for (int i = 0; i < SLICES; i++) {
            final long slice = Memory.unchecked(slices) + (long) i * SLICE_STRIDE;
            final LongVector p4 = LongVector.fromMemorySegment(SPECIES, ALL, slice + PLANE4, LITTLE_ENDIAN);
            final LongVector p5 = LongVector.fromMemorySegment(SPECIES, ALL, slice + PLANE5, LITTLE_ENDIAN);
            final LongVector p6 = LongVector.fromMemorySegment(SPECIES, ALL, slice + PLANE6, LITTLE_ENDIAN);
            final LongVector upper = p5.or(p6);
            upper.or(p4).not().intoMemorySegment(ALL, slice + FIRST_SELECTOR, LITTLE_ENDIAN);
            p4.lanewise(AND_NOT, upper).intoMemorySegment(ALL, slice + FIRST_SELECTOR + VECTOR_LENGTH, LITTLE_ENDIAN);
            p5.lanewise(AND_NOT, p4).intoMemorySegment(ALL, slice + FIRST_SELECTOR + 2 * VECTOR_LENGTH, LITTLE_ENDIAN);
            p5.and(p4).intoMemorySegment(ALL, slice + FIRST_SELECTOR + 3 * VECTOR_LENGTH, LITTLE_ENDIAN);
            p6.lanewise(AND_NOT, p4).intoMemorySegment(ALL, slice + FIRST_SELECTOR + 4 * VECTOR_LENGTH, LITTLE_ENDIAN);
            p6.and(p4).intoMemorySegment(ALL, slice + FIRST_SELECTOR + 5 * VECTOR_LENGTH, LITTLE_ENDIAN);
        }
    }

    /** The counts of a selector's sixteen classes. */
    private void count(final int selector, final long counts) {
        final long slices = this.slices;
        final int selectorOffset = FIRST_SELECTOR + selector * VECTOR_LENGTH;
        LongVector n0 = LongVector.zero(SPECIES);
        LongVector n1 = LongVector.zero(SPECIES);
        LongVector n2 = LongVector.zero(SPECIES);
        LongVector n3 = LongVector.zero(SPECIES);
        LongVector n4 = LongVector.zero(SPECIES);
        LongVector n5 = LongVector.zero(SPECIES);
        LongVector n6 = LongVector.zero(SPECIES);
        LongVector n7 = LongVector.zero(SPECIES);
        LongVector n8 = LongVector.zero(SPECIES);
        LongVector n9 = LongVector.zero(SPECIES);
        LongVector n10 = LongVector.zero(SPECIES);
        LongVector n11 = LongVector.zero(SPECIES);
        LongVector n12 = LongVector.zero(SPECIES);
        LongVector n13 = LongVector.zero(SPECIES);
        LongVector n14 = LongVector.zero(SPECIES);
        LongVector n15 = LongVector.zero(SPECIES);
        for (int i = 0; i < SLICES; i++) {
            final long slice = Memory.unchecked(slices) + (long) i * SLICE_STRIDE;
            final LongVector c0 = LongVector.fromMemorySegment(SPECIES, ALL, slice + PLANE0, LITTLE_ENDIAN);
            final LongVector c1 = LongVector.fromMemorySegment(SPECIES, ALL, slice + PLANE1, LITTLE_ENDIAN);
            final LongVector c2 = LongVector.fromMemorySegment(SPECIES, ALL, slice + PLANE2, LITTLE_ENDIAN);
            final LongVector c3 = LongVector.fromMemorySegment(SPECIES, ALL, slice + PLANE3, LITTLE_ENDIAN);
            final LongVector x0 = LongVector.fromMemorySegment(SPECIES, ALL, slice + selectorOffset, LITTLE_ENDIAN);
            n0 = n0.add(x0.lanewise(BIT_COUNT));
            final LongVector x1 = x0.and(c0);
            n1 = n1.add(x1.lanewise(BIT_COUNT));
            final LongVector x2 = x0.and(c1);
            n2 = n2.add(x2.lanewise(BIT_COUNT));
            final LongVector x3 = x1.and(c1);
            n3 = n3.add(x3.lanewise(BIT_COUNT));
            final LongVector x4 = x0.and(c2);
            n4 = n4.add(x4.lanewise(BIT_COUNT));
            final LongVector x5 = x1.and(c2);
            n5 = n5.add(x5.lanewise(BIT_COUNT));
            final LongVector x6 = x2.and(c2);
            n6 = n6.add(x6.lanewise(BIT_COUNT));
            final LongVector x7 = x3.and(c2);
            n7 = n7.add(x7.lanewise(BIT_COUNT));
            final LongVector x8 = x0.and(c3);
            n8 = n8.add(x8.lanewise(BIT_COUNT));
            final LongVector x9 = x1.and(c3);
            n9 = n9.add(x9.lanewise(BIT_COUNT));
            final LongVector x10 = x2.and(c3);
            n10 = n10.add(x10.lanewise(BIT_COUNT));
            final LongVector x11 = x3.and(c3);
            n11 = n11.add(x11.lanewise(BIT_COUNT));
            final LongVector x12 = x4.and(c3);
            n12 = n12.add(x12.lanewise(BIT_COUNT));
            final LongVector x13 = x5.and(c3);
            n13 = n13.add(x13.lanewise(BIT_COUNT));
            final LongVector x14 = x6.and(c3);
            n14 = n14.add(x14.lanewise(BIT_COUNT));
            final LongVector x15 = x7.and(c3);
            n15 = n15.add(x15.lanewise(BIT_COUNT));
        }
        final long s0 = n0.add(n4.lanewise(LSHL, COUNT_BITS))
                .add(n8.lanewise(LSHL, 2 * COUNT_BITS))
                .add(n12.lanewise(LSHL, 3 * COUNT_BITS))
                .reduceLanes(ADD);
        final long s1 = n1.add(n5.lanewise(LSHL, COUNT_BITS))
                .add(n9.lanewise(LSHL, 2 * COUNT_BITS))
                .add(n13.lanewise(LSHL, 3 * COUNT_BITS))
                .reduceLanes(ADD);
        final long s2 = n2.add(n6.lanewise(LSHL, COUNT_BITS))
                .add(n10.lanewise(LSHL, 2 * COUNT_BITS))
                .add(n14.lanewise(LSHL, 3 * COUNT_BITS))
                .reduceLanes(ADD);
        final long s3 = n3.add(n7.lanewise(LSHL, COUNT_BITS))
                .add(n11.lanewise(LSHL, 2 * COUNT_BITS))
                .add(n15.lanewise(LSHL, 3 * COUNT_BITS))
                .reduceLanes(ADD);
        putCounts(s0 - s1 - (s2 - s3), counts);
        putCounts(s1 - s3, counts + Integer.BYTES);
        putCounts(s2 - s3, counts + 2 * Integer.BYTES);
        putCounts(s3, counts + 3 * Integer.BYTES);
    }

    /** Takes from each of four counts those that hold it by c2 and by c3, and writes them four classes apart. */
    private static void putCounts(final long products, final long counts) {
        final long withoutC2 = products - ((products >>> COUNT_BITS) & EVEN_COUNTS);
        final long classes = withoutC2 - (withoutC2 >>> (2 * COUNT_BITS));
        for (int i = 0; i < 4; i++) {
            Memory.putInt(counts + 4L * i * Integer.BYTES, (int) ((classes >>> (i * COUNT_BITS)) & COUNT_MASK));
        }
    }
}
