package io.resourcesync.dragonpass.batch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Lets sweeps take about a tenth of the time: one that took long, as there are very many open batches, is
 * followed by a pause that is nine times as long. One that took long as the database hung says nothing of
 * the next, so that the pause is bounded.
 */
public final class SweepPace {

    private static final int PAUSES = 9;

    /** So little is a tenth of the default {@code batch.sweep}. */
    private static final Duration SHORT = Duration.ofMillis(500);

    private static final Duration LONGEST = Duration.ofSeconds(15);

    private final Clock clock;
    private Instant begun;
    private Instant next = Instant.MIN;

    public SweepPace(Clock clock) {
        this.clock = clock;
    }

    /** Whether the pause after the last sweep is over; a clock that was set back ends it. */
    public synchronized boolean begin() {
        Instant now = clock.instant();
        if (now.isBefore(next) && (begun == null || !now.isBefore(begun))) {
            return false;
        }
        begun = now;
        return true;
    }

    /** The sweep that was begun is done. */
    public synchronized void end() {
        Instant now = clock.instant();
        Duration took = Duration.between(begun, now);
        Duration pause = took.multipliedBy(PAUSES);
        if (took.compareTo(SHORT) < 0) {
            next = now;
        } else {
            next = now.plus(pause.compareTo(LONGEST) < 0 ? pause : LONGEST);
        }
    }
}
