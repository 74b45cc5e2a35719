package io.resourcesync.dragonpass.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.resourcesync.dragonpass.testing.StandaloneProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The benchmark")
class BenchIT {

    @TempDir
    Path folder;

    /** A wrong answer or a row that is not what was acknowledged ends the run with an exception. */
    @Test
    void shouldCompareWhatItRanAndCheckEveryRow() throws Exception {
        Results results = Bench.run(
                "--databases", "hsqldb",
                "--parts", "rates,end-to-end",
                "--contenders", "A2,B,C-complete,D,E",
                "--connections", "4",
                "--batches", "5",
                "--rounds", "2",
                "--seconds", "1",
                "--warm-up", "1",
                "--drain", "5",
                "--pushes", "20",
                "--hold", "4",
                "--burst", "1",
                "--jar", StandaloneProcess.packagedJar().toString(),
                "--output", folder.toString());

        Cell cell = new Cell("hsqldb", 4, 5);
        for (String contender : List.of("A2", "B", "C-complete", "D", "E", "C-complete/B", "C-complete/D")) {
            assertThat(results.all())
                    .filteredOn(series -> series.key().equals(new Results.Key(cell, contender, Results.RATE)))
                    .singleElement()
                    .satisfies(series -> assertThat(series.rounds()).hasSize(2).allMatch(rate -> rate > 0));
        }
        assertThat(results.median(cell, "C-complete", Rates.HALF + "p99 ms")).isPositive();
        assertThat(results.all())
                .extracting(
                        series -> series.key().contender() + " " + series.key().figure())
                .contains(
                        Machine.NAME + " " + Machine.FLUSH,
                        Machine.NAME + " " + Machine.CORE,
                        "C-complete/E " + EndToEnd.RATE,
                        "C-complete/D " + EndToEnd.RATE,
                        "C-complete/E " + EndToEnd.HELD,
                        "C-complete " + EndToEnd.GROWTH,
                        "C-complete " + EndToEnd.P99_AFTER,
                        "C-complete " + EndToEnd.DRAINS,
                        "C-complete " + EndToEnd.RSS_AFTER);
        assertThat(Files.readString(folder.resolve("results.json"))).contains("\"C-complete/B\"");
        assertThat(Files.readString(folder.resolve("results.md"))).contains("| C-complete |", "(rates.svg)");
        assertThat(Files.readString(folder.resolve("rates.svg"))).contains("C-complete", "</svg>");
        assertThat(folder.toFile().list()).containsExactlyInAnyOrder("results.json", "results.md", "rates.svg");
    }
}
