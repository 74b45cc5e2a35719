package io.resourcesync.dragonpass.batch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.DoubleSupplier;

/**
 * Lets acknowledgements go first: while pushes crowd and the CPU has nothing left, or while they stand in a queue,
 * applying takes a tenth of the time, and while a batch is written a third, as that can take long enough to be felt.
 * Who sends waits for an answer, and its changes can come a little later; the work is the same in the end.
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

    /** Within a batch, together: its transaction is open meanwhile, and other nodes wait for their turn. */
    private static final Duration LONGEST_WITHIN = Duration.ofSeconds(1);

    /** The least time that a mean is taken over, but for a part of a batch. */
    private static final Duration SAMPLE = Duration.ofMillis(200);

    private final Clock clock;
    private final Pace pace;
    private final Pace within;
    private final DoubleSupplier acknowledging;
    private final DoubleSupplier cpu;
    private Mark sample;
    private boolean crowded;

    /** When the part that is being written began; null before the first of a batch. */
    private Mark part;

    /** When that part ended; null before. */
    private Instant ended;

    private Duration paused = Duration.ZERO;

    /** A moment, and the time that all pushes had taken together until then, in seconds. */
    private record Mark(Instant at, double spent) {

        /** By Little's law there were as many pushes in flight as seconds were spent on them in a second. */
        double inFlightUntil(Mark now) {
            return (now.spent - spent) / Duration.between(at, now.at).toNanos() * 1e9;
        }
    }

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
        this.sample = new Mark(clock.instant(), 0);
    }

    /** Whether the next batch has to wait; one that need not begins. */
    public synchronized boolean mustWait() {
        sample(now());
        if (crowded && pace.isPausing()) {
            return true;
        }
        pace.begin();
        part = null;
        paused = Duration.ZERO;
        return false;
    }

    /** Whether the next part of the batch has to wait, which the first does not; one that need not begins. */
    public synchronized boolean mustGiveWay() {
        Mark now = now();
        sample(now);
        if (part != null && isGivingWay(now)) {
            return true;
        }
        part = now;
        ended = null;
        within.begin();
        return false;
    }

    private boolean isGivingWay(Mark now) {
        if (ended == null) {
            ended = now.at;
            within.end(Duration.ZERO, LONGEST_WITHIN.minus(paused));
        }
        if (within.isPausing() && (crowded || part.inFlightUntil(now) >= QUEUE)) {
            return true;
        }
        Duration pause = Duration.between(ended, now.at);
        paused = paused.plus(pause);
        pace.leaveOut(pause);
        return false;
    }

    private void sample(Mark now) {
        Duration passed = Duration.between(sample.at, now.at);
        if (passed.isNegative() || passed.compareTo(SAMPLE) >= 0) {
            double inFlight = sample.inFlightUntil(now);
            crowded = inFlight >= QUEUE || inFlight >= CROWD && cpu.getAsDouble() >= BUSY;
            sample = now;
        }
    }

    private Mark now() {
        return new Mark(clock.instant(), acknowledging.getAsDouble());
    }

    /** The batch that was begun is applied. */
    public synchronized void end() {
        pace.end(Duration.ZERO, LONGEST);
    }
}
