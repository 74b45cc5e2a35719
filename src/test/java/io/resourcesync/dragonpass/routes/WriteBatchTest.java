package io.resourcesync.dragonpass.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Timer;
import io.resourcesync.dragonpass.batch.BatchKey;
import io.resourcesync.dragonpass.batch.EventType;
import io.resourcesync.dragonpass.testing.RouteTestSupport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.AdviceWith;
import org.apache.camel.test.junit5.CamelContextConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Applying a batch: in one transaction, a few pushes at a time, each exactly once. */
class WriteBatchTest extends RouteTestSupport {

    private static final BatchKey KEY = new BatchKey("p", EventType.RESOURCE_METADATA, "b");
    private static final Duration AN_HOUR = Duration.ofHours(1);
    private static final Duration A_SECOND_AGO = Duration.ofSeconds(-1);

    /** Shows what is sent to write-chunk on its way. */
    @Override
    public void configureContext(CamelContextConfiguration configuration) {
        super.configureContext(configuration);
        configuration.withMockEndpoints("direct:write-chunk");
    }

    @BeforeEach
    void forget() {
        getMockEndpoint("mock:direct:write-chunk").reset();
    }

    @Test
    void shouldWriteFivePushesAtATime() {
        rows().open(KEY, 12, AN_HOUR, AN_HOUR)
                .pushes(KEY, IntStream.rangeClosed(1, 12).toArray());

        Exchange exchange = write(KEY);

        assertThat(exchange.getVariable("changes")).isEqualTo(12);
        assertThat(getMockEndpoint("mock:direct:write-chunk").getReceivedExchanges())
                .extracting(chunk -> chunk.getVariable("pushes", List.class).size())
                .containsExactly(5, 5, 2);
        assertThat(rows().count("resource")).isEqualTo(12);
        assertThat(rows().count("push_message WHERE applied_at IS NULL")).isZero();
        assertThat(jdbc().queryForList("SELECT sequence FROM resource_change ORDER BY change_id", Integer.class))
                .isEqualTo(IntStream.rangeClosed(1, 12).boxed().toList());
        assertThat(rows().batch(KEY)).containsEntry("status", "APPLIED").containsEntry("closed_by", "PUSH");
    }

    /** By the figures of acknowledgements very many are in flight while each chunk is written. */
    @Test
    void shouldGiveWayBetweenChunksInTheSameTransaction() throws Exception {
        AtomicInteger waits = new AtomicInteger();
        AdviceWith.adviceWith(context(), "write-batch", advice -> advice.weaveById("wait-within-batch")
                .after()
                .process(exchange -> waits.incrementAndGet()));
        Timer acknowledgements = metrics().get("dragonpass.ack").timer();
        getMockEndpoint("mock:direct:write-chunk")
                .whenAnyExchangeReceived(exchange -> acknowledgements.record(Duration.ofHours(1)));
        rows().open(KEY, 12, AN_HOUR, AN_HOUR)
                .pushes(KEY, IntStream.rangeClosed(1, 11).toArray())
                .push(KEY, 12, "PUSH", "poison");

        assertThat(write(KEY).getException()).isNotNull();

        assertThat(waits).hasPositiveValue();
        assertThat(rows().count("resource_change")).isZero();
        assertThat(rows().batch(KEY)).containsEntry("status", "OPEN");
    }

    @ParameterizedTest
    @EnumSource
    void shouldWriteEachTopic(EventType topic) {
        BatchKey key = new BatchKey("p", topic, "b");
        rows().open(key, 1, AN_HOUR, AN_HOUR).pushes(key, 1);

        write(key);

        assertThat(jdbc().queryForList(
                                "SELECT entity || ' ' || change || ' ' || entity_id FROM resource_change",
                                String.class))
                .containsExactly(
                        switch (topic) {
                            case RESOURCE_METADATA -> "RESOURCE METADATA_UPDATED N1";
                            case TRANSPORT_HUB_METADATA -> "TRANSPORT_HUB METADATA_UPDATED N1";
                            case RESOURCE_AVAILABILITY -> "RESOURCE ADDED N1";
                        });
        assertThat(rows().count("resource")).isEqualTo(topic == EventType.TRANSPORT_HUB_METADATA ? 0 : 1);
        assertThat(rows().count("transport_hub")).isEqualTo(topic == EventType.TRANSPORT_HUB_METADATA ? 1 : 0);
    }

