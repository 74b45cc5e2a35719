package io.resourcesync.dragonpass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resourcesync.dragonpass.testing.PushBuilder;
import io.resourcesync.dragonpass.testing.SyncApp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.hsqldb.server.Server;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the management port tells. */
class HealthAndMetricsTest {

    @Test
    void shouldCountWhatHappens() {
        try (SyncApp app = SyncApp.start(Map.of())) {
            app.push(PushBuilder.metadata("N1").batch("one").sequence(1, 1).json());
            app.push(PushBuilder.metadata("N1").batch("one").sequence(1, 1).json());
            app.push(PushBuilder.hubs("A1").batch("two").sequence(1, 2).json());
            app.push("no json");

            await().untilAsserted(() -> assertThat(metrics(app))
                    .contains(
                            "dragonpass_pushes_total{camelContext=\"dragonpass-resource-sync\",outcome=\"stored\",source=\"PUSH\",topic=\"resource.metadata.updated\"} 1.0",
                            "dragonpass_pushes_total{camelContext=\"dragonpass-resource-sync\",outcome=\"duplicate\",source=\"PUSH\",topic=\"resource.metadata.updated\"} 1.0",
                            "dragonpass_batches_opened_total{camelContext=\"dragonpass-resource-sync\",topic=\"transportHub.metadata.updated\"} 1.0",
                            "dragonpass_batches_closed_total{by=\"PUSH\",camelContext=\"dragonpass-resource-sync\",status=\"APPLIED\",topic=\"resource.metadata.updated\"} 1.0",
                            "dragonpass_quarantined_total{camelContext=\"dragonpass-resource-sync\",reason=\"not-json\",source=\"PUSH\"} 1.0",
                            "dragonpass_batches_open 1.0",
                            "dragonpass_batches_incomplete 0.0",
                            "dragonpass_ack_seconds_count{camelContext=\"dragonpass-resource-sync\"} 3")
                    .containsPattern("dragonpass_batches_open_oldest_age_seconds [0-9.]+")
                    .containsPattern(
                            "dragonpass_ack_seconds_bucket\\{camelContext=\"dragonpass-resource-sync\",le=\"0.001\"}"));
        }
    }

    @Test
    void shouldBeReadyOnlyWhileTheDatabaseTakesPushesWhenThereIsNoSpool(@TempDir Path folder) {
        int port = SyncApp.freePort();
        Server database = database(folder, port);
        Server again = null;
        try (SyncApp app = SyncApp.start(Map.of(
                "db.url",
                "jdbc:hsqldb:hsql://127.0.0.1:" + port + "/sync",
                "spool.max-bytes",
                "0",
                "db.watch",
                "200ms"))) {
            assertThat(app.observe("/observe/health/ready").statusCode()).isEqualTo(200);

            database.shutdown();

            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                            app.observe("/observe/health/ready").statusCode())
                    .isEqualTo(503));
            assertThat(app.observe("/observe/health/live").statusCode()).isEqualTo(200);
            var refused = app.push(PushBuilder.metadata("N1").sequence(1, 1).json());
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
            assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            assertThat(app.push("no json").statusCode())
                    .as("not kept, so not answered as kept")
                    .isEqualTo(503);

            again = database(folder, port);
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(
                            app.observe("/observe/health/ready").statusCode())
                    .isEqualTo(200));
            assertThat(app.push(PushBuilder.metadata("N1").sequence(1, 1).json())
                            .statusCode())
                    .isEqualTo(200);
        } finally {
            if (again != null) {
                again.shutdown();
            }
        }
    }

    private static Server database(Path folder, int port) {
        Server server = new Server();
        server.setSilent(true);
        server.setLogWriter(null);
        server.setAddress("127.0.0.1");
        server.setPort(port);
        server.setDatabaseName(0, "sync");
        server.setDatabasePath(0, "file:" + folder.resolve("db") + ";hsqldb.tx=mvcc;hsqldb.write_delay=false");
        server.start();
        return server;
    }

    private static String metrics(SyncApp app) {
        return app.observe("/observe/metrics").body();
    }
}
