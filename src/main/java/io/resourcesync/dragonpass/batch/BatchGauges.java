package io.resourcesync.dragonpass.batch;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** The gauges of what is open, and of what was closed incomplete, as the last sweep saw it. */
public final class BatchGauges {

    private final Clock clock;
    private volatile int open;
    private volatile Instant oldest;
    private volatile double incomplete = Double.NaN;

    public BatchGauges(MeterRegistry registry, Clock clock) {
        this.clock = clock;
        Gauge.builder("dragonpass.batches.open", this, gauges -> gauges.open)
                .description("Batches that wait for sequences or for being applied")
                .register(registry);
        Gauge.builder("dragonpass.batches.open.oldest.age", this, BatchGauges::ageSeconds)
                .description("Age of the oldest open batch; alert well before recovery.window")
                .baseUnit("seconds")
                .register(registry);
        // Not 0 until a sweep has counted them: they would look as if all had been closed just then.
        Gauge.builder("dragonpass.batches.incomplete", this, gauges -> gauges.incomplete)
                .description("Batches in SQL that were closed with sequences missing; alert when it grows")
                .register(registry);
    }

    /** What is open now, as far as the sweep has come; how many it is known at its end. */
    public void measure(OpenBatches batches) {
        oldest = batches.oldest();
        if (!batches.more()) {
            open = batches.count();
        }
    }

    /** How many are incomplete now. */
    public void measureIncomplete(long batches) {
        incomplete = batches;
    }

    private double ageSeconds() {
        Instant since = oldest;
        return since == null ? 0 : Duration.between(since, clock.instant()).toMillis() / 1000.0;
    }
}
