package io.resourcesync.dragonpass.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the gauges show of the last sweep. */
class BatchGaugesTest {

    private static final Instant NOW = Instant.parse("2025-10-28T11:00:00Z");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BatchGauges gauges = new BatchGauges(registry, Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void shouldShowNothingBeforeTheFirstSweep() {
        assertThat(gauge("dragonpass.batches.open")).isZero();
        assertThat(gauge("dragonpass.batches.open.oldest.age")).isZero();
        assertThat(gauge("dragonpass.batches.incomplete")).isNaN();
    }

    @Test
    void shouldShowHowManyAreIncomplete() {
        gauges.measureIncomplete(3);

        assertThat(gauge("dragonpass.batches.incomplete")).isEqualTo(3);
    }

    @Test
    void shouldShowHowManyAreOpenAndTheAgeOfTheOldest() {
        gauges.measure(new OpenBatches(2, NOW.minusSeconds(90), List.of()));

        assertThat(gauge("dragonpass.batches.open")).isEqualTo(2);
        assertThat(gauge("dragonpass.batches.open.oldest.age")).isEqualTo(90);
    }

    @Test
    void shouldForgetWhatWasClosed() {
        gauges.measure(new OpenBatches(1, NOW.minusSeconds(60), List.of()));

        gauges.measure(new OpenBatches(0, null, List.of()));

        assertThat(gauge("dragonpass.batches.open")).isZero();
        assertThat(gauge("dragonpass.batches.open.oldest.age")).isZero();
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }
}
