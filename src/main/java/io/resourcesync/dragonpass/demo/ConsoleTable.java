package io.resourcesync.dragonpass.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows of SQL as a small table for a console, in plain characters. */
public final class ConsoleTable {

    private ConsoleTable() {}

    /**
     * @param rows with the same columns each, in the order of the statement
     * @return a line of column names and a line for each row, indented; {@code -} stands for null
     */
    public static String of(List<Map<String, Object>> rows) {
        if (rows.isEmpty()) {
            return "  (no rows)";
        }
        List<String> names = List.copyOf(rows.get(0).keySet());
        List<List<String>> lines = new ArrayList<>();
        lines.add(names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList());
        rows.forEach(row -> lines.add(
                names.stream().map(name -> Objects.toString(row.get(name), "-")).toList()));
        int[] widths = IntStream.range(0, names.size())
                .map(column -> lines.stream()
                        .mapToInt(line -> line.get(column).length())
                        .max()
                        .orElseThrow())
                .toArray();
        return lines.stream()
                .map(line -> IntStream.range(0, widths.length)
                        .mapToObj(column -> "  " + padded(line.get(column), widths[column]))
                        .collect(Collectors.joining())
                        .stripTrailing())
                .collect(Collectors.joining("\n"));
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
