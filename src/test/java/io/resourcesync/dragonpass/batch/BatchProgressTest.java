package io.resourcesync.dragonpass.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Progress merges in any order and any number of times. */
class BatchProgressTest {

    private static final BatchKey KEY = new BatchKey("123321", EventType.RESOURCE_METADATA, "20251028T010000Z");
    private static final Instant NOON = Instant.parse("2025-10-28T12:00:00Z");
    private static final int TOTAL = 5;

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void shouldMergeInAnyOrder(@ForAll("progress") BatchProgress a, @ForAll("progress") BatchProgress b) {
        assertThat(a.merge(b)).isEqualTo(b.merge(a));
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void shouldMergeInAnyGrouping(
            @ForAll("progress") BatchProgress a,
            @ForAll("progress") BatchProgress b,
            @ForAll("progress") BatchProgress c) {
        assertThat(a.merge(b).merge(c)).isEqualTo(a.merge(b.merge(c)));
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void shouldMergeAnyNumberOfTimes(@ForAll("progress") BatchProgress a, @ForAll("progress") BatchProgress b) {
        assertThat(a.merge(a)).isEqualTo(a);
        assertThat(a.merge(b).merge(b)).isEqualTo(a.merge(b));
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void shouldNeverForget(@ForAll("progress") BatchProgress a, @ForAll("progress") BatchProgress b) {
        BatchProgress merged = a.merge(b);

        assertThat(merged.stored().union(a.stored())).isEqualTo(merged.stored());
        assertThat(merged.deadline()).isAfterOrEqualTo(a.deadline());
        assertThat(merged.closed()).isEqualTo(a.closed() || b.closed());
    }

    @Provide
    Arbitrary<BatchProgress> progress() {
        return Combinators.combine(
                        Arbitraries.integers().between(1, TOTAL).set(),
                        Arbitraries.longs().between(-3, 3),
                        Arbitraries.of(true, false))
                .as((stored, seconds, closed) ->
                        new BatchProgress(KEY, TOTAL, Sequences.of(stored), NOON.plusSeconds(seconds), closed));
    }

    @Test
    void shouldWaitWhileASequenceIsMissing() {
        BatchProgress progress = progress(false, 1, 2, 3, 5);

        assertThat(progress.applicable()).isFalse();
        assertThat(progress.missing()).isEqualTo("4");
    }

    @Test
    void shouldBeApplicableWithEverySequence() {
        assertThat(progress(false, 1, 2, 3, 4, 5).applicable()).isTrue();
    }

    @Test
    void shouldBeApplicableWhenAPushComesToAClosedBatch() {
        assertThat(progress(true, 4).applicable()).isTrue();
    }

    @Test
    void shouldTellWhatIsLeftUntilTheDeadline() {
        assertThat(progress(false, 1).millisToDeadline(at(NOON.minusSeconds(60))))
                .isEqualTo(60_001);
    }

    @Test
    void shouldNotReturnBeforeTheDeadline() {
        // Camel takes milliseconds; a deadline in the middle of one must not be met half a millisecond early.
        BatchProgress progress = new BatchProgress(KEY, TOTAL, Sequences.of(List.of()), NOON.plusNanos(500_000), false);

        assertThat(progress.millisToDeadline(at(NOON))).isEqualTo(1);
    }

    @Test
    void shouldNeverTellCamelToWaitForever() {
        assertThat(progress(false, 1).millisToDeadline(at(NOON.plusSeconds(60))))
                .isEqualTo(1);
    }

    private static BatchProgress progress(boolean closed, Integer... stored) {
        return new BatchProgress(KEY, TOTAL, Sequences.of(List.of(stored)), NOON, closed);
    }

    private static Clock at(Instant now) {
        return Clock.fixed(now, ZoneOffset.UTC);
    }
}
