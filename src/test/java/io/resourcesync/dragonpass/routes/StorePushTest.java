package io.resourcesync.dragonpass.routes;

import static io.resourcesync.dragonpass.testing.PushBuilder.metadata;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.resourcesync.dragonpass.testing.PushBuilder;
import io.resourcesync.dragonpass.testing.RouteTestSupport;
import io.resourcesync.dragonpass.testing.Together;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Storing a push once, however many come at the same moment. */
class StorePushTest extends RouteTestSupport {

    /** Without a spool a push that the database cannot take must be refused. */
    @Override
    protected Map<String, String> settings() {
        return Map.of("spool.max-bytes", "0");
    }

    private static final int AT_ONCE = 8;

    @Test
    void shouldOpenABatchWithItsFirstPush() {
        Exchange exchange = store(metadata("N1").batch("b").sequence(2, 3));

        assertThat(outcome(exchange)).isEqualTo("stored");
        assertThat(jdbc().queryForMap("SELECT status, total_sequence, recovery_attempts FROM push_batch"))
                .containsEntry("status", "OPEN")
                .containsEntry("total_sequence", 3)
                .containsEntry("recovery_attempts", 0);
        assertThat(jdbc().queryForObject(
                                "SELECT count(*) FROM push_batch WHERE deadline_at = opened_at + INTERVAL '15' MINUTE",
                                Integer.class))
                .isEqualTo(1);
    }

    @Test
    void shouldNotMoveTheDeadlineByALaterPush() {
        store(metadata("N1").batch("b").sequence(1, 3));
        Object deadline = jdbc().queryForObject("SELECT deadline_at FROM push_batch", Object.class);

        store(metadata("N1").batch("b").sequence(2, 3));

        assertThat(jdbc().queryForObject("SELECT deadline_at FROM push_batch", Object.class))
                .isEqualTo(deadline);
    }

    @Test
    void shouldKeepWhereAPushCameFrom() {
        send("RECOVERY", metadata("N1").json());

        assertThat(jdbc().queryForObject("SELECT source FROM push_message", String.class))
                .isEqualTo("RECOVERY");
    }

    @Test
    void shouldTellApartWhatDiffersInABlankOrInCase() {
        for (String batch : List.of("b", "b ", " b", "B")) {
            store(metadata("N1").batch(batch));
        }

        assertThat(rows().count("push_batch")).isEqualTo(4);
    }

    @Test
    void shouldAnswerUnavailableWhenTheDatabaseCannotStoreIt() {
        jdbc().execute("ALTER TABLE push_message RENAME TO out_of_order");
        try {
            Exchange exchange = store(metadata("N1"));

            assertThat(exchange.getException()).isNull();
            assertThat(status(exchange)).isEqualTo(503);
            assertThat(exchange.getMessage().getHeader("Retry-After")).isEqualTo("5");
            assertThat(acknowledged(exchange)).isNull();
        } finally {
            jdbc().execute("ALTER TABLE out_of_order RENAME TO push_message");
        }
        assertThat(rows().count("push_batch")).isZero();
    }

    /** Each opens the batch for the others: the database refuses all but one, and these try again. */
    @RepeatedTest(5)
    void shouldStoreTheFirstPushesOfABatchThatComeAtOnce() throws Exception {
        List<Exchange> exchanges =
                Together.run(AT_ONCE, i -> store(metadata("N" + i).batch("b").sequence(i + 1, AT_ONCE + 1)));

        assertThat(exchanges).extracting(StorePushTest::outcome).containsOnly("stored");
        assertThat(exchanges).extracting(StorePushTest::acknowledged).doesNotContainNull();
        assertThat(rows().count("push_message")).isEqualTo(AT_ONCE);
        assertThat(rows().count("push_batch")).isEqualTo(1);
    }

    @RepeatedTest(5)
    void shouldStoreOneOfTheSamePushesThatComeAtOnce() throws Exception {
        List<Exchange> exchanges =
                Together.run(AT_ONCE, i -> store(metadata("N1").batch("b").sequence(1, 2)));

        assertThat(exchanges).extracting(StorePushTest::outcome).containsOnlyOnce("stored");
        assertThat(exchanges).extracting(StorePushTest::outcome).containsOnly("stored", "duplicate");
        assertThat(exchanges)
                .extracting(StorePushTest::acknowledged)
                .containsOnly("{\"batchId\":\"b\",\"sequence\":1,\"status\":\"success\"}");
        assertThat(rows().count("push_message")).isEqualTo(1);
    }

