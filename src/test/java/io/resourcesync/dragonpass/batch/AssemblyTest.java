package io.resourcesync.dragonpass.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resourcesync.dragonpass.testing.MutableClock;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.aggregate.MemoryAggregationRepository;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

/** From rows to progress, and which batches deserve a look. This node's clock is an hour behind the database's. */
class AssemblyTest {

    private static final Instant HERE = Instant.parse("2025-10-28T11:00:00Z");
    private static final Instant DATABASE = Instant.parse("2025-10-28T12:00:00Z");
    private static final BatchKey KEY = new BatchKey("p", EventType.RESOURCE_METADATA, "b");

    private final CamelContext context = new DefaultCamelContext();
    private final MemoryAggregationRepository known = new MemoryAggregationRepository();
    private final Set<BatchKey> handedOver = new HashSet<>();
    private final Assembly assembly = new Assembly(Clock.fixed(HERE, ZoneOffset.UTC), known, () -> handedOver, 10_000);

    @Test
    void shouldKeepNothingOfTheFirstExchangeButItsProgress() {
        BatchProgress progress = progress(1);
        Exchange news = exchange(progress);
        news.getMessage().setHeader("payload", "{}");
        news.setVariable("push", "{}");

        Exchange waiting = assembly.aggregate(null, news);

        assertThat(waiting).isNotSameAs(news);
        assertThat(waiting.getMessage().getBody()).isSameAs(progress);
        assertThat(waiting.getMessage().getHeaders()).isEmpty();
        assertThat(waiting.getVariables()).isEmpty();
    }

    @Test
    void shouldMergeIntoWhatWaits() {
        Exchange waiting = assembly.aggregate(null, exchange(progress(1)));

        Exchange merged = assembly.aggregate(waiting, exchange(progress(3)));

        assertThat(merged).isSameAs(waiting);
        assertThat(merged.getMessage().getBody(BatchProgress.class).missing()).isEqualTo("2");
    }

    /** Camel takes the timeout from it, and SQL may have moved the deadline either way. */
    @Test
    void shouldLeaveWhatCameLastAsItIs() {
        Exchange waiting = assembly.aggregate(null, exchange(progress(1)));
        BatchProgress last = progress(3);
        Exchange news = exchange(last);

        assembly.aggregate(waiting, news);

        assertThat(news.getMessage().getBody()).isSameAs(last);
    }

    @Test
    void shouldGiveABatchThatBeginsTheWholeTimeout() {
        assertThat(assembly.begun(KEY, 3, "15m"))
                .isEqualTo(new BatchProgress(KEY, 3, Sequences.NONE, Instant.parse("2025-10-28T11:15:00Z"), false));
    }

    @Test
    void shouldGiveABatchThatIsThereWhatIsLeftByTheDatabasesClock() {
        assertThat(assembly.ofRow(row("OPEN", DATABASE.plusSeconds(60))))
                .isEqualTo(new BatchProgress(KEY, 3, Sequences.NONE, HERE.plusSeconds(60), false));
    }

    @Test
    void shouldTellThatABatchIsClosed() {
        assertThat(assembly.ofRow(row("INCOMPLETE", DATABASE)).closed()).isTrue();
    }

    @Test
    void shouldKnowTheBatchesThatItWaitsFor() {
        assertThat(assembly.awaited(KEY)).isNull();

        waitFor(KEY);

        assertThat(assembly.awaited(KEY)).isEqualTo(progress(1));
    }

    @Test
    void shouldReadTheWholeProgressOfABatch() {
        List<Map<String, Object>> rows = List.of(
                with(row("OPEN", DATABASE.minusSeconds(5)), "sequence", 1),
                with(row("OPEN", DATABASE.minusSeconds(5)), "sequence", 3));

        assertThat(assembly.ofRows(rows))
                .isEqualTo(new BatchProgress(KEY, 3, Sequences.of(List.of(1, 3)), HERE.minusSeconds(5), false));
    }

    @Test
    void shouldKnowNothingOfABatchThatIsGone() {
        assertThat(assembly.ofRows(List.of())).isNull();
    }

    @Test
    void shouldReadTheTimesOfBothDrivers() {
        Map<String, Object> row = row("OPEN", DATABASE);
        row.put("now_at", Timestamp.from(DATABASE));
        row.put("deadline_at", Timestamp.from(DATABASE.plusSeconds(7)));

        assertThat(assembly.ofRows(List.of(with(row, "sequence", 1))).deadline())
                .isEqualTo(HERE.plusSeconds(7));
    }

    @Test
    void shouldLookAtABatchThatItDoesNotKnow() {
        assertThat(worthALook(List.of(open("b", DATABASE.plusSeconds(60))))).containsExactly(KEY);
    }

    @Test
    void shouldNotLookAtABatchThatItWaitsFor() {
        waitFor(KEY);

        assertThat(worthALook(List.of(open("b", DATABASE.plusSeconds(60))))).isEmpty();
    }

