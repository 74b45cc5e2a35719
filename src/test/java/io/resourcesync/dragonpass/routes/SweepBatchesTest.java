package io.resourcesync.dragonpass.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resourcesync.dragonpass.batch.Assembly;
import io.resourcesync.dragonpass.batch.BatchKey;
import io.resourcesync.dragonpass.batch.BatchProgress;
import io.resourcesync.dragonpass.batch.EventType;
import io.resourcesync.dragonpass.batch.Sequences;
import io.resourcesync.dragonpass.batch.SweepPace;
import io.resourcesync.dragonpass.testing.RouteTestSupport;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.processor.aggregate.MemoryAggregationRepository;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.test.junit5.CamelContextConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which batches the sweep brings to assemble-batch, and with what. */
class SweepBatchesTest extends RouteTestSupport {

    private static final Duration AN_HOUR = Duration.ofHours(1);
    private static final Duration A_SECOND_AGO = Duration.ofSeconds(-1);

    /** A call in place of the scheduler; what is handed over stays in its queue, where the tests look at it. */
    @Override
    public void configureContext(CamelContextConfiguration configuration) {
        super.configureContext(configuration);
        configuration.replaceRouteFromWith("sweep-batches", "direct:sweep-batches");
        configuration.withAutoStartupExcludePatterns("assemble-batch,apply-batch");
    }

    @BeforeEach
    void forget() {
        awaited().getKeys().forEach(k -> awaited()
                .remove(context(), k, awaited().get(context(), k)));
        List.of("sweepPace", "pushSweepPace")
                .forEach(name -> bean(name, SweepPace.class).end(0));
        bean("assembly", Assembly.class).awaitedKeys().forEachRemaining(left -> {});
        drain("assemble-batch", BatchProgress.class);
        drain("apply-batch", BatchProgress.class);
    }

    @Test
    void shouldBringABatchThatThisNodeDoesNotKnow() {
        rows().open(key("b"), 3, AN_HOUR, AN_HOUR).pushes(key("b"), 1, 3);

        assertThat(sweep()).singleElement().satisfies(progress -> {
            assertThat(progress.key()).isEqualTo(key("b"));
            assertThat(progress.totalSequence()).isEqualTo(3);
            assertThat(progress.missing()).isEqualTo("2");
            assertThat(progress.applicable()).isFalse();
        });
    }

    @Test
    void shouldLeaveABatchThatThisNodeWaitsFor() {
        rows().open(key("b"), 2, AN_HOUR, AN_HOUR).pushes(key("b"), 1);
        waitFor(key("b"));

        assertThat(sweep()).isEmpty();
    }

    @Test
    void shouldBringACompleteBatch() {
        rows().open(key("b"), 2, AN_HOUR, AN_HOUR).pushes(key("b"), 1, 2);
        waitFor(key("b"));

        assertThat(sweep()).singleElement().matches(BatchProgress::applicable);
    }

    @Test
    void shouldBringACompleteBatchAmongVeryManyThatThisNodeWaitsFor() {
        IntStream.range(0, 2000).forEach(i -> waitFor(key("b" + i)));
        rows().open(key("b1500"), 1, AN_HOUR, AN_HOUR).pushes(key("b1500"), 1);

        List<BatchProgress> brought = new ArrayList<>();
        await().until(() -> brought.addAll(sweep()));
        assertThat(brought).singleElement().matches(BatchProgress::applicable);
    }

    /** Even where more were opened at the same time than are read at once. */
    @Test
    void shouldBringEachOfVeryManyOnce() {
        List<BatchKey> keys =
                IntStream.range(0, 2500).mapToObj(i -> key("b" + i)).toList();
        keys.forEach(key -> rows().open(key, 2, AN_HOUR, AN_HOUR).pushes(key, 1));
        jdbc().update("UPDATE push_batch SET opened_at = ?", OffsetDateTime.now());

        assertThat(sweep()).extracting(BatchProgress::key).containsExactlyInAnyOrderElementsOf(keys);
        assertThat(gauge("dragonpass.batches.open")).isEqualTo(2500);
    }

    @Test
    void shouldSweepOnceItsRouteIsStartedAgain() throws Exception {
        context().getRouteController().stopRoute("sweep-batches");
        context().getRouteController().startRoute("sweep-batches");
        rows().open(key("b"), 2, AN_HOUR, AN_HOUR).pushes(key("b"), 1);

        assertThat(sweep()).hasSize(1);
    }

    @Test
    void shouldLeaveABatchThatWaitsForBeingApplied() {
        rows().open(key("b"), 1, AN_HOUR, A_SECOND_AGO).pushes(key("b"), 1);
        template().sendBody("seda:apply-batch", progress(key("b")).with(Sequences.of(List.of(1, 2))));

        assertThat(sweep()).isEmpty();

        drain("apply-batch", BatchProgress.class);
        assertThat(sweep()).singleElement().matches(BatchProgress::applicable);
    }

    /** The exchange is that of the queue, and apply-batch has put parameters into it by then. */
    @Test
    void shouldNotMindABatchThatIsJustBeingTakenFromTheQueue() {
        rows().open(key("b"), 1, AN_HOUR, AN_HOUR).pushes(key("b"), 1);
        template().sendBody("seda:apply-batch", key("other").parameters());

        assertThat(sweep()).singleElement().matches(BatchProgress::applicable);

        drain("apply-batch", Map.class);
    }

