package io.resourcesync.dragonpass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resourcesync.dragonpass.testing.PushBuilder;
import io.resourcesync.dragonpass.testing.SyncApp;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.hsqldb.server.Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** While the database is away, pushes are acknowledged from disk, and nothing of them is lost. */
class SpoolingTest {

    @TempDir
    private Path folder;

    private final int port = SyncApp.freePort();
    private Server database;
    private SyncApp app;

    @BeforeEach
    void start() {
        database = database();
        app = app(Map.of());
    }

    @AfterEach
    void stop() {
        app.close();
        database.shutdown();
    }

    @Test
    void shouldAcknowledgePushesAndStoreThemWhenTheDatabaseIsBack() throws IOException {
        String first = PushBuilder.metadata("N1").sequence(1, 3).json();
        assertThat(app.push(first).statusCode()).isEqualTo(200);
        loseDatabase();

        HttpResponse<String> second =
                app.push(PushBuilder.metadata("N2").sequence(2, 3).json());
        HttpResponse<String> third =
                app.push(PushBuilder.metadata("N3").sequence(3, 3).json());
        HttpResponse<String> duplicate = app.push(first);

        assertThat(List.of(second, third, duplicate))
                .extracting(HttpResponse::statusCode)
                .containsOnly(200);
        assertThat(second.body()).isEqualTo("{\"batchId\":\"20251028T010000Z\",\"sequence\":2,\"status\":\"success\"}");
        assertThat(records()).hasSize(3);
        assertThat(app.observe("/observe/health/ready").statusCode())
                .as("a push is acknowledged, so the node is ready")
                .isEqualTo(200);
        assertThat(app.observe("/observe/metrics").body())
                .contains("dragonpass_spool_records 3.0", "dragonpass_database_up 0.0");

        bringBackDatabase();

        await().untilAsserted(() -> assertThat(app.query("SELECT status || ' ' || closed_by AS closed FROM push_batch"))
                .extracting(row -> row.get("closed"))
                .containsExactly("APPLIED PUSH"));
        await().untilAsserted(() -> assertThat(records()).isEmpty());
        assertThat(app.query("SELECT sequence || ' ' || source AS stored FROM push_message ORDER BY sequence"))
                .extracting(row -> row.get("stored"))
                .containsExactly("1 PUSH", "2 SPOOL", "3 SPOOL");
        assertThat(app.query("SELECT entity_id FROM resource_change ORDER BY entity_id"))
                .extracting(row -> row.get("entity_id"))
                .containsExactly("N1", "N2", "N3");
        assertThat(app.observe("/observe/metrics").body())
                .contains("dragonpass_spool_records 0.0", "dragonpass_database_up 1.0");
    }

    @Test
    void shouldQuarantineWhatIsFoundWrongOnlyWhenTheDatabaseIsBack() throws IOException {
        app.push(PushBuilder.metadata("N1").sequence(1, 3).json());
        loseDatabase();

        assertThat(app.push("no json").statusCode()).isEqualTo(400);
        assertThat(app.push("{}").statusCode()).isEqualTo(422);
        assertThat(app.push(PushBuilder.metadata("N9").sequence(1, 3).json()).statusCode())
                .as("what it conflicts with is in the database")
                .isEqualTo(200);
        bringBackDatabase();

        await().untilAsserted(() -> assertThat(app.query("SELECT reason FROM quarantine ORDER BY quarantine_id"))
                .extracting(row -> row.get("reason"))
                .containsExactly("NOT_JSON", "INVALID", "CONFLICTING_CONTENT"));
        await().untilAsserted(() -> assertThat(records()).isEmpty());
        assertThat(app.query("SELECT entity_id FROM resource_change")).isEmpty();
    }

