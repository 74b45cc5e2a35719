package io.resourcesync.dragonpass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resourcesync.dragonpass.testing.PushBuilder;
import io.resourcesync.dragonpass.testing.SyncApp;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From a push over HTTP to rows in SQL, for each topic. */
@Tag("database")
class PipelineTest {

    private static SyncApp app;

    @BeforeAll
    static void start() {
        app = SyncApp.start(Map.of());
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @Test
    void shouldAcknowledgeExactlyAsTheContractSays() {
        var answer = app.push(PushBuilder.metadata("N1").batch("ack").json());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"batchId\":\"ack\",\"sequence\":1,\"status\":\"success\"}");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    }

    @Test
    void shouldApplyABatchOnceEverySequenceIsThereWhateverTheOrder() {
        app.push(PushBuilder.metadata("N3")
                .batch("order")
                .program("p1")
                .sequence(3, 3)
                .json());
        app.push(PushBuilder.metadata("N1")
                .batch("order")
                .program("p1")
                .sequence(1, 3)
                .json());
        assertThat(app.query("SELECT * FROM resource WHERE program_id = 'p1'")).isEmpty();
        app.push(PushBuilder.metadata("N2")
                .batch("order")
                .program("p1")
                .sequence(2, 3)
                .json());

        await().untilAsserted(() -> assertThat(status("order")).isEqualTo("APPLIED"));
        assertThat(app.query("SELECT resource_id FROM resource WHERE program_id = 'p1' ORDER BY resource_id"))
                .extracting(row -> row.get("resource_id"))
                .containsExactly("N1", "N2", "N3");
    }

    /** Nothing that was stored is ever given up: it is tried again with every sweep. */
    @Test
    void shouldGoOnWithOtherBatchesWhenOneCannotBeApplied() {
        app.push(PushBuilder.metadata("N1").batch("poison").sequence(1, 2).json());
        app.jdbc().update("UPDATE push_message SET payload = 'poison' WHERE batch_id = 'poison'");
        app.push(PushBuilder.metadata("N2").batch("poison").sequence(2, 2).json());
        app.push(PushBuilder.metadata("N3").batch("healthy").sequence(1, 1).json());

        await().untilAsserted(() -> assertThat(status("healthy")).isEqualTo("APPLIED"));
        await().untilAsserted(() -> assertThat(app.observe("/observe/metrics").body())
                .containsPattern("dragonpass_failures_total\\{[^}]*route=\"apply-batch\""));
        assertThat(status("poison")).isEqualTo("OPEN");
        assertThat(app.query("SELECT entity_id FROM resource_change WHERE batch_id = 'poison'"))
                .isEmpty();

        app.jdbc().update("UPDATE push_message SET payload = '{\"resources\":[\"N1\"]}' WHERE payload = 'poison'");

        await().untilAsserted(() -> assertThat(status("poison")).isEqualTo("APPLIED"));
    }

    @Test
    void shouldKeepTheNewestAvailability() {
        availability("new", "2025-02-01T00:00:00Z", List.of("N1"), List.of("N2"));
        availability("old", "2025-01-01T00:00:00Z", List.of("N2"), List.of("N1"));

        assertThat(app.query("SELECT resource_id, available FROM resource WHERE program_id = 'p2' ORDER BY 1"))
                .extracting(row -> row.get("resource_id") + "=" + row.get("available"))
                .containsExactly("N1=true", "N2=false");
        assertThat(app.query("SELECT batch_id, superseded FROM resource_change WHERE program_id = 'p2' ORDER BY 1"))
                .extracting(row -> row.get("batch_id") + "=" + row.get("superseded"))
                .containsExactly("new=false", "new=false", "old=true", "old=true");
    }

    private static void availability(String batch, String at, List<String> added, List<String> removed) {
        app.push(PushBuilder.availability(added, removed)
                .batch(batch)
                .program("p2")
                .sequence(1, 1)
                .updatedAt(at)
                .json());
        await().untilAsserted(() -> assertThat(status(batch)).isEqualTo("APPLIED"));
    }

    private static Object status(String batch) {
        return app.query("SELECT status FROM push_batch WHERE batch_id = ?", batch)
                .get(0)
                .get("status");
    }
}
