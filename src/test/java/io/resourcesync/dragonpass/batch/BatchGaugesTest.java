package io.resourcesync.dragonpass.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the gauges show of the last sweep. This node's clock is an hour behind the database's. */
class BatchGaugesTest {

    private static final Instant HERE = Instant.parse("2025-10-28T11:00:00Z");
    private static final Instant DATABASE = Instant.parse("2025-10-28T12:00:00Z");

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BatchGauges gauges = new BatchGauges(registry, Clock.fixed(HERE, ZoneOffset.UTC));

    @Test
    void shouldShowNothingBeforeTheFirstSweep() {
        assertThat(gauge("dragonpass.batches.open")).isZero();
        assertThat(gauge("dragonpass.batches.open.oldest.age")).isZero();
    }

    @Test
    void shouldShowTheAgeOfTheOldestByTheDatabasesClock() {
        gauges.measure(List.of(openedAt(DATABASE.minusSeconds(60)), openedAt(DATABASE.minusSeconds(90))));

        assertThat(gauge("dragonpass.batches.open")).isEqualTo(2);
        assertThat(gauge("dragonpass.batches.open.oldest.age")).isEqualTo(90);
    }

    @Test
    void shouldForgetWhatWasClosed() {
        gauges.measure(List.of(openedAt(DATABASE.minusSeconds(60))));

        gauges.measure(List.of());

        assertThat(gauge("dragonpass.batches.open")).isZero();
        assertThat(gauge("dragonpass.batches.open.oldest.age")).isZero();
    }

    private double gauge(String name) {
        return registry.get(name).gauge().value();
    }

    private static Map<String, Object> openedAt(Instant time) {
        return Map.of("opened_at", time.atOffset(ZoneOffset.UTC), "now_at", DATABASE.atOffset(ZoneOffset.UTC));
    }
}
