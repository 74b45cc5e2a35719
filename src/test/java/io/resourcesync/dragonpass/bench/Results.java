package io.resourcesync.dragonpass.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All figures of a run: each with a value for every round. */
final class Results {

    /**
     * What a value says.
     *
     * @param contender or two with a slash between, for a ratio
     * @param figure with its unit, such as {@code p99 ms}
     */
    record Key(Cell cell, String contender, String figure) {}

    /** A value for each round, and the one in their middle. */
    record Series(Key key, double median, List<Double> rounds) {}

    /** Pushes that were acknowledged, or committed, in a second. */
    static final String RATE = "pushes/s";

    private final Map<Key, List<Double>> values = new LinkedHashMap<>();

    /** Adds the value of the next round. */
    void add(Cell cell, String contender, String figure, double value) {
        values.computeIfAbsent(new Key(cell, contender, figure), key -> new ArrayList<>())
                .add(value);
    }

    /** Adds what a turn shows. */
    void add(Cell cell, String contender, Turn turn) {
        Outcome outcome = turn.outcome();
        double thousands = outcome.pushes() / 1000.0;
        add(cell, contender, RATE, outcome.rate());
        add(cell, contender, "p50 ms", outcome.p50());
        add(cell, contender, "p99 ms", outcome.p99());
        add(cell, contender, "p99.9 ms", outcome.p999());
        add(cell, contender, "CPU s/1000", turn.serverCpuSeconds() / thousands);
        add(cell, contender, "database CPU s/1000", turn.databaseCpuSeconds() / thousands);
        add(cell, contender, "peak RSS MiB", turn.peakRssMib());
    }

    /** Adds, for each round, how often one's value is the other's, where both are there. */
    void addRatio(Cell cell, String contender, String other, String figure) {
        List<Double> mine = rounds(cell, contender, figure);
        List<Double> theirs = rounds(cell, other, figure);
        for (int i = 0; i < Math.min(mine.size(), theirs.size()); i++) {
            add(cell, contender + "/" + other, figure, mine.get(i) / theirs.get(i));
        }
    }

    private List<Double> rounds(Cell cell, String contender, String figure) {
        return values.getOrDefault(new Key(cell, contender, figure), List.of());
    }

    /** The median over the rounds; NaN when there is none. */
    double median(Cell cell, String contender, String figure) {
        return median(rounds(cell, contender, figure));
    }

    private static double median(Collection<Double> values) {
        double[] sorted = values.stream().mapToDouble(v -> v).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length == 0
                ? Double.NaN
                : sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Everything, in the order in which it was measured first. */
    List<Series> all() {
        return values.entrySet().stream()
                .map(entry -> new Series(entry.getKey(), median(entry.getValue()), entry.getValue()))
                .toList();
    }

    /**
     * @param about what was run, and where
     */
    void writeJson(String about, Path file) throws IOException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("about", about);
        all.put("figures", all());
        Files.writeString(file, Worker.JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n");
    }
}
