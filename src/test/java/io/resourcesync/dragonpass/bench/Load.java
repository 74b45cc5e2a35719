package io.resourcesync.dragonpass.bench;

/**
 * What a load process is asked to do.
 *
 * @param connections how many at once: connections over HTTP, threads over JDBC
 * @param batchSize pushes that are sent of each batch
 * @param atOnce how many batches each connection sends in turn
 * @param withheld whether one more push belongs to each batch, and never comes
 * @param seconds how long to begin new pushes; 0 when only their number ends the load
 * @param pushes how many to begin; 0 when only time ends the load
 * @param rate pushes a second of an open loop; 0 for a closed one, as fast as answers come
 * @param finishing sends only what is left of batches that have begun
 */
record Load(
        int connections,
        int batchSize,
        int atOnce,
        boolean withheld,
        double seconds,
        long pushes,
        double rate,
        boolean finishing) {

    /** When a load begins, the server comes out of a freeze, and all connections open at once: nobody's everyday. */
    static final double SETTLING_SECONDS = 1;

    /** Many batches at once, as a design that locks by batch suffers when all push to one. */
    private static final int AT_ONCE = 4;

    /** As fast as answers come, for so many seconds. */
    static Load closed(Cell cell, boolean withheld, double seconds) {
        return new Load(cell.connections(), cell.batchSize(), AT_ONCE, withheld, seconds, 0, 0, false);
    }

    /** Each connection begins a batch when its last one is complete. */
    Load batchByBatch() {
        return new Load(connections, batchSize, 1, withheld, seconds, pushes, rate, finishing);
    }

    /** On a schedule, for so many seconds; latencies count from {@link #SETTLING_SECONDS} on. */
    Load at(double pushesPerSecond, double forSeconds) {
        return new Load(connections, batchSize, atOnce, withheld, forSeconds, 0, pushesPerSecond, false);
    }

    /** As fast as answers come, so many pushes. */
    Load counted(long number) {
        return new Load(connections, batchSize, atOnce, withheld, 0, number, 0, false);
    }

    /** What is left of batches that have begun. */
    Load rest() {
        return new Load(connections, batchSize, atOnce, withheld, 0, 0, 0, true);
    }

    /**
     * From when on the latencies of this load count.
     *
     * @param begin when it began, by {@link System#nanoTime()}
     */
    long countedFrom(long begin) {
        return rate > 0 ? begin + (long) (SETTLING_SECONDS * 1e9) : begin;
    }

    /** The total that a push tells of its batch. */
    int total() {
        return withheld ? batchSize + 1 : batchSize;
    }
}