    /** Its recovery was refused, perhaps as it was too early, and must not wait for the batches before it. */
    @Test
    void shouldBringABatchThatIsDueThoughItWaitsForBeingApplied() {
        rows().open(key("b"), 2, AN_HOUR, A_SECOND_AGO).pushes(key("b"), 1);
        template().sendBody("seda:apply-batch", progress(key("b")));

        assertThat(sweep()).hasSize(1);
    }

    @Test
    void shouldLeaveABatchThatHasNoRecoveryAndWaitsForBeingClosed() {
        BatchKey availability = new BatchKey("p", EventType.RESOURCE_AVAILABILITY, "b");
        rows().open(availability, 2, AN_HOUR, A_SECOND_AGO).pushes(availability, 1);
        template().sendBody("seda:apply-batch", progress(availability));

        assertThat(sweep()).isEmpty();

        drain("apply-batch", BatchProgress.class);
        assertThat(sweep()).hasSize(1);
    }

    @Test
    void shouldBringABatchThatIsDue() {
        rows().open(key("b"), 2, AN_HOUR, A_SECOND_AGO).pushes(key("b"), 1);
        waitFor(key("b"));

        assertThat(sweep()).singleElement().satisfies(progress -> {
            assertThat(progress.applicable()).isFalse();
            assertThat(progress.deadline()).isInThePast();
        });
    }

    @Test
    void shouldBringAClosedBatchWithALatePush() {
        rows().closed(key("b"), 3, "INCOMPLETE", AN_HOUR).applied(key("b"), 1).pushes(key("b"), 2);

        assertThat(sweep()).singleElement().matches(BatchProgress::closed).matches(BatchProgress::applicable);
    }

    @Test
    void shouldLeaveClosedBatchesWithNothingToApply() {
        rows().closed(key("applied"), 1, "APPLIED", AN_HOUR).applied(key("applied"), 1);
        rows().closed(key("incomplete"), 2, "INCOMPLETE", AN_HOUR).applied(key("incomplete"), 1);

        assertThat(sweep()).isEmpty();
    }

    @Test
    void shouldBringEachOfManyOnce() {
        rows().open(key("unknown"), 2, AN_HOUR, AN_HOUR).pushes(key("unknown"), 1);
        rows().open(key("known"), 2, AN_HOUR, AN_HOUR).pushes(key("known"), 1);
        rows().open(key("complete"), 1, AN_HOUR, AN_HOUR).pushes(key("complete"), 1);
        rows().open(key("due"), 2, AN_HOUR, A_SECOND_AGO).pushes(key("due"), 1);
        rows().closed(key("late"), 3, "INCOMPLETE", AN_HOUR).pushes(key("late"), 2, 3);
        waitFor(key("known"));

        assertThat(sweep())
                .extracting(progress -> progress.key().batchId())
                .containsExactlyInAnyOrder("unknown", "complete", "due", "late");
    }

    @Test
    void shouldMeasureWhatIsOpen() {
        rows().open(key("young"), 2, AN_HOUR, AN_HOUR).pushes(key("young"), 1);
        rows().open(key("old"), 2, AN_HOUR.multipliedBy(3), AN_HOUR).pushes(key("old"), 1);
        rows().closed(key("closed"), 1, "APPLIED", AN_HOUR.multipliedBy(9)).applied(key("closed"), 1);

        sweep();

        assertThat(gauge("dragonpass.batches.open")).isEqualTo(2);
        assertThat(gauge("dragonpass.batches.open.oldest.age")).isBetween(3 * 3600.0, 3 * 3600.0 + 60);
    }

    /** Whoever closed them, and whether it lived to count them. */
    @Test
    void shouldMeasureWhatIsIncomplete() {
        rows().closed(key("one"), 2, "INCOMPLETE", AN_HOUR).applied(key("one"), 1);
        rows().closed(key("two"), 2, "INCOMPLETE", AN_HOUR).applied(key("two"), 2);
        rows().closed(key("applied"), 1, "APPLIED", AN_HOUR).applied(key("applied"), 1);
        rows().open(key("open"), 2, AN_HOUR, AN_HOUR).pushes(key("open"), 1);

        sweep();

        assertThat(gauge("dragonpass.batches.incomplete")).isEqualTo(2);
    }

    private List<BatchProgress> sweep() {
        Exchange exchange = template().send("direct:sweep-batches", e -> {});
        assertThat(exchange.getException()).isNull();
        return drain("assemble-batch", BatchProgress.class);
    }

    private void waitFor(BatchKey key) {
        Exchange waiting = new DefaultExchange(context());
        waiting.getMessage().setBody(progress(key));
        awaited().add(context(), key.correlationKey(), waiting);
    }

    private static BatchProgress progress(BatchKey key) {
        return new BatchProgress(key, 2, Sequences.NONE, Instant.now().plus(AN_HOUR), false);
    }

    private double gauge(String name) {
        return metrics().get(name).gauge().value();
    }

    private MemoryAggregationRepository awaited() {
        return bean("awaitedBatches", MemoryAggregationRepository.class);
    }

    private static BatchKey key(String batchId) {
        return new BatchKey("p", EventType.RESOURCE_METADATA, batchId);
    }
}
