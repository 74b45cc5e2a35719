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
        gauges.measure(seen(2, NOW.minusSeconds(90), false));

        assertThat(gauge("dragonpass.batches.open")).isEqualTo(2);
        assertThat(gauge("dragonpass.batches.open.oldest.age")).isEqualTo(90);
    }

    @Test
    void shouldForgetWhatWasClosed() {
        gauges.measure(seen(1, NOW.minusSeconds(60), false));

        gauges.measure(seen(0, null, false));

        assertThat(gauge("dragonpass.batches.open")).isZero();
        assertThat(gauge("dragonpass.batches.open.oldest.age")).isZero();
    }

    /** Or it would fall to a thousand with each sweep. */
    @Test
    void shouldCountOnceAllAreSeen() {
        gauges.measure(seen(2500, NOW.minusSeconds(60), false));

        gauges.measure(seen(1000, NOW.minusSeconds(90), true));
        assertThat(gauge("dragonpass.batches.open")).isEqualTo(2500);
        assertThat(gauge("dragonpass.batches.open.oldest.age")).isEqualTo(90);

        gauges.measure(seen(1800, NOW.minusSeconds(90), false));
        assertThat(gauge("dragonpass.batches.open")).isEqualTo(1800);
    }

    private static OpenBatches seen(int count, Instant oldest, boolean more) {
        return new OpenBatches(count, oldest, NOW, NOW, 1, List.of(), 0, more);
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }
}
