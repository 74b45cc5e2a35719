package io.resourcesync.dragonpass.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What is made of the values of the rounds. */
class ResultsTest {

    private final Results results = new Results();
    private final Cell cell = new Cell("hsqldb", 1, 1);

    @Test
    void shouldTakeTheMedianOfTheRounds() {
        add("B", 3, 1, 2);
        add("D", 1, 2, 4, 3);

        assertThat(results.median(cell, "B", Results.RATE)).isEqualTo(2);
        assertThat(results.median(cell, "D", Results.RATE)).isEqualTo(2.5);
        assertThat(results.median(cell, "A", Results.RATE)).isNaN();
    }

    /** Each round has a ratio of its own; the ratio of the medians would be 1. */
    @Test
    void shouldTakeRatiosWithinARound() {
        add("C-open", 10, 20, 30);
        add("B", 20, 10, 60);
        results.addRatio(cell, "C-open", "B", Results.RATE);

        assertThat(results.all())
                .filteredOn(series -> series.key().contender().equals("C-open/B"))
                .singleElement()
                .satisfies(series -> {
                    assertThat(series.rounds()).containsExactly(0.5, 2.0, 0.5);
                    assertThat(series.median()).isEqualTo(0.5);
                });
    }

    @Test
    void shouldTellHowFastABacklogGrows() {
        assertThat(EndToEnd.slope(List.of(0.0, 1.0, 3.0), List.of(7.0, 9.0, 13.0)))
                .isCloseTo(2, within(1e-9));
        assertThat(EndToEnd.slope(List.of(0.0, 1.0, 2.0, 3.0), List.of(1.0, -1.0, -1.0, 1.0)))
                .isCloseTo(0, within(1e-9));
    }

    private void add(String contender, double... values) {
        for (double value : values) {
            results.add(cell, contender, Results.RATE, value);
        }
    }
}
