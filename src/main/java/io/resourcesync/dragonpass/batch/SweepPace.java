package io.resourcesync.dragonpass.batch;

import java.time.Clock;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Lets sweeps take a small part of the time: one that took long, as there are very many open batches, is
 * followed by a pause that is many times as long. One that took long with few open batches did so as the
 * database hung, which says nothing of the next, so that each batch can prolong the pause by little.
 */
public final class SweepPace {

    private static final Duration MOST_FOR_A_BATCH = Duration.ofMillis(20);

    /** Within a sweep, for what it held up. */
    private static final Duration REST = Duration.ofMillis(100);

    /** Less is no pause. */
    private static final Duration SHORTEST = Duration.ofSeconds(1);

    private final Pace pace;
    private final BooleanSupplier urgent;

    /**
     * @param pauses how many times as long as a sweep the pause after it is
     * @param urgent whether there is work that only a sweep can bring, so that it need not wait for that
     */
    public SweepPace(Clock clock, int pauses, BooleanSupplier urgent) {
        this.pace = new Pace(clock, pauses);
        this.urgent = urgent;
    }

    /** Whether the pause after the last sweep is over, or must not be waited for, and the next begins. */
    public synchronized boolean begin() {
        if (pace.isPausing() && !urgent.getAsBoolean()) {
            return false;
        }
        pace.begin();
        return true;
    }

    /** How long the sweep now has to rest, in milliseconds; it is none of the time that it takes. */
    public synchronized long rest() {
        pace.leaveOut(REST);
        return REST.toMillis();
    }

    /**
     * The sweep that was begun is done.
     *
     * @param batches how many are open
     */
    public synchronized void end(int batches) {
        pace.end(SHORTEST, MOST_FOR_A_BATCH.multipliedBy(batches));
    }
}
