package io.resourcesync.dragonpass.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.resourcesync.dragonpass.batch.BatchKey;
import io.resourcesync.dragonpass.batch.EventType;
import io.resourcesync.dragonpass.testing.RouteTestSupport;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.stream.IntStream;
import org.apache.camel.Exchange;
import org.apache.camel.test.junit5.CamelContextConfiguration;
import org.junit.jupiter.api.Test;

/** What is deleted after the retention of 30 days, and what never is. */
class PurgeExpiredTest extends RouteTestSupport {

    private static final Duration OLD = Duration.ofDays(31);
    private static final Duration YOUNG = Duration.ofDays(29);

    /** A call in place of the scheduler. */
    @Override
    public void configureContext(CamelContextConfiguration configuration) {
        super.configureContext(configuration);
        configuration.replaceRouteFromWith("purge-expired", "direct:purge-expired");
    }

    @Test
    void shouldDeleteClosedBatchesWithTheirPushes() {
        rows().closed(key("applied"), 2, "APPLIED", OLD).applied(key("applied"), 1, 2);
        rows().closed(key("incomplete"), 2, "INCOMPLETE", OLD).applied(key("incomplete"), 1);
        rows().closed(key("empty"), 2, "INCOMPLETE", OLD);

        purge();

        assertThat(rows().count("push_batch")).isZero();
        assertThat(rows().count("push_message")).isZero();
    }

    @Test
    void shouldDeleteMoreThanOneStatementReads() {
        IntStream.range(0, 250)
                .forEach(i -> rows().closed(key("b" + i), 1, "APPLIED", OLD).applied(key("b" + i), 1));

        purge();

        assertThat(rows().count("push_batch")).isZero();
        assertThat(rows().count("push_message")).isZero();
    }

    @Test
    void shouldDeleteOnceItsRouteIsStartedAgain() throws Exception {
        context().getRouteController().stopRoute("purge-expired");
        context().getRouteController().startRoute("purge-expired");
        rows().closed(key("b"), 1, "APPLIED", OLD).applied(key("b"), 1);

        purge();

        assertThat(rows().count("push_batch")).isZero();
    }

    @Test
    void shouldKeepYoungBatches() {
        rows().closed(key("young"), 1, "APPLIED", YOUNG).applied(key("young"), 1);

        purge();

        assertThat(rows().count("push_batch")).isEqualTo(1);
        assertThat(rows().count("push_message")).isEqualTo(1);
    }

    @Test
    void shouldKeepOpenBatchesOfAnyAge() {
        rows().open(key("open"), 2, OLD.multipliedBy(10), OLD.negated()).pushes(key("open"), 1);

        purge();

        assertThat(rows().count("push_batch")).isEqualTo(1);
        assertThat(rows().count("push_message")).isEqualTo(1);
    }

    @Test
    void shouldKeepABatchWithALatePushThatIsNotAppliedYet() {
        rows().closed(key("late"), 3, "INCOMPLETE", OLD).applied(key("late"), 1).pushes(key("late"), 2);

        purge();

        assertThat(rows().count("push_batch")).isEqualTo(1);
        assertThat(rows().count("push_message")).isEqualTo(2);
    }

    @Test
    void shouldDeleteOnlyWhatIsOld() {
        rows().closed(key("old"), 1, "APPLIED", OLD).applied(key("old"), 1);
        rows().closed(key("young"), 1, "APPLIED", YOUNG).applied(key("young"), 1);

        purge();

        assertThat(rows().batch(key("young"))).containsEntry("status", "APPLIED");
        assertThat(rows().count("push_batch")).isEqualTo(1);
    }

    @Test
    void shouldDeleteQuarantineThatWasNotSeenForLong() {
        IntStream.range(0, 1100).forEach(i -> quarantined("old" + i, OLD));
        quarantined("young", YOUNG);

        purge();

        assertThat(jdbc().queryForList("SELECT payload_hash FROM quarantine", String.class))
                .containsExactly("young");
    }

    @Test
    void shouldKeepStateAndChanges() {
        jdbc().update("INSERT INTO resource (program_id, module, resource_id, available, availability_updated_at)"
                + " VALUES ('p', 1, 'N1', TRUE, TIMESTAMP '2001-01-01 00:00:00+0:00')");
        jdbc().update("INSERT INTO transport_hub (program_id, transport_hub_id, metadata_updated_at, metadata_batch_id,"
                + " metadata_sequence) VALUES ('p', 'A1', TIMESTAMP '2001-01-01 00:00:00+0:00', 'b', 1)");
        jdbc().update(
                        "INSERT INTO resource_change (program_id, entity, module, entity_id, change, updated_at, event_type,"
                                + " batch_id, sequence, superseded, recorded_at) VALUES ('p', 'RESOURCE', 1, 'N1', 'ADDED',"
                                + " TIMESTAMP '2001-01-01 00:00:00+0:00', 'resource.availability.changed', 'b', 1, FALSE,"
                                + " TIMESTAMP '2001-01-01 00:00:00+0:00')");

        purge();

        assertThat(rows().count("resource")).isEqualTo(1);
        assertThat(rows().count("transport_hub")).isEqualTo(1);
        assertThat(rows().count("resource_change")).isEqualTo(1);
    }

    private void purge() {
        Exchange exchange = template().send("direct:purge-expired", e -> {});
        assertThat(exchange.getException()).isNull();
    }

    private void quarantined(String hash, Duration seenAgo) {
        OffsetDateTime seen = OffsetDateTime.now().minus(seenAgo);
        jdbc().update(
                        "INSERT INTO quarantine (payload_hash, reason, detail, payload, times_seen, first_seen_at, last_seen_at)"
                                + " VALUES (?, 'INVALID', 'd', ?, 1, ?, ?)",
                        hash,
                        new byte[] {'{'},
                        seen,
                        seen);
    }

    private static BatchKey key(String batchId) {
        return new BatchKey("p", EventType.RESOURCE_METADATA, batchId);
    }
}