    @Test
    void shouldLookAtABatchThatItWaitsForOnceItIsDue() {
        waitFor(KEY);

        assertThat(worthALook(List.of(open("b", DATABASE)))).containsExactly(KEY);
    }

    @Test
    void shouldNotLookAtABatchThatWaitsForBeingApplied() {
        handedOver.add(KEY);

        assertThat(worthALook(List.of(open("b", DATABASE.plusSeconds(60))))).isEmpty();
        assertThat(worthALook(List.of(open("b", DATABASE)))).isEmpty();
    }

    @Test
    void shouldLookAtEveryBatchByItself() {
        waitFor(KEY);

        assertThat(worthALook(List.of(
                        open("b", DATABASE.plusSeconds(60)),
                        open("other", DATABASE.plusSeconds(60)),
                        open("due", DATABASE.minusSeconds(1)))))
                .extracting(BatchKey::batchId)
                .containsExactly("other", "due");
    }

    @Test
    void shouldLookAtNoMoreBatchesThanCanBeTakenIn() {
        many(7600).forEach(row -> handedOver.add(BatchKey.of(with(row, "program_id", "another"))));
        List<Map<String, Object>> rows = many(1000);
        rows.subList(0, 400).forEach(row -> handedOver.add(BatchKey.of(row)));

        OpenBatches first = open(rows);
        assertThat(first.worthALook()).hasSize(600).doesNotContainAnyElementsOf(handedOver);
        OpenBatches second = assembly.open(first, many(1000));
        assertThat(second.worthALook()).hasSize(600);
        OpenBatches third = assembly.open(second, many(1000).subList(400, 1000));
        assertThat(third.worthALook()).hasSize(600);
        assertThat(third.looksLeft()).isEqualTo(200);

        OpenBatches fourth = assembly.open(third, rows);
        assertThat(fourth.worthALook()).hasSize(200).doesNotHaveDuplicates();
        assertThat(fourth.count()).isEqualTo(3600);
    }

    @Test
    void shouldLookAtEachBatchInTimeHoweverManyWaitForBeingApplied() {
        many(20_000).forEach(row -> handedOver.add(BatchKey.of(with(row, "program_id", "another"))));
        List<Map<String, Object>> rows = many(150);

        Set<BatchKey> seen = new HashSet<>();
        await().until(() -> {
            List<BatchKey> some = worthALook(rows);
            assertThat(some).hasSize(100);
            return seen.addAll(some) && seen.size() == rows.size();
        });
    }

    @Test
    void shouldHaveRoomForWhatASweepLeftOnceAllIsApplied() {
        many(9500).forEach(row -> handedOver.add(BatchKey.of(with(row, "program_id", "another"))));
        assertThat(assembly.hasRoomForMore()).isFalse();

        assembly.open(open(many(501)), many(1));
        assertThat(assembly.hasRoomForMore()).isFalse();
        handedOver.clear();
        assertThat(assembly.hasRoomForMore()).isTrue();

        open(many(501));
        assertThat(assembly.hasRoomForMore()).isFalse();
    }

