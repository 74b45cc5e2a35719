package io.resourcesync.dragonpass.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The results as tables in Markdown: what contenders reached in each cell, and everything else as a list. */
final class Report {

    private static final List<String> COLUMNS =
            List.of(Results.RATE, "p50 ms", "p99 ms", "p99.9 ms", "CPU s/1000", "database CPU s/1000", "peak RSS MiB");

    private final Results results;
    private final List<String> lines = new ArrayList<>();

    private Report(Results results) {
        this.results = results;
    }

    /**
     * @param about what was run, in one paragraph
     */
    static void write(Results results, String about, Path file) throws IOException {
        Report report = new Report(results);
        report.lines.add(about);
        if (Chart.isDrawnOf(results)) {
            report.lines.add("");
            report.lines.add("![Pushes a second](rates.svg)");
        }
        report.rates();
        report.rest();
        Files.writeString(file, String.join("\n", report.lines) + "\n");
    }

    private void rates() {
        Map<Cell, Set<String>> cells = new LinkedHashMap<>();
        for (Results.Series series : results.all()) {
            Results.Key key = series.key();
            if (key.figure().equals(Results.RATE) && !key.contender().contains("/")) {
                cells.computeIfAbsent(key.cell(), cell -> new LinkedHashSet<>()).add(key.contender());
            }
        }
        cells.forEach((cell, contenders) -> {
            lines.add("");
            lines.add("### " + cell);
            lines.add("");
            lines.add("| | " + String.join(" | ", COLUMNS) + " |");
            lines.add("| --- |" + " ---: |".repeat(COLUMNS.size()));
            for (String contender : contenders) {
                StringBuilder row = new StringBuilder("| " + contender + " |");
                COLUMNS.forEach(column -> row.append(' ')
                        .append(number(results.median(cell, contender, column)))
                        .append(" |"));
                lines.add(row.toString());
            }
        });
    }

    private void rest() {
        lines.add("");
        lines.add("### Ratios, and figures with a target");
        lines.add("");
        lines.add("| where | what | median | least | most | target |");
        lines.add("| --- | --- | ---: | ---: | ---: | --- |");
        for (Results.Series series : results.all()) {
            Results.Key key = series.key();
            Target target = Target.of(key);
            if (target == null
                    && COLUMNS.contains(key.figure())
                    && !key.contender().contains("/")) {
                continue;
            }
            lines.add("| " + key.cell() + " | " + key.contender() + " " + key.figure() + " | "
                    + number(series.median()) + " | "
                    + number(series.rounds().stream().mapToDouble(v -> v).min().orElse(Double.NaN)) + " | "
                    + number(series.rounds().stream().mapToDouble(v -> v).max().orElse(Double.NaN)) + " | "
                    + (target == null ? "" : target + (target.isMet(series.median()) ? ", met" : ", **missed**"))
                    + " |");
        }
    }

    /** With about three digits that mean something. */
    static String number(double value) {
        double size = Math.abs(value);
        String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : size >= 1 ? "%.2f" : "%.3f";
        return Double.isNaN(value) ? "" : String.format(Locale.ROOT, format, value);
    }
}
