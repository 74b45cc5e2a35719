package io.resourcesync.dragonpass.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** Sweeps that take long pause long. */
class SweepPaceTest {

    private Instant now = Instant.parse("2025-10-28T11:00:00Z");

    private final SweepPace pace = new SweepPace(new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    });

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

        now = now.plusSeconds(9).minusMillis(1);
        assertThat(pace.begin()).isFalse();
        now = now.plusMillis(1);
        assertThat(pace.begin()).isTrue();
    }

    @Test
    void shouldNotPauseForMinutesAfterOneThatHung() {
        sweep(Duration.ofMinutes(1));

        now = now.plusSeconds(15).minusMillis(1);
        assertThat(pace.begin()).isFalse();
        now = now.plusMillis(1);
        assertThat(pace.begin()).isTrue();
    }

    @Test
    void shouldSweepAgainAfterOneThatFailed() {
        pace.begin();
        now = now.plusSeconds(1);

        assertThat(pace.begin()).isTrue();
    }

    @Test
    void shouldNotPauseForHoursWhenTheClockIsSetBack() {
        sweep(Duration.ofSeconds(1));
        now = now.minus(Duration.ofHours(1));

        assertThat(pace.begin()).isTrue();
    }

    private void sweep(Duration length) {
        assertThat(pace.begin()).isTrue();
        now = now.plus(length);
        pace.end();
    }
}
