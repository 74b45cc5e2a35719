package io.resourcesync.dragonpass.batch;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The gauges of what is open, as the last sweep saw it. */
public final class BatchGauges {

    private final Clock clock;
    private volatile int open;
    private volatile Instant oldest;

    public BatchGauges(MeterRegistry registry, Clock clock) {
        this.clock = clock;
        Gauge.builder("dragonpass.batches.open", this, gauges -> gauges.open)
                .description("Batches that wait for sequences or for being applied")
                .register(registry);
        Gauge.builder("dragonpass.batches.open.oldest.age", this, BatchGauges::ageSeconds)
                .description("Age of the oldest open batch; alert well before recovery.window")
                .baseUnit("seconds")
                .register(registry);
    }

    /** What is open now. */
    public void measure(OpenBatches batches) {
        open = batches.count();
        oldest = batches.oldest();
    }

    private double ageSeconds() {
        Instant since = oldest;
        return since == null ? 0 : Duration.between(since, clock.instant()).toMillis() / 1000.0;
    }
}