    @Test
    void shouldDrainWhatACrashLeftAlsoATornRecord() throws IOException {
        loseDatabase();
        app.push(PushBuilder.metadata("N1").sequence(1, 1).json());
        app.close();
        Files.writeString(spool().resolve("0000000000001-000000001-torn.tmp"), "{\"eventType\":\"resource.meta");
        database = database();

        app = app(Map.of());

        await().untilAsserted(() ->
                assertThat(app.query("SELECT source FROM push_message")).hasSize(1));
        await().untilAsserted(() -> assertThat(app.query("SELECT payload FROM quarantine"))
                .extracting(row -> new String((byte[]) row.get("payload"), StandardCharsets.UTF_8))
                .containsExactly("{\"eventType\":\"resource.meta"));
        await().untilAsserted(() -> assertThat(records()).isEmpty());
    }

    /** A record that cannot be stored stays, and does not keep the others from it. */
    @Test
    void shouldGoOnAfterARecordThatCannotBeRead() throws IOException {
        loseDatabase();
        Files.createDirectory(spool().resolve("0000000000001-000000001-folder.push"));
        app.push(PushBuilder.metadata("N1").sequence(1, 1).json());
        bringBackDatabase();

        await().untilAsserted(() ->
                assertThat(app.query("SELECT source FROM push_message")).hasSize(1));
        await().untilAsserted(() -> assertThat(records()).containsExactly("0000000000001-000000001-folder.push"));
    }

    @Test
    void shouldRefusePushesOnceTheSpoolIsFull() throws IOException {
        app.close();
        app = app(Map.of("spool.max-bytes", "8192"));
        loseDatabase();

        assertThat(app.push(PushBuilder.metadata("N1").sequence(1, 4).json()).statusCode())
                .isEqualTo(200);
        assertThat(app.push("no json").statusCode()).isEqualTo(400);
        HttpResponse<String> refused =
                app.push(PushBuilder.metadata("N3").sequence(3, 4).json());
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(refused.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(app.push("no json either").statusCode()).isEqualTo(503);
        assertThat(app.observe("/observe/health/ready").statusCode()).isEqualTo(503);

        bringBackDatabase();

        await().untilAsserted(() -> assertThat(records()).isEmpty());
        assertThat(app.observe("/observe/health/ready").statusCode()).isEqualTo(200);
        assertThat(app.query("SELECT sequence FROM push_message"))
                .extracting(row -> row.get("sequence"))
                .containsExactly(1);
    }

    /** What is on its way from the spool to the database when the product is stopped stays in one of both. */
    @Test
    void shouldLoseNothingWhenItIsStoppedWhileItDrains() throws IOException {
        int total = 1000;
        app.close();
        for (int sequence = 1; sequence <= total; sequence++) {
            Files.writeString(
                    spool().resolve("%013d-%09d-left.push".formatted(1, sequence)),
                    PushBuilder.metadata("N1").sequence(sequence, total).json());
        }
        app = app(Map.of("camel.main.shutdownTimeout", "1"));
        await().pollInterval(Duration.ofMillis(1)).until(() -> records().size() < total);

        app.close();
        app = app(Map.of());

        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(records()).isEmpty());
        assertThat(app.query("SELECT sequence FROM push_message")).hasSize(total);
    }

    private SyncApp app(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(Map.of(
                "db.url",
                "jdbc:hsqldb:hsql://127.0.0.1:" + port + "/sync",
                "db.watch",
                "100ms",
                "spool.drain",
                "100ms",
                "spool.folder",
                spool().toString()));
        all.putAll(settings);
        return SyncApp.start(all);
    }

    private Path spool() {
        return folder.resolve("spool");
    }

    private List<String> records() throws IOException {
        try (Stream<Path> files = Files.list(spool())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.equals("lock"))
                    .toList();
        }
    }

    private void loseDatabase() {
        database.shutdown();
        await().atMost(Duration.ofSeconds(20))
                .until(() -> app.observe("/observe/metrics").body().contains("dragonpass_database_up 0.0"));
    }

    private void bringBackDatabase() {
        database = database();
    }

    private Server database() {
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
}
