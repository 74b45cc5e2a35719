package io.resourcesync.dragonpass.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.resourcesync.dragonpass.testing.MutableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Sweeps that take long pause long. */
class SweepPaceTest {

    private static final int MANY = 1_000_000;

    private final MutableClock clock = new MutableClock(Instant.parse("2025-10-28T11:00:00Z"));
    private boolean urgent;
    private final SweepPace pace = new SweepPace(clock, 19, () -> urgent);

    @Test
    void shouldSweepAtFirst() {
        assertThat(pace.begin()).isTrue();
    }

    @Test
    void shouldNotPauseAfterAShortSweep() {
        sweep(Duration.ofMillis(52), MANY);

        assertThat(pace.begin()).isTrue();
    }

    @Test
    void shouldPauseManyTimesAsLongAsASweepTook() {
        sweep(Duration.ofSeconds(1), MANY);

        assertPause(Duration.ofSeconds(19));
    }

    @Test
    void shouldNotTakeItsRestsForWork() {
        assertThat(pace.begin()).isTrue();
        for (int i = 0; i < 10; i++) {
            clock.advance(Duration.ofMillis(100).plusMillis(pace.rest()));
        }
        pace.end(MANY);

        assertPause(Duration.ofSeconds(19));
    }

    @Test
    void shouldNotPauseForLongAfterOneThatHung() {
        sweep(Duration.ofMinutes(1), 100);

        assertPause(Duration.ofSeconds(2));
    }

    @Test
    void shouldNotPauseWhereFewBatchesAreOpen() {
        sweep(Duration.ofMinutes(1), 49);

        assertThat(pace.begin()).isTrue();
    }

    @Test
    void shouldNotPauseWhenOnlyASweepCanBringWork() {
        sweep(Duration.ofSeconds(1), MANY);
        assertThat(pace.begin()).isFalse();

        urgent = true;
        assertThat(pace.begin()).isTrue();
    }

    @Test
    void shouldSweepAgainAfterOneThatFailed() {
        pace.begin();
        clock.advance(Duration.ofSeconds(1));

        assertThat(pace.begin()).isTrue();
    }

    @Test
    void shouldNotPauseForHoursWhenTheClockIsSetBack() {
        sweep(Duration.ofSeconds(1), MANY);
        clock.advance(Duration.ofHours(-1));

        assertThat(pace.begin()).isTrue();
    }

    private void sweep(Duration length, int batches) {
        assertThat(pace.begin()).isTrue();
        clock.advance(length);
        pace.end(batches);
    }

    private void assertPause(Duration length) {
        clock.advance(length.minusMillis(1));
        assertThat(pace.begin()).isFalse();
        clock.advance(Duration.ofMillis(1));
        assertThat(pace.begin()).isTrue();
    }
}
