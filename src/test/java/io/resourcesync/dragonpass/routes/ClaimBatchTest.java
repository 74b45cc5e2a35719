package io.resourcesync.dragonpass.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.resourcesync.dragonpass.batch.BatchKey;
import io.resourcesync.dragonpass.batch.EventType;
import io.resourcesync.dragonpass.testing.RouteTestSupport;
import io.resourcesync.dragonpass.testing.Together;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;

/** Why a batch may be applied, as SQL decides it. */
class ClaimBatchTest extends RouteTestSupport {

    private static final BatchKey METADATA = new BatchKey("p", EventType.RESOURCE_METADATA, "b");
    private static final BatchKey AVAILABILITY = new BatchKey("p", EventType.RESOURCE_AVAILABILITY, "b");

    private static final Duration AN_HOUR = Duration.ofHours(1);
    private static final Duration A_SECOND_AGO = Duration.ofSeconds(-1);

    @Test
    void shouldClaimACompleteBatch() {
        rows().open(METADATA, 2, AN_HOUR, AN_HOUR).pushes(METADATA, 1, 2);

        assertThat(claim(METADATA)).isEqualTo("complete");

        assertThat(rows().batch(METADATA)).containsEntry("status", "APPLIED").containsEntry("closed_by", "PUSH");
        assertThat(rows().batch(METADATA).get("closed_at")).isNotNull();
    }

    @Test
    void shouldNameRecoveryWhenOneOfItsPushesCameByIt() {
        rows().open(METADATA, 2, AN_HOUR, AN_HOUR)
                .pushes(METADATA, 1)
                .push(METADATA, 2, "RECOVERY", "{\"resources\":[]}");

        assertThat(claim(METADATA)).isEqualTo("complete");

        assertThat(rows().batch(METADATA)).containsEntry("closed_by", "RECOVERY");
    }

    @Test
    void shouldClaimACompleteBatchThatIsOverdue() {
        rows().open(AVAILABILITY, 1, AN_HOUR, A_SECOND_AGO).pushes(AVAILABILITY, 1);

        assertThat(claim(AVAILABILITY)).isEqualTo("complete");
    }

    @Test
    void shouldLeaveABatchThatIsNotDue() {
        rows().open(AVAILABILITY, 2, AN_HOUR, AN_HOUR).pushes(AVAILABILITY, 1);

        assertThat(claim(AVAILABILITY)).isEqualTo("none");

        assertThat(rows().batch(AVAILABILITY)).containsEntry("status", "OPEN");
    }

    @Test
    void shouldCloseABatchOfATopicThatCannotBeRecovered() {
        rows().open(AVAILABILITY, 2, AN_HOUR, A_SECOND_AGO).pushes(AVAILABILITY, 1);

        assertThat(claim(AVAILABILITY)).isEqualTo("expired");

        assertThat(rows().batch(AVAILABILITY))
                .containsEntry("status", "INCOMPLETE")
                .containsEntry("closed_by", "TIMEOUT");
    }

    @Test
    void shouldLeaveABatchThatCanStillBeRecovered() {
        rows().open(METADATA, 2, Duration.ofHours(47), A_SECOND_AGO).pushes(METADATA, 1);

        assertThat(claim(METADATA)).isEqualTo("none");
    }

    @Test
    void shouldCloseABatchWhoseWindowHasClosed() {
        rows().open(METADATA, 2, Duration.ofHours(49), A_SECOND_AGO).pushes(METADATA, 1);

        assertThat(claim(METADATA)).isEqualTo("expired");
    }

    @Test
    void shouldClaimAClosedBatchForALatePush() {
        rows().closed(METADATA, 3, "INCOMPLETE", AN_HOUR).applied(METADATA, 1).pushes(METADATA, 2);

        assertThat(claim(METADATA)).isEqualTo("late");

        assertThat(rows().batch(METADATA)).containsEntry("status", "INCOMPLETE");
    }

    @Test
    void shouldLeaveAClosedBatchWithNothingToApply() {
        rows().closed(METADATA, 3, "INCOMPLETE", AN_HOUR).applied(METADATA, 1);

        assertThat(claim(METADATA)).isEqualTo("none");
    }

    @Test
    void shouldLeaveAnAppliedBatch() {
        rows().closed(METADATA, 1, "APPLIED", AN_HOUR).applied(METADATA, 1);

        assertThat(claim(METADATA)).isEqualTo("none");
    }

    @Test
    void shouldLeaveABatchThatIsGone() {
        assertThat(claim(METADATA)).isEqualTo("none");
    }

    @Test
    void shouldClaimNoOtherBatch() {
        BatchKey other = new BatchKey("q", EventType.RESOURCE_METADATA, "b");
        rows().open(METADATA, 1, AN_HOUR, AN_HOUR).pushes(METADATA, 1);
        rows().open(other, 1, AN_HOUR, AN_HOUR).pushes(other, 1);
        rows().open(AVAILABILITY, 1, AN_HOUR, AN_HOUR).pushes(AVAILABILITY, 1);

        claim(METADATA);

        assertThat(rows().batch(other)).containsEntry("status", "OPEN");
        assertThat(rows().batch(AVAILABILITY)).containsEntry("status", "OPEN");
    }

    @Test
    void shouldLetOneOfManyWin() throws Exception {
        rows().open(METADATA, 1, AN_HOUR, AN_HOUR).pushes(METADATA, 1);

        List<Exchange> claims = Together.run(8, i -> call("claim-batch", METADATA, Map.of()));

        // A database may also refuse a loser, who then tries again.
        assertThat(claims)
                .filteredOn(exchange -> !exchange.isFailed())
                .extracting(exchange -> exchange.getVariable("claim"))
                .containsOnlyOnce("complete");
    }

    private Object claim(BatchKey key) {
        Exchange exchange = call("claim-batch", key, Map.of());
        assertThat(exchange.getException()).isNull();
        return exchange.getVariable("claim");
    }
}
