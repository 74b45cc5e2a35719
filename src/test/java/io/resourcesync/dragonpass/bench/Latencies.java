package io.resourcesync.dragonpass.bench;

import java.util.Arrays;

/** A histogram of times with a relative error of at most 1/512; records without allocating. One thread only. */
final class Latencies {

    private static final int STEPS = 512;
    private static final int STEP_BITS = 9;

    private final long[] counts = new long[STEPS * 40];
    private long total;
    private long max;

    /** Adds a time in nanoseconds. */
    void record(long nanos) {
        long micros = Math.max(0, nanos / 1000);
        counts[bucket(micros)]++;
        total++;
        max = Math.max(max, micros);
    }

    /** Adds all that another one holds. */
    void add(Latencies other) {
        Arrays.setAll(counts, i -> counts[i] + other.counts[i]);
        total += other.total;
        max = Math.max(max, other.max);
    }

    /**
     * @param quantile such as 0.99
     * @return milliseconds; NaN when nothing was recorded
     */
    double quantile(double quantile) {
        if (total == 0) {
            return Double.NaN;
        }
        long rank = Math.max(1, (long) Math.ceil(quantile * total));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return Math.min(max, upper(i)) / 1000.0;
            }
        }
        return max / 1000.0;
    }

    /** How many were recorded. */
    long count() {
        return total;
    }

    /** Milliseconds. */
    double max() {
        return max / 1000.0;
    }

    /** The first {@code 2 × STEPS} values have a bucket each, then every doubling has {@code STEPS}. */
    private static int bucket(long micros) {
        int shift = Math.max(0, 63 - Long.numberOfLeadingZeros(micros | 1) - STEP_BITS);
        return (shift << STEP_BITS) + (int) (micros >>> shift);
    }

    private static long upper(int bucket) {
        int shift = Math.max(0, (bucket >> STEP_BITS) - 1);
        long step = bucket - ((long) shift << STEP_BITS);
        return ((step + 1) << shift) - 1;
    }
}
