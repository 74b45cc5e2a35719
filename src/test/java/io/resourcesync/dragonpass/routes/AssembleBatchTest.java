package io.resourcesync.dragonpass.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resourcesync.dragonpass.batch.BatchKey;
import io.resourcesync.dragonpass.batch.BatchProgress;
import io.resourcesync.dragonpass.batch.EventType;
import io.resourcesync.dragonpass.batch.Sequences;
import io.resourcesync.dragonpass.testing.RouteTestSupport;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.processor.aggregate.MemoryAggregationRepository;
import org.apache.camel.test.junit5.CamelContextConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The aggregate: what it waits for, what it hands over to whom, and what it keeps meanwhile. */
class AssembleBatchTest extends RouteTestSupport {

    private static final int TOTAL = 3;

    private final BatchKey key =
            new BatchKey("p", EventType.RESOURCE_METADATA, UUID.randomUUID().toString());

    /** What is handed over stays in its queue, where the tests look at it. */
    @Override
    public void configureContext(CamelContextConfiguration configuration) {
        super.configureContext(configuration);
        configuration.withAutoStartupExcludePatterns("apply-batch,recover-batch");
    }

    @BeforeEach
    void forget() {
        MemoryAggregationRepository awaited = awaited();
        awaited.getKeys().forEach(k -> awaited.remove(context(), k, awaited.get(context(), k)));
        drain("apply-batch", BatchProgress.class);
        drain("recover-batch", BatchProgress.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1 2 3", "3 2 1", "2 3 1"})
    void shouldHandOverToApplyOnceEverySequenceIsThere(String order) {
        for (String sequence : order.split(" ")) {
            hint(inAnHour(), Integer.parseInt(sequence));
        }

        assertThat(handedOver("apply-batch"))
                .isEqualTo(progress(inAnHour(), 1, 2, 3).stored());
        assertThat(drain("recover-batch", BatchProgress.class)).isEmpty();
        assertThat(awaited().getKeys()).isEmpty();
    }

    @Test
    void shouldHandOverToApplyWhatTheSweepFoundComplete() {
        hint(inAnHour(), 1, 2, 3);

        assertThat(handedOver("apply-batch")).isNotNull();
    }

    @Test
    void shouldHandOverToApplyALatePushAtOnce() {
        send(new BatchProgress(key, TOTAL, Sequences.of(List.of(2)), Instant.now(), true));

        assertThat(handedOver("apply-batch")).isEqualTo(Sequences.of(List.of(2)));
    }

    @Test
    void shouldHandOverToRecoverAtTheDeadlineAndNotBefore() {
        Instant deadline = Instant.now().plusMillis(1000);
        hint(deadline, 1);
        hint(deadline, 3);

        BatchProgress due = consumer().receiveBody("seda:recover-batch", 5_000, BatchProgress.class);

        assertThat(Instant.now()).isAfterOrEqualTo(deadline);
        assertThat(due.missing()).isEqualTo("2");
        assertThat(drain("apply-batch", BatchProgress.class)).isEmpty();
        assertThat(awaited().getKeys()).isEmpty();
    }

    @Test
    void shouldHandOverAtOnceWhatIsOverdue() {
        hint(Instant.now().minusSeconds(60), 1);

        assertThat(handedOver("recover-batch")).isNotNull();
    }

    /** However long the consumers of recover-batch wait for the API: here they do not run at all. */
    @Test
    void shouldHandOverToApplyWhatIsDueAndCannotBeRecovered() {
        BatchKey availability = new BatchKey("p", EventType.RESOURCE_AVAILABILITY, key.batchId());
        Instant deadline = Instant.now().plusMillis(500);
        send(new BatchProgress(availability, TOTAL, Sequences.of(List.of(1)), deadline, false));

        BatchProgress due = consumer().receiveBody("seda:apply-batch", 5_000, BatchProgress.class);

        assertThat(Instant.now()).isAfterOrEqualTo(deadline);
        assertThat(due.key()).isEqualTo(availability);
        assertThat(due.missing()).isEqualTo("2-3");
        assertThat(drain("recover-batch", BatchProgress.class)).isEmpty();
    }

    @Test
    void shouldWaitForALaterDeadlineOnceItIsKnown() {
        Instant later = Instant.now().plusMillis(1500);
        hint(Instant.now().plusMillis(1000), 1);
        hint(later, 1);

        assertThat(handedOver("recover-batch")).isNotNull();
        assertThat(Instant.now()).isAfterOrEqualTo(later);
    }

    @Test
    void shouldFollowADeadlineThatWasMovedForwardInSql() {
        hint(inAnHour(), 1);
        hint(Instant.now().plusMillis(100), 2);

        assertThat(handedOver("recover-batch")).isNotNull();
    }

    @Test
    void shouldSurviveDuplicates() {
        for (int i = 0; i < 10; i++) {
            hint(inAnHour(), 1);
            hint(inAnHour(), 1, 2);
        }

        await().untilAsserted(() -> assertThat(waiting().missing()).isEqualTo("3"));
        assertThat(drain("apply-batch", BatchProgress.class)).isEmpty();

        hint(inAnHour(), 3);

        assertThat(handedOver("apply-batch").size()).isEqualTo(TOTAL);
    }

    @Test
    void shouldTellBatchesApart() {
        BatchKey hubs = new BatchKey(key.programId(), EventType.TRANSPORT_HUB_METADATA, key.batchId());
        hint(inAnHour(), 1, 2);
        send(new BatchProgress(hubs, TOTAL, Sequences.of(List.of(3)), inAnHour(), false));

        await().untilAsserted(() -> assertThat(awaited().getKeys()).hasSize(2));
        assertThat(drain("apply-batch", BatchProgress.class)).isEmpty();
    }

    @Test
    void shouldKeepNothingButTheProgress() {
        template().send("seda:assemble-batch", exchange -> {
            exchange.getMessage().setBody(progress(inAnHour(), 1));
            exchange.getMessage().setHeader("payload", "{}");
            exchange.setVariable("payload", "{}");
            exchange.setProperty("payload", "{}");
        });

        await().untilAsserted(() -> assertThat(awaited().getKeys()).hasSize(1));
        Exchange waiting = awaited().get(context(), key.correlationKey());
        assertThat(waiting.getMessage().getBody()).isInstanceOf(BatchProgress.class);
        assertThat(waiting.getMessage().getHeaders()).isEmpty();
        assertThat(waiting.getVariables()).isEmpty();
        assertThat(waiting.getProperties()).doesNotContainKey("payload");
    }

    @Test
    void shouldWaitForABatchAgainAfterItWasHandedOver() {
        hint(Instant.now().minusSeconds(1), 1);
        assertThat(handedOver("recover-batch")).isNotNull();

        hint(inAnHour(), 1, 2);
        await().untilAsserted(() -> assertThat(awaited().getKeys()).hasSize(1));
        hint(inAnHour(), 3);

        assertThat(handedOver("apply-batch").size()).isEqualTo(TOTAL);
    }

    private void hint(Instant deadline, Integer... stored) {
        send(progress(deadline, stored));
    }

    private void send(BatchProgress progress) {
        template().sendBody("seda:assemble-batch", progress);
    }

    private BatchProgress progress(Instant deadline, Integer... stored) {
        return new BatchProgress(key, TOTAL, Sequences.of(Arrays.asList(stored)), deadline, false);
    }

    private static Instant inAnHour() {
        return Instant.now().plus(Duration.ofHours(1));
    }

    private Sequences handedOver(String queue) {
        BatchProgress progress = consumer().receiveBody("seda:" + queue, 5_000, BatchProgress.class);
        assertThat(progress).as("what waits in %s", queue).isNotNull();
        assertThat(progress.key()).isEqualTo(key);
        return progress.stored();
    }

    private BatchProgress waiting() {
        return awaited().get(context(), key.correlationKey()).getMessage().getBody(BatchProgress.class);
    }

    private MemoryAggregationRepository awaited() {
        return bean("awaitedBatches", MemoryAggregationRepository.class);
    }
}
