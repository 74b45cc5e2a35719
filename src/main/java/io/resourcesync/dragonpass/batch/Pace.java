package io.resourcesync.dragonpass.batch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Lets work take a small part of the time: a pause after it is many times as long. A clock that was set back ends it. */
final class Pace {

    private final Clock clock;
    private final int pauses;
    private Instant begun;
    private Instant next = Instant.MIN;

    /**
     * @param pauses how many times as long as the work the pause after it is
     */
    Pace(Clock clock, int pauses) {
        this.clock = clock;
        this.pauses = pauses;
        this.begun = clock.instant();
    }

    /** Whether the pause after the last work is not over. */
    boolean isPausing() {
        Instant now = clock.instant();
        return now.isBefore(next) && !now.isBefore(begun);
    }

    /** Work begins; there is no pause until it has ended. */
    void begin() {
        begun = clock.instant();
        next = begun;
    }

    /** Some of the time since the work began was none of it. */
    void leaveOut(Duration idle) {
        begun = begun.plus(idle);
    }

    /**
     * The work that was begun is done.
     *
     * @param least a shorter pause is none
     * @param most of the pause
     */
    void end(Duration least, Duration most) {
        Instant now = clock.instant();
        Duration whole = Duration.between(begun, now).multipliedBy(pauses);
        Duration pause = whole.compareTo(most) < 0 ? whole : most;
        next = pause.compareTo(least) < 0 ? now : now.plus(pause);
    }
}
