package io.resourcesync.dragonpass.batch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;

/**
 * Lets acknowledgements go first: while pushes crowd and the CPU has nothing left, or while they stand in a queue,
 * applying takes a tenth of the time. Who sends waits for an answer, and its changes can come a little later; the
 * work is the same in the end.
 */
public final class ApplyPace {

    /** Pushes in flight on average. Fewer are those of a sender that does not wait for long. */
    private static final double CROWD = 6;

    /** On HSQLDB flushes leave the rest idle. */
    private static final double BUSY = 0.7;

    /**
     * So many in flight wait for the database, whatever the CPU does: an embedded one is held up by applying on idle
     * cores as well.
     */
    private static final double QUEUE = 24;

    private static final int PAUSES = 9;

    /** As a batch can be large. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /** The least time that a mean is taken over. */
    private static final Duration SAMPLE = Duration.ofMillis(200);

    private final Clock clock;
    private final Pace pace;
    private final DoubleSupplier acknowledging;
    private final DoubleSupplier cpu;
    private Instant sampledAt;
    private double sampled;
    private boolean crowded;

    /**
     * @param acknowledging the time that all pushes until now have taken together, in seconds
     * @param cpu how much of the machine's CPU is in use, from 0 to 1; less or NaN where nobody knows
     */
    public ApplyPace(Clock clock, DoubleSupplier acknowledging, DoubleSupplier cpu) {
        this.clock = clock;
        this.pace = new Pace(clock, PAUSES);
        this.acknowledging = acknowledging;
        this.cpu = cpu;
        this.sampledAt = clock.instant();
    }

    /** Whether the next batch has to wait; one that need not begins. */
    public synchronized boolean mustWait() {
        sample(clock.instant());
        if (crowded && pace.isPausing()) {
            return true;
        }
        pace.begin();
        return false;
    }

    /** By Little's law there were as many pushes in flight as seconds were spent on them in a second. */
    private void sample(Instant now) {
        double seconds = Duration.between(sampledAt, now).toNanos() / 1e9;
        if (seconds < 0 || seconds * 1000 >= SAMPLE.toMillis()) {
            double spent = acknowledging.getAsDouble();
            double inFlight = (spent - sampled) / seconds;
            crowded = inFlight >= QUEUE || inFlight >= CROWD && cpu.getAsDouble() >= BUSY;
            sampledAt = now;
            sampled = spent;
        }
    }

    /** The batch that was begun is applied. */
    public synchronized void end() {
        pace.end(Duration.ZERO, LONGEST);
    }
}
