package io.resourcesync.dragonpass.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resourcesync.dragonpass.testing.SyncApp;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The story that the demo tells by itself, as SQL has it in the end. */
class StoryTest {

    private static SyncApp app;

    @BeforeAll
    static void startAndAwaitTheEnd() {
        app = SyncApp.start("demo", Map.of());
        await().atMost(Duration.ofSeconds(50))
                .untilAsserted(() -> assertThat(app.query("SELECT status FROM push_batch WHERE status <> 'OPEN'"))
                        .hasSize(3));
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @Test
    void shouldRecoverWhatTheSimulatorLost() {
        assertThat(batch("resource.metadata.updated"))
                .containsEntry("status", "APPLIED")
                .containsEntry("closed_by", "RECOVERY")
                .containsEntry("recovery_attempts", 1);
        assertThat(app.query("SELECT sequence FROM push_message WHERE source = 'RECOVERY'"))
                .extracting(row -> row.get("sequence"))
                .containsExactly(3);
    }

    @Test
    void shouldApplyWhatCameWholeButOutOfOrderAndTwice() {
        assertThat(batch("transportHub.metadata.updated"))
                .containsEntry("status", "APPLIED")
                .containsEntry("closed_by", "PUSH");
        assertThat(app.observe("/observe/metrics").body())
                .containsPattern("dragonpass_pushes_total\\{.*outcome=\"duplicate\",source=\"PUSH\","
                        + "topic=\"transportHub.metadata.updated\"} 1.0");
    }

    @Test
    void shouldNameWhatCannotBeRecovered() {
        assertThat(batch("resource.availability.changed"))
                .containsEntry("status", "INCOMPLETE")
                .containsEntry("closed_by", "TIMEOUT")
                .containsEntry("recovery_attempts", 0)
                .containsEntry("missing", "2");
    }

    @Test
    void shouldLeaveTheRowsThatTheTableCounts() {
        assertThat(count("resource")).isEqualTo(16);
        assertThat(count("transport_hub")).isEqualTo(6);
        assertThat(count("resource_change")).isEqualTo(33);
        assertThat(count("quarantine")).isZero();
    }

    private static Map<String, Object> batch(String eventType) {
        return app.query("SELECT * FROM push_batch WHERE event_type = ?", eventType)
                .get(0);
    }

    private static int count(String table) {
        return app.jdbc().queryForObject("SELECT count(*) FROM " + table, Integer.class);
    }
}
