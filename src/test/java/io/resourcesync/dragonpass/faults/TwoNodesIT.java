package io.resourcesync.dragonpass.faults;

import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.resourcesync.dragonpass.model.Sender;
import io.resourcesync.dragonpass.testing.PostgresServer;
import io.resourcesync.dragonpass.testing.PushBuilder;
import io.resourcesync.dragonpass.testing.StandaloneProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/** Two processes of the packaged jar on one PostgreSQL. */
class TwoNodesIT {

    private static final int BATCHES = 20;

    @TempDir
    private Path folder;

    private final List<StandaloneProcess> nodes = new ArrayList<>();
    private final Map<String, String> settings = new HashMap<>();
    private WireMockServer dragonpass;
    private PostgresServer database;

    @BeforeEach
    void start() throws IOException {
        dragonpass = new WireMockServer(options().dynamicPort());
        dragonpass.start();
        dragonpass.stubFor(get(anyUrl()).willReturn(okJson("{\"code\":0,\"data\":[]}")));
        database = new PostgresServer(folder);
        settings.putAll(database.settings());
        settings.put("dragonpass.api.url", dragonpass.baseUrl());
        settings.put("batch.sweep", "200ms");
        for (int i = 0; i < 2; i++) {
            nodes.add(new StandaloneProcess(
                    Files.createDirectories(folder.resolve("node" + i)), StandaloneProcess.packagedJar()));
        }
    }

    @AfterEach
    void stop() {
        nodes.forEach(StandaloneProcess::close);
        database.close();
        dragonpass.stop();
    }

    /** Both start on an empty database at the same moment. */
    @Test
    void shouldStartTogetherAndApplyEachBatchOnce() {
        nodes.forEach(node -> node.launch(settings, List.of()));
        nodes.forEach(node -> await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .until(() -> node.observe("/observe/health/ready").statusCode() == 200));
        List<URI> servers = nodes.stream().map(StandaloneProcess::server).toList();

        Sender sender = new Sender(servers, 8, 0, 1);
        try (sender) {
            await().atMost(Duration.ofSeconds(60)).until(() -> sender.ledger().acknowledged() > 2000);
        }

        assertThat(sender.answers())
                .as("nothing is refused because two share the work")
                .containsOnlyKeys("200");
        nodes.forEach(node -> node.awaitQuiet(Duration.ofSeconds(60)));
        sender.ledger().assertNothingLost(database.tables());
        sender.ledger().assertAppliedOnce(database.tables());
        nodes.forEach(node -> assertThat(node.console()).contains("Applied batch"));
    }

    /** The node that received the pushes is gone for good; the other one keeps the deadlines. */
    @Test
    void shouldKeepTheDeadlinesOfANodeThatIsLostAndAskOnceForEachAttempt() {
        settings.put("batch.timeout", "4s");
        settings.put("recovery.backoff.initial", "2s");
        settings.put("recovery.backoff.max", "2s");
        settings.put("recovery.window", "12s");
        nodes.forEach(node -> node.start(settings));
        for (int batch = 0; batch < BATCHES; batch++) {
            StandaloneProcess node = nodes.get(batch % 4 == 0 ? 1 : 0);
            String json = PushBuilder.metadata("N" + batch)
                    .batch("open-" + batch)
                    .sequence(1, 2)
                    .json();
            assertThat(node.push(json).statusCode()).isEqualTo(200);
        }
        nodes.get(0).kill();

        JdbcTemplate tables = database.tables();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> tables.queryForObject(
                                "SELECT count(*) FROM push_batch WHERE status = 'INCOMPLETE' AND missing = '2'",
                                Integer.class)
                        == BATCHES);

        assertThat(tables.queryForList("SELECT entity_id FROM resource_change", String.class))
                .as("what did arrive is applied, once")
                .hasSize(BATCHES)
                .doesNotHaveDuplicates();
        assertOneCallForEachAttempt(tables);
    }

    /** Both see each deadline pass. */
    @Test
    void shouldAskOnceForEachAttemptWhenBothNodesSeeTheDeadline() {
        settings.put("batch.timeout", "2s");
        settings.put("recovery.backoff.initial", "1s");
        settings.put("recovery.backoff.max", "1s");
        settings.put("recovery.window", "8s");
        nodes.forEach(node -> node.start(settings));
        for (int batch = 0; batch < BATCHES; batch++) {
            for (int sequence = 1; sequence <= 2; sequence++) {
                String json = PushBuilder.metadata("N" + batch)
                        .batch("open-" + batch)
                        .sequence(sequence, 3)
                        .json();
                assertThat(nodes.get(sequence - 1).push(json).statusCode()).isEqualTo(200);
            }
        }

        JdbcTemplate tables = database.tables();
        await().atMost(Duration.ofSeconds(60))
                .until(() -> tables.queryForObject(
                                "SELECT count(*) FROM push_batch WHERE status = 'INCOMPLETE'", Integer.class)
                        == BATCHES);
        assertOneCallForEachAttempt(tables);
    }

    private void assertOneCallForEachAttempt(JdbcTemplate tables) {
        int attempts = tables.queryForObject("SELECT sum(recovery_attempts) FROM push_batch", Integer.class);
        int calls = dragonpass.findAll(getRequestedFor(anyUrl())).size();
        System.out.printf("Nodes: %d recovery attempts, %d calls%n", attempts, calls);
        assertThat(attempts).isGreaterThanOrEqualTo(BATCHES);
        assertThat(calls).isEqualTo(attempts);
    }

    /** A node that stands still in the middle of its work, and then goes on with it. */
    @Test
    void shouldNotBeHeldUpByANodeThatFreezes() {
        nodes.forEach(node -> node.start(settings));
        List<URI> servers = nodes.stream().map(StandaloneProcess::server).toList();
        try (Sender sender = new Sender(servers, 8, 0, 2)) {
            await().atMost(Duration.ofSeconds(60)).until(() -> sender.ledger().acknowledged() > 300);
            signal("STOP", nodes.get(0));
            try {
                OffsetDateTime frozen =
                        database.tables().queryForObject("SELECT current_timestamp", OffsetDateTime.class);
                await().atMost(Duration.ofSeconds(90))
                        .until(() -> database.tables()
                                        .queryForObject(
                                                "SELECT count(*) FROM push_batch WHERE closed_at > ?",
                                                Integer.class,
                                                frozen)
                                > 0);
            } finally {
                signal("CONT", nodes.get(0));
            }
            sender.stop();
            sender.settle();
            nodes.forEach(node -> node.awaitQuiet(Duration.ofSeconds(90)));
            sender.ledger().assertNothingLost(database.tables());
            sender.ledger().assertAppliedOnce(database.tables());
        }
    }

    private static void signal(String name, StandaloneProcess node) {
        try {
            new ProcessBuilder("kill", "-" + name, String.valueOf(node.pid()))
                    .start()
                    .onExit()
                    .join();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
