package io.resourcesync.dragonpass.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.resourcesync.dragonpass.batch.Assembly;
import io.resourcesync.dragonpass.batch.BatchKey;
import io.resourcesync.dragonpass.batch.BatchProgress;
import io.resourcesync.dragonpass.batch.EventType;
import io.resourcesync.dragonpass.batch.Sequences;
import io.resourcesync.dragonpass.push.Push;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.aggregate.MemoryAggregationRepository;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

/** What becomes of each push of a group, by what memory and the database know. */
class PushGroupTest {

    private static final Instant NOW = Instant.parse("2025-10-28T01:00:00Z");
    private static final String KNOWN = "known";
    private static final String STORED = "there";
    private static final String NEW = "new";

    private final CamelContext context = new DefaultCamelContext();
    private final MemoryAggregationRepository waiting = new MemoryAggregationRepository();
    private final Assembly assembly = new Assembly(Clock.fixed(NOW, ZoneOffset.UTC), waiting, Set::of, 1);

    @Test
    void shouldNotAskForBatchesThatThisNodeWaitsFor() {
        waitFor(KNOWN, 3);

        assertThat(group(push(KNOWN, 1, 3)).unknown(1)).isNull();
    }

    @Test
    void shouldAskForABatchThatItDoesNotKnow() {
        waitFor(KNOWN, 3);

        assertThat(group(push(KNOWN, 1, 3), push(NEW, 1, 3)).unknown(1))
                .containsOnlyKeys("programIds", "eventTypes", "batchIds");
    }

    @Test
    void shouldAskWhenAPushDisagreesWithWhatMemoryKnows() {
        waitFor(KNOWN, 3);

        assertThat(group(push(KNOWN, 1, 3), push(KNOWN, 2, 4)).unknown(1)).isNotNull();
    }

    @Test
    void shouldAskForAllOnceTheDatabaseHasRefused() {
        waitFor(KNOWN, 3);

        assertThat(group(push(KNOWN, 1, 3)).unknown(2)).isNotNull();
    }

    @Test
    void shouldOpenTheBatchesThatAreNotThere() {
        PushGroup group = group(push(NEW, 2, 3), push(STORED, 1, 3));
        group.unknown(1);

        assertThat(group.opening(List.of(row(STORED, 3, "OPEN")), "15m"))
                .containsKeys("programIds", "eventTypes", "batchIds", "totals");
        store(group, null);
        assertThat(group.opened()).extracting(BatchProgress::key).containsExactly(key(NEW));
        assertThat(group.progress())
                .containsExactlyInAnyOrder(
                        progress(NEW, NOW.plusSeconds(900), 2), progress(STORED, NOW.plusSeconds(60), 1));
    }

    @Test
    void shouldOpenNothingWhenAllAreThere() {
        PushGroup group = group(push(STORED, 1, 3));
        group.unknown(1);

        assertThat(group.opening(List.of(row(STORED, 3, "OPEN")), "15m")).isNull();
    }

    @Test
    void shouldTellOfABatchOnceForAllItsPushes() {
        waitFor(KNOWN, 3);
        PushGroup group = group(push(KNOWN, 3, 3), push(KNOWN, 1, 3));
        group.unknown(1);
        store(group, null);

        assertThat(group.progress()).containsExactly(progress(KNOWN, NOW.plusSeconds(30), 1, 3));
        assertThat(group.opened()).isEmpty();
    }

    @Test
    void shouldTellThatAPushCameLate() {
        PushGroup group = group(push(STORED, 1, 3));
        group.unknown(1);
        group.opening(List.of(row(STORED, 3, "INCOMPLETE")), "15m");
        store(group, null);

        assertThat(group.progress()).singleElement().matches(BatchProgress::closed);
    }

    @Test
    void shouldLetTheFirstTotalStay() {
        assertThat(outcomes(push(NEW, 1, 3), push(NEW, 2, 4))).containsExactly("stored", "total");
    }

    @Test
    void shouldTakeTheTotalThatIsThere() {
        assertThat(outcomes(push(STORED, 1, 4), push(STORED, 2, 3))).containsExactly("total", "stored");
    }

    @Test
    void shouldStoreOneOfTheSame() {
        assertThat(outcomes(push(NEW, 1, 3), push(NEW, 1, 3))).containsExactly("stored", "duplicate");
    }

