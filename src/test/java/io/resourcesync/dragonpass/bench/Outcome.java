package io.resourcesync.dragonpass.bench;

/**
 * What a load process has seen. Latencies are milliseconds from the intended start of a push to its
 * answer.
 *
 * @param pushes acknowledged, or committed, as they should be
 * @param errors anything else
 * @param firstError what the first of these was; null for none
 * @param seconds from the first push to the last answer
 * @param cpuSeconds that the load process itself took
 */
record Outcome(
        long pushes,
        long errors,
        String firstError,
        double seconds,
        double p50,
        double p99,
        double p999,
        double max,
        double cpuSeconds) {

    static Outcome of(
            long pushes, long errors, String firstError, double seconds, Latencies latencies, double cpuSeconds) {
        return new Outcome(
                pushes,
                errors,
                firstError,
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
