package io.resourcesync.dragonpass.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.resourcesync.dragonpass.testing.MutableClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Applying gives way to acknowledgements. */
class ApplyPaceTest {

    private static final Duration BATCH = Duration.ofMillis(300);

    private final MutableClock clock = new MutableClock(Instant.parse("2025-10-28T11:00:00Z"));
    private double acknowledging;
    private double cpu;
    private final ApplyPace pace = new ApplyPace(clock, () -> acknowledging, () -> cpu);

    @Test
    void shouldApplyAtFirst() {
        pass(Duration.ofSeconds(1), 64, 1);

        assertThat(pace.mustWait()).isFalse();
    }

    @Test
    void shouldWaitNineTimesAsLongAsTheBatchBeforeTook() {
        apply(BATCH);

        assertWaits(Duration.ofMillis(2700));
    }

    @Test
    void shouldNotWaitForLongAfterALargeBatch() {
        apply(Duration.ofMinutes(1));

        assertWaits(Duration.ofSeconds(10));
    }

    @Test
    void shouldNotWaitForPushesThatComeOneByOne() {
        apply(BATCH);

        pass(Duration.ofSeconds(1), 5.9, 1);
        assertThat(pace.mustWait()).isFalse();
    }

    @Test
    void shouldNotWaitWhileThereIsCpuLeft() {
        apply(BATCH);

        pass(Duration.ofSeconds(1), 23.9, 0.69);
        assertThat(pace.mustWait()).isFalse();
    }

    @Test
    void shouldWaitForAQueueWhateverTheCpuDoes() {
        apply(BATCH);
        pass(Duration.ofSeconds(1), 64, 0);
        assertThat(pace.mustWait()).isTrue();
        pass(Duration.ofSeconds(1), 24, Double.NaN);
        assertThat(pace.mustWait()).isTrue();
    }

    @Test
    void shouldNotWaitWhereNobodyKnowsTheCpu() {
        apply(BATCH);

        pass(Duration.ofSeconds(1), 23.9, Double.NaN);
        assertThat(pace.mustWait()).isFalse();
        pass(Duration.ofSeconds(1), 23.9, -1);
        assertThat(pace.mustWait()).isFalse();
    }

    @Test
    void shouldGoOnOnceTheCrowdIsGone() {
        apply(BATCH);
        pass(Duration.ofSeconds(1), 64, 1);
        assertThat(pace.mustWait()).isTrue();

        pass(Duration.ofSeconds(1), 0, 1);
        assertThat(pace.mustWait()).isFalse();
    }

    @Test
    void shouldKeepItsMindUntilThereIsEnoughToTakeAMeanOf() {
        apply(BATCH);
        pass(Duration.ofSeconds(1), 64, 1);
        assertThat(pace.mustWait()).isTrue();

        pass(Duration.ofMillis(199), 0, 0);
        assertThat(pace.mustWait()).isTrue();
        pass(Duration.ofMillis(1), 0, 0);
        assertThat(pace.mustWait()).isFalse();
    }

    @Test
    void shouldNotWaitForHoursWhenTheClockIsSetBack() {
        apply(BATCH);
        pass(Duration.ofSeconds(1), 64, 1);
        assertThat(pace.mustWait()).isTrue();

        clock.advance(Duration.ofHours(-1));
        assertThat(pace.mustWait()).isFalse();
        pass(Duration.ofSeconds(1), 64, 1);
        assertThat(pace.mustWait()).isFalse();
    }

    @Test
    void shouldNotPauseBeforeTheFirstPartOfABatch() {
        assertThat(pace.mustWait()).isFalse();

        pass(Duration.ofSeconds(1), 64, 1);
        assertThat(pace.mustGiveWay()).isFalse();
    }

    @Test
    void shouldPauseWithinABatchTwiceAsLongAsThePartBeforeTook() {
        begin();

        for (int part = 1; part <= 2; part++) {
            pass(Duration.ofMillis(30), 25, 0);
            assertThat(pace.mustGiveWay()).isTrue();
            pass(Duration.ofMillis(59), 25, 0);
            assertThat(pace.mustGiveWay()).isTrue();
            pass(Duration.ofMillis(1), 25, 0);
            assertThat(pace.mustGiveWay()).isFalse();
        }
    }

    @Test
    void shouldPauseWithinABatchForACrowdOnABusyCpu() {
        begin();

        pass(Duration.ofMillis(200), 7, 0.7);
        assertThat(pace.mustGiveWay()).isTrue();
        pass(Duration.ofMillis(200), 7, 0.69);
        assertThat(pace.mustGiveWay()).isFalse();
    }

    @Test
    void shouldPauseForASecondWithinABatchAtMost() {
        begin();

        pass(Duration.ofMillis(300), 64, 1);
        assertThat(pace.mustGiveWay()).isTrue();
        pass(Duration.ofMillis(600), 64, 1);
        assertThat(pace.mustGiveWay()).isFalse();
        pass(Duration.ofMillis(300), 64, 1);
        assertThat(pace.mustGiveWay()).isTrue();
        pass(Duration.ofMillis(399), 64, 1);
        assertThat(pace.mustGiveWay()).isTrue();
        pass(Duration.ofMillis(1), 64, 1);
        assertThat(pace.mustGiveWay()).isFalse();
        pass(Duration.ofMillis(300), 64, 1);
        assertThat(pace.mustGiveWay()).isFalse();
    }

    @Test
    void shouldNotPauseWithinABatchForAFew() {
        begin();

        pass(Duration.ofMillis(30), 23.9, 0);
        assertThat(pace.mustGiveWay()).isFalse();
    }

    @Test
    void shouldGoOnWithinABatchOnceTheQueueIsGone() {
        begin();

        pass(Duration.ofMillis(30), 25, 0);
        assertThat(pace.mustGiveWay()).isTrue();
        pass(Duration.ofMillis(10), 0, 0);
        assertThat(pace.mustGiveWay()).isFalse();
    }

    @Test
    void shouldNotCountThePausesWithinABatchAsWork() {
        begin();
        pass(Duration.ofMillis(30), 64, 1);
        assertThat(pace.mustGiveWay()).isTrue();
        pass(Duration.ofMillis(60), 64, 1);
        assertThat(pace.mustGiveWay()).isFalse();
        pass(Duration.ofMillis(30), 64, 1);
        pace.end();

        assertWaits(Duration.ofMillis(9 * 60));
    }

    private void begin() {
        assertThat(pace.mustWait()).isFalse();
        assertThat(pace.mustGiveWay()).isFalse();
    }

    private void apply(Duration took) {
        assertThat(pace.mustWait()).isFalse();
        clock.advance(took);
        pace.end();
    }

    private void assertWaits(Duration pause) {
        pass(pause.minusMillis(1), 64, 1);
        assertThat(pace.mustWait()).isTrue();
        pass(Duration.ofMillis(1), 64, 1);
        assertThat(pace.mustWait()).isFalse();
    }

    private void pass(Duration duration, double inFlight, double busy) {
        clock.advance(duration);
        acknowledging += inFlight * duration.toMillis() / 1000;
        cpu = busy;
    }
}
