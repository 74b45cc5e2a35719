package io.resourcesync.dragonpass.bench;

import java.util.List;
import java.util.Locale;

/**
 * What a figure is meant to be, on either database unless one is named.
 *
 * @param database null for each
 * @param connections 0 for any number
 * @param batchSize 0 for any
 * @param atLeast whether the bound is the least, or the most, that it may be
 */
record Target(
        String database,
        int connections,
        int batchSize,
        String contender,
        String figure,
        boolean atLeast,
        double bound) {

    private static final List<Target> ALL = List.of(
            new Target("hsqldb", 64, 0, "C-open/B", Results.RATE, true, 2.0),
            new Target("postgresql", 64, 0, "C-open/B", Results.RATE, true, 0.7),
            new Target("hsqldb", 64, 0, "C-complete/B", Results.RATE, true, 1.0),
            new Target("postgresql", 64, 0, "C-complete/B", Results.RATE, true, 0.4),
            new Target(null, 64, 0, "C-open/A2", Results.RATE, true, 0.45),
            new Target(null, 16, 20, "C-complete/D", Results.RATE, true, 8),
            new Target(null, 16, 200, "C-complete/D", Results.RATE, true, 15),
            new Target("hsqldb", 0, 0, "C-open", Rates.HALF + "p99 ms", false, 50),
            new Target("hsqldb", 0, 0, "C-complete", Rates.HALF + "p99 ms", false, 50),
            new Target("postgresql", 0, 0, "C-open", Rates.HALF + "p99 ms", false, 15),
            new Target("postgresql", 0, 0, "C-complete", Rates.HALF + "p99 ms", false, 15),
            new Target(null, 1, 20, "C-complete", Visible.FIGURE, false, 100),
            new Target(null, 0, 0, "C-complete/E", EndToEnd.HELD, true, 0.6),
            new Target(null, 0, 0, "C-complete", EndToEnd.GROWTH, false, 1),
            new Target("hsqldb", 0, 0, "C-complete", EndToEnd.P99_AFTER, false, 50),
            new Target("postgresql", 0, 0, "C-complete", EndToEnd.P99_AFTER, false, 15),
            new Target(null, 0, 0, "C-complete", EndToEnd.DRAINS, true, 1),
            new Target("hsqldb", 0, 0, "C-complete", EndToEnd.RSS_AFTER, false, 512),
            new Target("postgresql", 0, 0, "C-complete", EndToEnd.RSS_AFTER, false, 350),
            new Target(null, 0, 0, "history/none", Results.RATE, true, 0.9),
            new Target(null, 0, 0, "history/none", EndToEnd.RATE, true, 0.9),
            new Target(null, 0, 0, "C-complete", Linear.RATIO, false, 1.3),
            new Target("hsqldb", 64, 0, "C-open", "peak RSS MiB", false, 512),
            new Target("hsqldb", 64, 0, "C-complete", "peak RSS MiB", false, 512),
            new Target("postgresql", 64, 0, "C-open", "peak RSS MiB", false, 350),
            new Target("postgresql", 64, 0, "C-complete", "peak RSS MiB", false, 350),
            new Target(null, 0, 0, "C-complete", Startup.FIGURE, false, 3000));

    /** That of a figure; null when it has none. */
    static Target of(Results.Key key) {
        return ALL.stream().filter(target -> target.isFor(key)).findFirst().orElse(null);
    }

    private boolean isFor(Results.Key key) {
        return (database == null || database.equals(key.cell().database()))
                && (connections == 0 || connections == key.cell().connections())
                && (batchSize == 0 || batchSize == key.cell().batchSize())
                && contender.equals(key.contender())
                && figure.equals(key.figure());
    }

    boolean isMet(double value) {
        return atLeast ? value >= bound : value <= bound;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %s", atLeast ? "≥" : "≤", Report.number(bound));
    }
}