    private List<Map<String, Object>> many(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> open("b" + i, DATABASE.plusSeconds(60)))
                .toList();
    }

    @Test
    void shouldCountWhatIsOpenAndTellSinceWhenByThisNodesClock() {
        OpenBatches some = open(List.of(opened("b", 90), opened("c", 70)));
        OpenBatches all = assembly.open(some, List.of(opened("d", 60)));

        assertThat(all.count()).isEqualTo(3);
        assertThat(all.oldest()).isEqualTo(HERE.minusSeconds(90));
        assertThat(all.worthALook()).extracting(BatchKey::batchId).containsExactly("d");
    }

    @Test
    void shouldGoOnAfterThoseThatItHasSeen() {
        OpenBatches some = open(List.of(opened("b", 90), opened("c", 70), opened("d", 70)));
        assertThat(some.parameters())
                .containsEntry("lastOpenedAt", DATABASE.minusSeconds(70).atOffset(ZoneOffset.UTC))
                .containsEntry("tied", 2);

        some = assembly.open(some, List.of(opened("e", 70)));
        assertThat(some.parameters()).containsEntry("tied", 3);

        some = assembly.open(some, List.of(opened("f", 70), opened("g", 69)));
        assertThat(some.parameters())
                .containsEntry("lastOpenedAt", DATABASE.minusSeconds(69).atOffset(ZoneOffset.UTC))
                .containsEntry("tied", 1);
    }

    @Test
    void shouldReadOnWhileAsManyComeAsWereAskedFor() {
        assertThat(assembly.beginSweep().more()).isTrue();
        assertThat(open(many(1000)).more()).isTrue();
        assertThat(open(many(999)).more()).isFalse();
    }

    /** Or it would never end while others are opened as fast as it reads. */
    @Test
    void shouldReadNoneThatWereOpenedAfterItBegan() {
        List<Map<String, Object>> rows = many(1000);
        OpenBatches some = open(rows);

        with(rows.get(999), "opened_at", DATABASE.plusMillis(1).atOffset(ZoneOffset.UTC));
        rows.forEach(row -> row.put("now_at", DATABASE.plusSeconds(1).atOffset(ZoneOffset.UTC)));
        assertThat(assembly.open(some, rows).more()).isFalse();
    }

    @Test
    void shouldFindNothingOpen() {
        OpenBatches none = open(List.of());

        assertThat(none.count()).isZero();
        assertThat(none.oldest()).isNull();
        assertThat(none.worthALook()).isEmpty();
        assertThat(none.more()).isFalse();
    }

    @Test
    void shouldTellWhichBatchesItWaitsFor() {
        waitFor(KEY);

        assertThat(assembly.waitedFor(List.of(open("b", DATABASE), open("other", DATABASE))))
                .containsExactly(KEY);
    }

    @Test
    void shouldAskForAThousandBatchesAtOnce() {
        waitForMany(2500);

        assertThat(assembly.awaitedKeys()).toIterable().hasSize(3);
        assertThat(assembly.awaitedKeys()).toIterable().hasSize(3);
    }

    /** Of very many, as HSQLDB stores few pushes while they are counted. */
    @Test
    void shouldAskForSomeAtATimeAndForTheOthersNext() {
        Set<String> asked = new HashSet<>();
        MemoryAggregationRepository watched = new MemoryAggregationRepository() {
            @Override
            public Exchange get(CamelContext camelContext, String key) {
                asked.add(key);
                return known.get(camelContext, key);
            }

            @Override
            public Set<String> getKeys() {
                return known.getKeys();
            }
        };
        MutableClock clock = new MutableClock(HERE);
        Assembly slow = new Assembly(clock, watched, () -> handedOver, 10_000);
        waitForMany(2500);

        for (int round = 1; round <= 2; round++) {
            askSlowly(slow, clock);
            assertThat(asked).hasSize(2000);
            askSlowly(slow, clock);
            assertThat(asked).hasSize(2500);
            asked.clear();
        }
    }

    private static void askSlowly(Assembly assembly, MutableClock clock) {
        assembly.awaitedKeys().forEachRemaining(some -> clock.advance(Duration.ofMillis(60)));
    }

    private void waitForMany(int count) {
        IntStream.range(0, count).forEach(i -> waitFor(new BatchKey("p", EventType.RESOURCE_METADATA, "b" + i)));
    }

    @Test
    void shouldAskForNothingWhenItWaitsForNothing() {
        assertThat(assembly.awaitedKeys()).isExhausted();
    }

    @Test
    void shouldNameWhatABatchStillLacks() {
        assertThat(assembly.settlement(KEY, applied(1, 4))).containsEntry("missing", "2-3,5");
    }

    @Test
    void shouldNameEverythingWhenNothingWasApplied() {
        assertThat(assembly.settlement(KEY, applied((Integer) null))).containsEntry("missing", "1-5");
    }

    @Test
    void shouldFindThatABatchWasMadeWhole() {
        assertThat(assembly.settlement(KEY, applied(1, 2, 3, 4, 5)))
                .containsEntry("missing", null)
                .containsAllEntriesOf(KEY.parameters());
    }

    private List<BatchKey> worthALook(List<Map<String, Object>> rows) {
        return open(rows).worthALook();
    }

    /** The first that a sweep reads. */
    private OpenBatches open(List<Map<String, Object>> rows) {
        return assembly.open(assembly.beginSweep(), rows);
    }

    private void waitFor(BatchKey key) {
        known.add(context, key.correlationKey(), exchange(progress(1)));
    }

    private Exchange exchange(BatchProgress progress) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(progress);
        return exchange;
    }

    private static BatchProgress progress(int sequence) {
        return new BatchProgress(KEY, 3, Sequences.of(List.of(sequence)), HERE, false);
    }

    private static Map<String, Object> row(String status, Instant deadline) {
        Map<String, Object> row = new HashMap<>();
        row.put("program_id", "p");
        row.put("event_type", "resource.metadata.updated");
        row.put("batch_id", "b");
        row.put("total_sequence", 3);
        row.put("status", status);
        row.put("deadline_at", deadline.atOffset(ZoneOffset.UTC));
        row.put("now_at", DATABASE.atOffset(ZoneOffset.ofHours(8)));
        return row;
    }

    private static Map<String, Object> open(String batchId, Instant deadline) {
        Map<String, Object> row = with(row("OPEN", deadline), "batch_id", batchId);
        return with(row, "opened_at", DATABASE.minusSeconds(900).atOffset(ZoneOffset.UTC));
    }

    private static Map<String, Object> opened(String batchId, int secondsAgo) {
        return with(
                open(batchId, DATABASE),
                "opened_at",
                DATABASE.minusSeconds(secondsAgo).atOffset(ZoneOffset.UTC));
    }

    private static List<Map<String, Object>> applied(Integer... sequences) {
        return Arrays.stream(sequences)
                .map(sequence -> with(with(new HashMap<>(), "total_sequence", 5), "sequence", sequence))
                .toList();
    }

    private static Map<String, Object> with(Map<String, Object> row, String column, Object value) {
        row.put(column, value);
        return row;
    }
}
