package io.resourcesync.dragonpass.bench;

/**
 * What a load process has seen. Latencies are milliseconds from the intended start of a push to its
 * answer.
 *
 * @param pushes acknowledged, or committed, as they should be
 * @param seconds from the first push to the last answer
 * @param cpuSeconds that the load process itself took
 */
record Outcome(long pushes, double seconds, double p50, double p99, double p999, double max, double cpuSeconds) {

    static Outcome of(long pushes, double seconds, Latencies latencies, double cpuSeconds) {
        return new Outcome(
                pushes,
                seconds,
                latencies.quantile(0.5),
                latencies.quantile(0.99),
                latencies.quantile(0.999),
                latencies.max(),
                cpuSeconds);
    }

    /** Pushes a second. */
    double rate() {
        return pushes / seconds;
    }
}