    @RepeatedTest(3)
    void shouldLetOneContentStayOfMoreThatComeAtOnce() throws Exception {
        List<Exchange> exchanges =
                Together.run(AT_ONCE, i -> store(metadata("N" + i).batch("b").sequence(1, 2)));

        assertThat(exchanges).extracting(StorePushTest::outcome).containsOnlyOnce("stored");
        assertThat(exchanges).filteredOn(e -> acknowledged(e) != null).hasSize(1);
        assertThat(exchanges).filteredOn(e -> status(e) == 409).hasSize(AT_ONCE - 1);
        assertThat(rows().count("push_message")).isEqualTo(1);
        assertThat(rows().count("quarantine")).isEqualTo(AT_ONCE - 1);
    }

    @RepeatedTest(3)
    void shouldLetOneTotalStayOfMoreThatComeAtOnce() throws Exception {
        List<Exchange> exchanges =
                Together.run(AT_ONCE, i -> store(metadata("N1").batch("b").sequence(i + 1, AT_ONCE + i)));

        assertThat(exchanges).filteredOn(e -> acknowledged(e) != null).hasSize(1);
        assertThat(exchanges).filteredOn(e -> status(e) == 409).hasSize(AT_ONCE - 1);
        assertThat(rows().count("push_message")).isEqualTo(1);
    }

    /** A check that the product knows nothing of stands for whatever a database may have against a row. */
    @RepeatedTest(3)
    void shouldStoreTheOthersWhenTheDatabaseRefusesOne() throws Exception {
        jdbc().execute("ALTER TABLE push_message ADD CONSTRAINT no_bad_batch CHECK (batch_id <> 'bad')");
        try {
            List<Exchange> exchanges = Together.run(
                    AT_ONCE,
                    i -> store(metadata("N" + i).batch(i == 3 ? "bad" : "b").sequence(i + 1, AT_ONCE)));

            assertThat(exchanges).filteredOn(e -> acknowledged(e) != null).hasSize(AT_ONCE - 1);
            assertThat(exchanges).filteredOn(e -> status(e) == 503).hasSize(1);
        } finally {
            jdbc().execute("ALTER TABLE push_message DROP CONSTRAINT no_bad_batch");
        }
        assertThat(rows().count("push_message")).isEqualTo(AT_ONCE - 1);
        assertThat(rows().count("push_batch")).isEqualTo(1);
    }

    /** Each is answered and counted, whichever of them writes the row. */
    @RepeatedTest(3)
    void shouldCountEachOfTheSameRejectedPushesThatComeAtOnce() throws Exception {
        List<Exchange> exchanges = Together.run(AT_ONCE, i -> reject());

        assertThat(exchanges).extracting(StorePushTest::status).containsOnly(422);
        assertThat(jdbc().queryForObject("SELECT times_seen FROM quarantine", Integer.class))
                .isEqualTo(AT_ONCE);
    }

    @Test
    void shouldAnswerUnavailableWhenARejectedPushCannotBeKept() {
        jdbc().execute("ALTER TABLE quarantine RENAME TO out_of_order");
        try {
            assertThat(status(reject())).isEqualTo(503);
        } finally {
            jdbc().execute("ALTER TABLE out_of_order RENAME TO quarantine");
        }
    }

    private Exchange reject() {
        return send("PUSH", "{\"eventType\":1}");
    }

    private Exchange store(PushBuilder builder) {
        return send("PUSH", builder.json());
    }

    private Exchange send(String source, String body) {
        return template().send("direct:route-event", exchange -> {
            exchange.setVariable("source", source);
            exchange.setVariable("topic", "unknown");
            exchange.getMessage().setBody(body.getBytes(UTF_8));
        });
    }

    private static Object outcome(Exchange exchange) {
        return exchange.getVariable("outcome");
    }

    /** The acknowledgement that the sender gets, or null. */
    private static String acknowledged(Exchange exchange) {
        ByteBuffer json = exchange.getVariable("acknowledgement", ByteBuffer.class);
        return json == null ? null : UTF_8.decode(json.duplicate()).toString();
    }

    /** Of the answer to a push that was refused. */
    private static int status(Exchange exchange) {
        return exchange.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, 0, Integer.class);
    }
}
