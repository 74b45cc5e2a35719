package io.resourcesync.dragonpass.batch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;

/**
 * Lets acknowledgements go first: while pushes crowd and the CPU has nothing left, or while they stand in a queue,
 * applying takes a tenth of the time, and within a batch a third of it, as one can take long enough to be felt. Who sends
 * waits for an answer, and its changes can come a little later; the work is the same in the end.
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

    private static final int PAUSES_WITHIN = 2;

    /** As a batch can be large. */
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /** Between two parts of a batch, as its transaction is open meanwhile. */
    private static final Duration LONGEST_WITHIN = Duration.ofMillis(100);

    /** The least time that a mean is taken over. */
    private static final Duration SAMPLE = Duration.ofMillis(200);

    private final Clock clock;
    private final Pace pace;
    private final Pace within;
    private final DoubleSupplier acknowledging;
    private final DoubleSupplier cpu;
    private Instant sampledAt;
    private double sampled;
    private boolean crowded;
    private Instant partBegun;
    private double partSpent;
    private boolean partEnded;

    /**
     * @param acknowledging the time that all pushes until now have taken together, in seconds
     * @param cpu how much of the machine's CPU is in use, from 0 to 1; less or NaN where nobody knows
     */
    public ApplyPace(Clock clock, DoubleSupplier acknowledging, DoubleSupplier cpu) {
        this.clock = clock;
        this.pace = new Pace(clock, PAUSES);
        this.within = new Pace(clock, PAUSES_WITHIN);
        this.acknowledging = acknowledging;
        this.cpu = cpu;
        this.sampledAt = clock.instant();
        beginPart();
    }

    /** Whether the next batch has to wait; one that need not begins. */
    public synchronized boolean mustWait() {
        sample(clock.instant());
        if (crowded && pace.isPausing()) {
            return true;
        }
        pace.begin();
        beginPart();
        return false;
    }

    /**
     * Whether the next part of the batch has to wait: twice as long as the last one took at most, and while pushes have
     * crowded since that began. One that need not begins.
     */
    public synchronized boolean mustGiveWay() {
        if (!partEnded) {
            within.end(Duration.ZERO, LONGEST_WITHIN);
            partEnded = true;
        }
        if (within.isPausing() && inFlight(partBegun, partSpent) >= CROWD) {
            return true;
        }
        beginPart();
        return false;
    }

    private void beginPart() {
        within.begin();
        partBegun = clock.instant();
        partSpent = acknowledging.getAsDouble();
        partEnded = false;
    }

    private void sample(Instant now) {
        double seconds = Duration.between(sampledAt, now).toNanos() / 1e9;
        if (seconds < 0 || seconds * 1000 >= SAMPLE.toMillis()) {
            double inFlight = inFlight(sampledAt, sampled);
            crowded = inFlight >= QUEUE || inFlight >= CROWD && cpu.getAsDouble() >= BUSY;
            sampledAt = now;
            sampled = acknowledging.getAsDouble();
        }
    }

    /** By Little's law there were as many pushes in flight as seconds were spent on them in a second. */
    private double inFlight(Instant since, double spentThen) {
        double seconds = Duration.between(since, clock.instant()).toNanos() / 1e9;
        return (acknowledging.getAsDouble() - spentThen) / seconds;
    }

    /** The batch that was begun is applied. */
    public synchronized void end() {
        pace.end(Duration.ZERO, LONGEST);
    }
}
