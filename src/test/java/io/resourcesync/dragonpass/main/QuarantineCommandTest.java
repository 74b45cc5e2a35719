package io.resourcesync.dragonpass.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resourcesync.dragonpass.testing.PushBuilder;
import io.resourcesync.dragonpass.testing.SyncApp;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The command {@code quarantine} against the running application, over its management port. */
@Tag("database")
class QuarantineCommandTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private SyncApp app;

    @BeforeEach
    void start() {
        app = SyncApp.start(Map.of("quarantine.max-rows", "3", "quarantine.trim", "100ms"));
    }

    @AfterEach
    void stop() {
        app.close();
    }

    private int quarantine(String... arguments) {
        out.reset();
        err.reset();
        return new QuarantineCommand(
                        app.management(),
                        new PrintStream(out, true),
                        new PrintStream(err, true, StandardCharsets.UTF_8))
                .run(List.of(arguments));
    }

    private Object idOf(String reason) {
        return app.query("SELECT quarantine_id FROM quarantine WHERE reason = ?", reason)
                .get(0)
                .get("quarantine_id");
    }

    @Test
    void shouldListAndShowWhatIsKept() {
        app.push("{\"a\":1,\"a\":2}");
        app.push(PushBuilder.metadata("N1").sequence(0, 1).json());

        assertThat(quarantine("list")).isZero();
        assertThat(out.toString())
                .contains("NOT_JSON", "INVALID", "\"payloadBytes\" : 13")
                .doesNotContain("\"payload\"");
        assertThat(quarantine("list", "not-json")).isZero();
        assertThat(out.toString()).contains("NOT_JSON").doesNotContain("INVALID");
        assertThat(quarantine("show", String.valueOf(idOf("NOT_JSON")))).isZero();
        assertThat(out.toString()).contains("\"payload\" : \"{\\\"a\\\":1,\\\"a\\\":2}\"");
    }

    @Test
    void shouldReplayWhatIsAcceptableByNow() {
        app.push(PushBuilder.metadata("N1").batch("b").sequence(1, 3).json());
        app.push(PushBuilder.metadata("N2").batch("b").sequence(2, 2).json());
        app.jdbc().update("UPDATE push_batch SET total_sequence = 2");

        assertThat(quarantine("replay", String.valueOf(idOf("CONFLICTING_TOTAL"))))
                .isZero();

        assertThat(out.toString()).contains("\"outcome\" : \"stored\"");
        assertThat(app.query("SELECT source FROM push_message WHERE sequence = 2"))
                .containsExactly(Map.of("source", "REPLAY"));
        assertThat(app.query("SELECT replayed_at FROM quarantine WHERE replayed_at IS NOT NULL"))
                .hasSize(1);
    }

    /** Its sequence is free again, but its content had lost: stored as new it would undo what was applied. */
    @Test
    void shouldNotReplayWhatLostInABatchThatIsPurged() {
        app.push(PushBuilder.metadata("N1").batch("b").sequence(1, 2).json());
        app.push(PushBuilder.metadata("N2").batch("b").sequence(1, 2).json());
        app.push(PushBuilder.metadata("N2").batch("b").sequence(2, 3).json());
        app.push("{");
        app.jdbc().update("DELETE FROM push_message");
        app.jdbc().update("DELETE FROM push_batch");
        Object lastSeen = lastSeen("CONFLICTING_CONTENT");

        assertThat(quarantine("replay", "all")).isZero();
        assertThat(out.toString())
                .containsSubsequence(
                        "\"outcome\" : \"batch-purged\"", "\"outcome\" : \"stored\"", "\"outcome\" : \"not-json\"");
        // That of the other total has opened the batch anew, but not the one in which this had lost.
        assertThat(quarantine("replay", "conflicting-content")).isZero();
        assertThat(out.toString()).contains("\"outcome\" : \"batch-purged\"");

        assertThat(app.query("SELECT sequence FROM push_message")).containsExactly(Map.of("sequence", 2));
        assertThat(lastSeen("CONFLICTING_CONTENT")).isEqualTo(lastSeen);
    }

    private Object lastSeen(String reason) {
        return app.query("SELECT last_seen_at FROM quarantine WHERE reason = ?", reason);
    }

    @Test
    void shouldNotLetAPayloadCommandTheTerminal() {
        app.push("{\u009b2J");

        assertThat(quarantine("show", String.valueOf(idOf("NOT_JSON")))).isZero();
        assertThat(out.toString()).contains("{\\u009b2J").doesNotContain("\u009b");
    }

    @Test
    void shouldReplayManyAndKeepWhatIsRefusedAgain() {
        app.push("{");
        app.push("[");

        assertThat(quarantine("replay", "not-json")).isZero();
        assertThat(out.toString()).containsPattern("(?s)not-json.*not-json");
        assertThat(quarantine("replay", "all")).isZero();

        assertThat(app.query("SELECT times_seen FROM quarantine"))
                .containsExactly(Map.of("times_seen", 3), Map.of("times_seen", 3));
    }

    @Test
    void shouldDropTheOldestBeyondTheBoundAndCountThem() {
        for (int i = 0; i < 5; i++) {
            app.push("no json " + i);
        }

        await().untilAsserted(() -> assertThat(app.query("SELECT payload FROM quarantine"))
                .extracting(row -> new String((byte[]) row.get("payload"), StandardCharsets.UTF_8))
                .containsExactlyInAnyOrder("no json 2", "no json 3", "no json 4"));
        assertThat(app.observe("/observe/metrics").body()).contains("dragonpass_quarantine_trimmed_total");
    }

    @Test
    void shouldSayWhatIsWrong() {
        for (String command : List.of("show", "replay")) {
            assertThat(quarantine(command, "4711")).isEqualTo(1);
            assertThat(err.toString()).contains("no quarantined event has this id");
        }
        assertThat(quarantine("drop")).isEqualTo(2);
        assertThat(new QuarantineCommand(URI.create("http://127.0.0.1:9"), System.out, new PrintStream(err, true))
                        .run(List.of("list")))
                .isEqualTo(1);
        assertThat(err.toString()).contains("Nothing answers at http://127.0.0.1:9");
    }

    /** Whatever an operator's query is called, the statement stays the same. */
    @Test
    void shouldIgnoreHostileParameters() {
        app.push("{");

        var answer = app.observe("/observe/quarantine?CamelSqlQuery=DROP%20TABLE%20quarantine&limit=1");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().map().keySet()).doesNotContain("camelsqlquery", "limit");
        assertThat(app.observe("/observe/quarantine?limit=many").statusCode()).isEqualTo(400);
        assertThat(app.query("SELECT * FROM quarantine")).hasSize(1);
    }
}
