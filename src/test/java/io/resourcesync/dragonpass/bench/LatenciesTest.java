package io.resourcesync.dragonpass.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The histogram of latencies")
class LatenciesTest {

    @Test
    void shouldTellQuantilesOfShortAndOfLongTimes() {
        Latencies latencies = new Latencies();
        for (int micros = 1; micros <= 1_000_000; micros++) {
            latencies.record(micros * 1000L);
        }

        assertThat(latencies.quantile(0.0005)).isCloseTo(0.5, withinPercentage(0.3));
        assertThat(latencies.quantile(0.5)).isCloseTo(500, withinPercentage(0.3));
        assertThat(latencies.quantile(0.99)).isCloseTo(990, withinPercentage(0.3));
        assertThat(latencies.quantile(1)).isEqualTo(1000);
        assertThat(latencies.max()).isEqualTo(1000);
    }

    @Test
    void shouldAddUp() {
        Latencies some = new Latencies();
        some.record(1_000_000);
        Latencies others = new Latencies();
        others.record(3_000_000);
        others.record(3_000_000);

        some.add(others);

        assertThat(some.count()).isEqualTo(3);
        assertThat(some.quantile(0.5)).isCloseTo(3, withinPercentage(0.3));
    }

    @Test
    void shouldTellNothingOfNothing() {
        assertThat(new Latencies().quantile(0.5)).isNaN();
    }
}