    @Test
    void shouldLetTheFirstContentStay() {
        assertThat(outcomes(push(NEW, 1, 3, "{\"a\":1}"), push(NEW, 1, 3, "{\"a\":2}")))
                .containsExactly("stored", "content");
    }

    @Test
    void shouldFindWhatIsThere() {
        assertThat(outcomes(push(STORED, 3, 3, "{ }"), push(STORED, 3, 3, "{\"a\":1}")))
                .containsExactly("duplicate", "content");
    }

    /** Before the commit nothing holds. */
    @Test
    void shouldStoreNothingThatIsNotConfirmed() {
        WaitingPush push = push(NEW, 1, 3);
        PushGroup group = group(push);
        group.unknown(1);
        group.opening(List.of(), "15m");
        group.storing(null);
        push.giveUp();

        assertThat(push.outcome()).isCompletedWithValue("away");
        assertThat(group.progress()).isEmpty();
    }

    @Test
    void shouldRefuseOneAlone() {
        WaitingPush good = push(NEW, 1, 3);
        WaitingPush bad = push(NEW, 2, 3);
        List<PushGroup> apart = group(good, bad).apart();
        apart.get(0).unknown(1);
        apart.get(0).opening(List.of(), "15m");
        store(apart.get(0), null);
        apart.get(1).refuse();
        good.giveUp();
        bad.giveUp();

        assertThat(apart).hasSize(2);
        assertThat(good.outcome()).isCompletedWithValue("stored");
        assertThat(bad.outcome()).isCompletedWithValue("unavailable");
    }

    /** Of pushes that come in this order, while STORED has three pushes, of which the third is there. */
    private List<String> outcomes(WaitingPush... pushes) {
        PushGroup group = group(pushes);
        group.unknown(2);
        group.opening(
                Stream.of(pushes).anyMatch(p -> p.push().batch().batchId().equals(STORED))
                        ? List.of(row(STORED, 3, "OPEN"))
                        : List.of(),
                "15m");
        Map<String, Object> there = row(STORED, 3, "OPEN");
        there.put("sequence", 3);
        there.put("payload", "{}");
        store(group, List.of(there));
        Stream.of(pushes).forEach(WaitingPush::giveUp);
        return Stream.of(pushes).map(waiting -> waiting.outcome().join()).toList();
    }

    private static void store(PushGroup group, List<Map<String, Object>> rows) {
        group.storing(rows);
        group.confirm();
    }

    private PushGroup group(WaitingPush... pushes) {
        return new PushGroup(List.of(pushes), assembly);
    }

    private void waitFor(String batchId, int total) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage()
                .setBody(new BatchProgress(key(batchId), total, Sequences.NONE, NOW.plusSeconds(30), false));
        waiting.add(context, key(batchId).correlationKey(), exchange);
    }

    private static BatchProgress progress(String batchId, Instant deadline, Integer... sequences) {
        return new BatchProgress(key(batchId), 3, Sequences.of(List.of(sequences)), deadline, false);
    }

    /** A batch that is due in a minute. */
    private static Map<String, Object> row(String batchId, int total, String status) {
        Map<String, Object> row = new HashMap<>();
        row.put("program_id", "p");
        row.put("event_type", EventType.RESOURCE_METADATA.wireName());
        row.put("batch_id", batchId);
        row.put("total_sequence", total);
        row.put("status", status);
        row.put("now_at", OffsetDateTime.parse("2025-10-28T03:00:00Z"));
        row.put("deadline_at", OffsetDateTime.parse("2025-10-28T03:01:00Z"));
        return row;
    }

    private static WaitingPush push(String batchId, int sequence, int total) {
        return push(batchId, sequence, total, "{}");
    }

    private static WaitingPush push(String batchId, int sequence, int total, String payload) {
        return new WaitingPush(
                new Push(
                        key(batchId),
                        sequence,
                        total,
                        1,
                        OffsetDateTime.parse("2025-10-28T01:00:00Z"),
                        payload,
                        Set.of()),
                "PUSH");
    }

    private static BatchKey key(String batchId) {
        return new BatchKey("p", EventType.RESOURCE_METADATA, batchId);
    }
}
