package io.resourcesync.dragonpass.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.resourcesync.dragonpass.testing.MutableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Sweeps that take long pause long. */
class SweepPaceTest {

    private final MutableClock clock = new MutableClock(Instant.parse("2025-10-28T11:00:00Z"));
    private final SweepPace pace = new SweepPace(clock);

    @Test
    void shouldSweepAtFirst() {
        assertThat(pace.begin()).isTrue();
    }

    @Test
    void shouldNotPauseAfterAShortSweep() {
        sweep(Duration.ofMillis(499));

        assertThat(pace.begin()).isTrue();
    }

    @Test
    void shouldPauseNineTimesAsLongAsASweepTook() {
        sweep(Duration.ofSeconds(1));

        clock.advance(Duration.ofSeconds(9).minusMillis(1));
        assertThat(pace.begin()).isFalse();
        clock.advance(Duration.ofMillis(1));
        assertThat(pace.begin()).isTrue();
    }

    @Test
    void shouldNotPauseForMinutesAfterOneThatHung() {
        sweep(Duration.ofMinutes(1));

        clock.advance(Duration.ofSeconds(15).minusMillis(1));
        assertThat(pace.begin()).isFalse();
        clock.advance(Duration.ofMillis(1));
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
        sweep(Duration.ofSeconds(1));
        clock.advance(Duration.ofHours(-1));

        assertThat(pace.begin()).isTrue();
    }

    private void sweep(Duration length) {
        assertThat(pace.begin()).isTrue();
        clock.advance(length);
        pace.end();
    }
}
