package io.resourcesync.dragonpass.batch;

import java.util.BitSet;
import java.util.Collection;
import java.util.StringJoiner;

/** An immutable set of sequence numbers, from 1. */
public final class Sequences {

    /** The empty set. */
    public static final Sequences NONE = new Sequences(new BitSet());

    private final BitSet bits;

    private Sequences(BitSet bits) {
        this.bits = bits;
    }

    /** The set of these numbers. */
    public static Sequences of(Collection<Integer> numbers) {
        BitSet bits = new BitSet();
        numbers.forEach(bits::set);
        return new Sequences(bits);
    }

    /** The numbers in this set or in the other. */
    public Sequences union(Sequences other) {
        BitSet all = (BitSet) bits.clone();
        all.or(other.bits);
        return new Sequences(all);
    }

    /** How many there are. */
    public int size() {
        return bits.cardinality();
    }

    /** What lacks of 1 to {@code total}, written as ranges such as {@code 2,5-7}; empty when nothing does. */
    public String missing(int total) {
        StringJoiner ranges = new StringJoiner(",");
        for (int from = bits.nextClearBit(1); from <= total; ) {
            int next = bits.nextSetBit(from);
            int to = next < 0 ? total : Math.min(next - 1, total);
            ranges.add(from == to ? String.valueOf(from) : from + "-" + to);
            from = bits.nextClearBit(to + 1);
        }
        return ranges.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Sequences that && bits.equals(that.bits);
    }

    @Override
    public int hashCode() {
        return bits.hashCode();
    }

    @Override
    public String toString() {
        return bits.toString();
    }
}
