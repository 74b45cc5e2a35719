package io.resourcesync.dragonpass.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rates as bars, a group for each cell, as an SVG. */
final class Chart {

    private static final Map<String, String> COLOURS = new LinkedHashMap<>();

    static {
        // A would make all others short.
        COLOURS.put("A2", "#8b95a5");
        COLOURS.put("B", "#5b6b82");
        COLOURS.put("C-open", "#0b7a75");
        COLOURS.put("C-complete", "#35b5ac");
        COLOURS.put("D", "#d1495b");
    }

    private static final int LEFT = 250;
    private static final int BAR = 13;
    private static final int GAP = 16;
    private static final int WIDTH = 560;
    private static final int TOP = 64;

    private final StringBuilder svg = new StringBuilder();

    private Chart() {}

    /** Whether there is anything to draw: a rate. */
    static boolean isDrawnOf(Results results) {
        return !rates(results).isEmpty();
    }

    /** To be called when there is something to draw. */
    static void write(Results results, Path file) throws IOException {
        Files.writeString(file, new Chart().draw(rates(results)));
    }

    private static Map<Cell, List<Results.Series>> rates(Results results) {
        Map<Cell, List<Results.Series>> cells = new LinkedHashMap<>();
        for (Results.Series series : results.all()) {
            if (series.key().figure().equals(Results.RATE)
                    && COLOURS.containsKey(series.key().contender())) {
                cells.computeIfAbsent(series.key().cell(), cell -> new ArrayList<>())
                        .add(series);
            }
        }
        return cells;
    }

    private String draw(Map<Cell, List<Results.Series>> cells) {
        double most = cells.values().stream()
                .flatMap(List::stream)
                .flatMapToDouble(series -> series.rounds().stream().mapToDouble(v -> v))
                .max()
                .orElse(1);
        int bars = cells.values().stream().mapToInt(List::size).sum();
        int height = TOP + bars * BAR + cells.size() * GAP + 10;
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
                .formatted(LEFT + WIDTH + 110, height));
        svg.append("font-family=\"sans-serif\" font-size=\"11\" fill=\"#24292f\">\n");
        svg.append("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n");
        text(10, 22, "start", "Pushes a second, median of the rounds (whisker: least to most)");
        int x = 10;
        for (Map.Entry<String, String> colour : COLOURS.entrySet()) {
            rectangle(x, 36, 11, 11, colour.getValue());
            text(x + 16, 46, "start", colour.getKey());
            x += 30 + 8 * colour.getKey().length();
        }
        int y = TOP;
        for (Map.Entry<Cell, List<Results.Series>> cell : cells.entrySet()) {
            text(
                    LEFT - 10,
                    y + cell.getValue().size() * BAR / 2 + 4,
                    "end",
                    cell.getKey().toString());
            for (Results.Series series : cell.getValue()) {
                bar(series, y, most);
                y += BAR;
            }
            y += GAP;
        }
        return svg.append("</svg>\n").toString();
    }

    private void bar(Results.Series series, int y, double most) {
        int width = (int) Math.round(series.median() / most * WIDTH);
        rectangle(LEFT, y, Math.max(1, width), BAR - 2, COLOURS.get(series.key().contender()));
        double low = series.rounds().stream().mapToDouble(v -> v).min().orElse(0) / most * WIDTH;
        double high = series.rounds().stream().mapToDouble(v -> v).max().orElse(0) / most * WIDTH;
        double middle = y + (BAR - 2) / 2.0;
        svg.append("<path d=\"M%.1f %.1fH%.1f\" stroke=\"#24292f\" stroke-width=\"1\"/>\n"
                .formatted(LEFT + low, middle, LEFT + high));
        text(LEFT + (int) Math.max(width, high) + 6, y + BAR - 3, "start", Report.number(series.median()));
    }

    private void rectangle(int x, int y, int width, int height, String colour) {
        svg.append("<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"%s\"/>\n"
                .formatted(x, y, width, height, colour));
    }

    private void text(int x, int y, String anchor, String text) {
        svg.append("<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>\n".formatted(x, y, anchor, text));
    }
}
