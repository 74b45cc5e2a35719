package io.resourcesync.dragonpass.batch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Lets sweeps take a small part of the time: one that took long, as there are very many open batches, is
 * followed by a pause that is many times as long. One that took long with few open batches did so as the
 * database hung, which says nothing of the next, so that each batch can prolong the pause by little.
 */
public final class SweepPace {

    private static final Duration MOST_FOR_A_BATCH = Duration.ofMillis(20);

    /** Less is no pause. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final Clock clock;
    private final int pauses;
    private Instant begun;
    private Instant next = Instant.MIN;

    /**
     * @param pauses how many times as long as a sweep the pause after it is
     */
    public SweepPace(Clock clock, int pauses) {
        this.clock = clock;
        this.pauses = pauses;
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

    /**
     * The sweep that was begun is done.
     *
     * @param batches how many are open
     */
    public synchronized void end(int batches) {
        Instant now = clock.instant();
        Duration pause = Duration.between(begun, now).multipliedBy(pauses);
        Duration most = MOST_FOR_A_BATCH.multipliedBy(batches);
        Duration shorter = pause.compareTo(most) < 0 ? pause : most;
        next = shorter.compareTo(SHORTEST) < 0 ? now : now.plus(shorter);
    }
}