    @Test
    void shouldMarkPushesWithoutIds() {
        rows().open(KEY, 2, AN_HOUR, AN_HOUR)
                .push(KEY, 1, "PUSH", "{\"resources\":[]}")
                .push(KEY, 2, "PUSH", "{\"resources\":[]}");

        Exchange exchange = write(KEY);

        assertThat(exchange.getVariable("changes")).isEqualTo(0);
        assertThat(rows().count("push_message WHERE applied_at IS NULL")).isZero();
        assertThat(rows().count("resource_change")).isZero();
        assertThat(rows().batch(KEY)).containsEntry("status", "APPLIED");
    }

    @Test
    void shouldWriteNothingTwice() {
        rows().open(KEY, 1, AN_HOUR, AN_HOUR).pushes(KEY, 1);

        write(KEY);
        Exchange again = write(KEY);

        assertThat(again.getVariable("claim")).isEqualTo("none");
        assertThat(rows().count("resource_change")).isEqualTo(1);
    }

    @Test
    void shouldWriteAllOrNothing() {
        rows().open(KEY, 6, AN_HOUR, AN_HOUR)
                .pushes(KEY, IntStream.rangeClosed(1, 5).toArray())
                .push(KEY, 6, "PUSH", "poison");

        Exchange exchange = write(KEY);

        assertThat(exchange.getException()).isNotNull();
        assertThat(rows().count("resource_change")).isZero();
        assertThat(rows().count("resource")).isZero();
        assertThat(rows().count("push_message WHERE applied_at IS NOT NULL")).isZero();
        assertThat(rows().batch(KEY)).containsEntry("status", "OPEN").containsEntry("closed_at", null);
    }

    @Test
    void shouldNameWhatIsMissingAndApplyTheRest() {
        BatchKey key = new BatchKey("p", EventType.RESOURCE_AVAILABILITY, "b");
        rows().open(key, 7, AN_HOUR, A_SECOND_AGO).pushes(key, 1, 3, 4);

        write(key);

        assertThat(rows().batch(key))
                .containsEntry("status", "INCOMPLETE")
                .containsEntry("closed_by", "TIMEOUT")
                .containsEntry("missing", "2,5-7");
        assertThat(rows().count("resource")).isEqualTo(3);
    }

    @Test
    void shouldNameEverythingThatIsStillMissingAfterALatePush() {
        rows().closed(KEY, 4, "INCOMPLETE", AN_HOUR).applied(KEY, 1).pushes(KEY, 3);

        write(KEY);

        assertThat(rows().batch(KEY)).containsEntry("status", "INCOMPLETE").containsEntry("missing", "2,4");
        assertThat(rows().count("resource_change")).isEqualTo(1);
    }

    @Test
    void shouldTurnABatchAppliedThatALatePushMakesWhole() {
        rows().closed(KEY, 2, "INCOMPLETE", AN_HOUR).applied(KEY, 1).pushes(KEY, 2);

        write(KEY);

        assertThat(rows().batch(KEY))
                .containsEntry("status", "APPLIED")
                .containsEntry("closed_by", "LATE")
                .containsEntry("missing", null);
    }

    @Test
    void shouldTakeTheTurnThatAllNodesShare() {
        rows().open(KEY, 1, AN_HOUR, AN_HOUR).pushes(KEY, 1);
        Object before = jdbc().queryForObject("SELECT taken_at FROM apply_turn", Object.class);

        write(KEY);

        assertThat(jdbc().queryForObject("SELECT taken_at FROM apply_turn", Object.class))
                .isNotEqualTo(before);
    }

    private Exchange write(BatchKey key) {
        return call("write-batch", key, Map.of());
    }
}
