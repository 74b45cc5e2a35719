package io.resourcesync.dragonpass;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.resourcesync.dragonpass.testing.PushBuilder;
import io.resourcesync.dragonpass.testing.StandaloneProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** The packaged jar, as users run it. */
class StandaloneIT {

    /** In place of a status. */
    private static final int CUT_OFF = 0;

    @RegisterExtension
    static WireMockExtension dragonpass = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    @TempDir
    Path folder;

    private StandaloneProcess product() {
        return new StandaloneProcess(folder, StandaloneProcess.packagedJar());
    }

    @Test
    void shouldBringAllThreeTopicsFromHttpToSqlAndRecoverWhatWasLost() {
        String lost = PushBuilder.metadata("N2").batch("b").sequence(2, 2).json();
        dragonpass.stubFor(get(urlPathEqualTo("/api/v2/event"))
                .withQueryParam("batchId", equalTo("b"))
                .willReturn(aResponse().withBody("{\"code\":0,\"data\":[" + lost + "]}")));
        try (StandaloneProcess product = product()) {
            product.start(Map.of(
                    "batch.timeout",
                    "1s",
                    "batch.sweep",
                    "200ms",
                    "dragonpass.api.url",
                    dragonpass.baseUrl() + "/api"));

            product.push(PushBuilder.metadata("N1").batch("b").sequence(1, 2).json());
            product.push(PushBuilder.hubs("A1").batch("b").sequence(1, 1).json());
            product.push(PushBuilder.availability(List.of("N1"), List.of("N2"))
                    .batch("b")
                    .sequence(1, 2)
                    .json());
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(
                            () -> assertThat(product.console())
                                    .contains("Applied batch resource.metadata.updated b of program 123321: 2 pushes")
                                    .contains("Applied batch transportHub.metadata.updated b")
                                    .contains(
                                            "Closed batch resource.availability.changed b of program 123321 INCOMPLETE: 2 of 1-2 missing"));
            product.terminate();

            JdbcTemplate tables = product.tables();
            assertThat(tables.queryForList(
                            "SELECT event_type || ' ' || status || ' ' || closed_by || ' ' || coalesce(missing, '-') "
                                    + "FROM push_batch ORDER BY event_type",
                            String.class))
                    .containsExactly(
                            "resource.availability.changed INCOMPLETE TIMEOUT 2",
                            "resource.metadata.updated APPLIED RECOVERY -",
                            "transportHub.metadata.updated APPLIED PUSH -");
            assertThat(tables.queryForList(
                            "SELECT entity_id || ' ' || change FROM resource_change ORDER BY 1", String.class))
                    .containsExactly(
                            "A1 METADATA_UPDATED",
                            "N1 ADDED",
                            "N1 METADATA_UPDATED",
                            "N2 METADATA_UPDATED",
                            "N2 REMOVED");
        }
        dragonpass.verify(
                1,
                getRequestedFor(urlPathEqualTo("/api/v2/event"))
                        .withQueryParam("eventType", equalTo("resource.metadata.updated"))
                        .withHeader("X-Program-ID", equalTo("123321"))
                        .withHeader("X-Request-ID", matching("[0-9a-f-]{36}")));
    }

    @Test
    void shouldUseTheFilesBesideTheJarInsteadOfThePackagedOnes() throws IOException {
        Path jar = Files.copy(StandaloneProcess.packagedJar(), folder.resolve("product.jar"));
        Files.createDirectories(folder.resolve("config"));
        Files.writeString(
                folder.resolve("config/application.properties"), "push.path = /dragonpass/push\nbatch.timeout = 77m\n");
        Files.createDirectories(folder.resolve("routes/sql"));
        Files.writeString(
                folder.resolve("routes/transport-hub-metadata.camel.yaml"),
                Files.readString(Path.of("routes/transport-hub-metadata.camel.yaml"))
                        .replace(
                                "        - bean:",
                                "        - log:\n            message: \"Edited\"\n            logName: dragonpass.edited\n        - bean:"));
        Files.writeString(
                folder.resolve("routes/sql/insert-pushes.sql"),
                Files.readString(Path.of("routes/sql/insert-pushes.sql"))
                        .replace("s.payload, s.source", "upper(s.payload), s.source"));
        try (StandaloneProcess product = new StandaloneProcess(folder, jar)) {
            product.start(Map.of());
            product.push(PushBuilder.hubs("A1").sequence(1, 2).json());
            product.terminate();

            assertThat(product.console()).contains("Edited").contains("due in 77m");
            assertThat(product.tables().queryForObject("SELECT payload FROM push_message", String.class))
                    .contains("\"BATCHID\"");
        }
    }

    /** Its tables are made while the routes are read, and half of them no later start could complete. */
    @Test
    void shouldLeaveAWholeDatabaseWhenARouteCannotBeRead() throws IOException {
        Path jar = Files.copy(StandaloneProcess.packagedJar(), folder.resolve("product.jar"));
        Path route = Files.createDirectories(folder.resolve("routes")).resolve("purge.camel.yaml");
        Files.writeString(route, "- route: {id: purge, from: {uri: 'nowhere:at-all', steps: []}}\n");
        Path ignored = Files.createFile(folder.resolve("routes/purge.yaml"));
        try (StandaloneProcess product = new StandaloneProcess(folder, jar)) {
            product.launch(Map.of(), List.of());

            assertThat(product.exitCode(Duration.ofSeconds(20))).isEqualTo(1);
            assertThat(product.console())
                    .contains(ignored + " is not read: the name of a route's file ends in .camel.yaml")
                    .contains("Cannot start: ")
                    .contains("No endpoint could be found for: nowhere");

            Files.delete(route);
            product.start(Map.of());
            assertThat(product.push(PushBuilder.metadata("N1").sequence(1, 1).json())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    /** In a container whose file system is read-only but for the folder of the data. */
    @Test
    void shouldNeedNoTemporaryFolder() throws IOException {
        Path noFolder = Files.createFile(folder.resolve("tmp"));
        try (StandaloneProcess product = product()) {
            product.start(Map.of("java.io.tmpdir", noFolder.toString()));
            assertThat(product.push(PushBuilder.metadata("N1").sequence(1, 1).json())
                            .statusCode())
                    .isEqualTo(200);
            assertThat(product.terminate()).isEqualTo(143);
        }
    }

    @Test
    void shouldGoOnWithOpenBatchesAndTheirDeadlinesAfterAKill() {
        try (StandaloneProcess product = product()) {
            product.start(Map.of("batch.timeout", "30m"));
            product.push(PushBuilder.metadata("N1").batch("open").sequence(1, 2).json());
            product.kill();
            Object deadline = product.tables()
                    .queryForMap("SELECT deadline_at FROM push_batch")
                    .get("deadline_at");

            product.start(Map.of("batch.timeout", "1s", "batch.sweep", "200ms"));
            product.push(
                    PushBuilder.metadata("N2").batch("other").sequence(1, 1).json());
            await().untilAsserted(() ->
                    assertThat(product.console()).contains("Applied batch resource.metadata.updated other"));
            product.terminate();

            assertThat(product.tables().queryForMap("SELECT * FROM push_batch WHERE batch_id = 'open'"))
                    .containsEntry("STATUS", "OPEN")
                    .containsEntry("DEADLINE_AT", deadline)
                    .containsEntry("RECOVERY_ATTEMPTS", 0);

            product.start(Map.of("batch.sweep", "200ms"));
            product.push(PushBuilder.metadata("N2").batch("open").sequence(2, 2).json());
            await().untilAsserted(() ->
                    assertThat(product.console()).contains("Applied batch resource.metadata.updated open"));
        }
    }

    /** HSQLDB takes the lock file of a killed process for one that is in use, as long as its heartbeat is fresh. */
    @Test
    void shouldStartAgainRightAfterAKill() throws IOException {
        try (StandaloneProcess product = product()) {
            product.start(Map.of());
            product.kill();
            try (RandomAccessFile lock =
                    new RandomAccessFile(folder.resolve("data/dragonpass.lck").toFile(), "rw")) {
                lock.seek(Long.BYTES);
                lock.writeLong(System.currentTimeMillis());
            }

            product.start(Map.of());
            assertThat(product.push(PushBuilder.metadata("N1").sequence(1, 1).json())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void shouldAnswerWhatIsInFlightWhenAskedToStopAndLoseNothing() throws Exception {
        List<String> acknowledged = Collections.synchronizedList(new ArrayList<>());
        AtomicBoolean stopped = new AtomicBoolean();
        try (StandaloneProcess product = product()) {
            product.start(Map.of());
            ExecutorService senders = Executors.newFixedThreadPool(8);
            IntStream.range(0, 8)
                    .forEach(sender -> senders.submit(() -> {
                        for (int i = 1; i <= 10_000 && !stopped.get(); i++) {
                            String batch = "s" + sender + "-" + i;
                            try {
                                int status = product.push(PushBuilder.metadata("N" + i)
                                                .batch(batch)
                                                .sequence(1, 1)
                                                .json())
                                        .statusCode();
                                if (status == 200) {
                                    acknowledged.add(batch);
                                }
                            } catch (UncheckedIOException e) {
                                // Connections are closed once what came before is answered.
                                return;
                            }
                        }
                    }));
            await().until(() -> acknowledged.size() > 300);

            long begin = System.nanoTime();
            product.terminate();
            stopped.set(true);
            System.out.printf(
                    "Stopped under load in %.1f s, %d pushes acknowledged%n",
                    (System.nanoTime() - begin) / 1e9, acknowledged.size());
            senders.shutdown();
            assertThat(senders.awaitTermination(30, TimeUnit.SECONDS)).isTrue();

            assertThat(product.tables().queryForList("SELECT batch_id FROM push_message", String.class))
                    .as("stored and answered are the same")
                    .containsExactlyInAnyOrderElementsOf(acknowledged);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    batch.timeout            | soon             | batch.timeout is 'soon'
                    batch.timeout            | 1500ms           | batch.timeout is '1500ms'
                    camel.server.port        | 70000            | camel.server.port is '70000'
                    camel.server.host        | 0.0.0.0          | push.auth is none
                    dragonpass.api.url       | ftp://example    | dragonpass.api.url is 'ftp://example'
                    recovery.backoff.max     | 1s               | recovery.backoff.max is shorter
                    retention.days           | 0                | retention.days is '0'
                    db.url                   | jdbc:oracle:x    | db.url is not a URL
                    push.path                | push             | push.path is 'push'
                    """)
    void shouldRefuseToStartWithOneSentenceWhenASettingIsWrong(String property, String value, String sentence) {
        try (StandaloneProcess product = product()) {
            product.launch(Map.of(property, value), List.of());

            assertThat(product.exitCode(Duration.ofSeconds(20))).isEqualTo(1);
            assertThat(product.console().lines()).singleElement().asString().contains("Cannot start: " + sentence);
        }
    }

    @Test
    void shouldRefuseToStartOnAPortThatIsTaken() throws IOException {
        try (StandaloneProcess product = product();
                ServerSocket taken = new ServerSocket(product.port())) {
            product.launch(Map.of("camel.server.host", "127.0.0.1"), List.of());

            assertThat(product.exitCode(Duration.ofSeconds(20))).isEqualTo(1);
            assertThat(product.console()).contains("Cannot start: camel.server.port " + taken.getLocalPort());
        }
    }

    @Test
    void shouldRefuseToStartWhenAnotherProcessHoldsTheDatabase() {
        try (StandaloneProcess first = product();
                StandaloneProcess second = product()) {
            first.start(Map.of());
            second.launch(Map.of("spool.folder", "spool-of-the-second"), List.of());

            assertThat(second.exitCode(Duration.ofSeconds(30))).isEqualTo(1);
            assertThat(second.console()).contains("Cannot start: db.url: the database cannot be opened");
        }
    }

    @Test
    void shouldLogJsonWhenAskedTo() {
        try (StandaloneProcess product = product()) {
            product.start(Map.of("LOG_FORMAT", "json"));
            product.push(PushBuilder.metadata("N1").sequence(1, 2).json());
            product.terminate();

            assertThat(product.console().lines())
                    .hasSizeGreaterThanOrEqualTo(2)
                    .allMatch(line -> line.startsWith("{\"") && line.endsWith("}"));
        }
    }

    @Test
    void shouldApplyTwentyThousandChangesInOneBatchWithinASmallHeap() {
        try (StandaloneProcess product = product()) {
            product.start(Map.of(), "-Xmx96m");
            for (int sequence = 1; sequence <= 200; sequence++) {
                int first = sequence * 100;
                String[] ids = IntStream.range(first, first + 100)
                        .mapToObj(i -> "N" + i)
                        .toArray(String[]::new);
                assertThat(product.push(PushBuilder.metadata(ids)
                                        .batch("large")
                                        .sequence(sequence, 200)
                                        .json())
                                .statusCode())
                        .isEqualTo(200);
            }
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(
                            () -> assertThat(product.console())
                                    .contains(
                                            "Applied batch resource.metadata.updated large of program 123321: 200 pushes, 20000 changes"));
            product.terminate();

            assertThat(product.tables().queryForObject("SELECT count(*) FROM resource_change", Long.class))
                    .isEqualTo(20_000);
        }
    }

    /** As many as may be in flight, as large as they may be; what waits for the rest of a body is cut off beyond its limit. */
    @Test
    void shouldTakeTheMostAndLargestPushesAtOnceWithinTheHeapOfTheReadme() throws Exception {
        String padding = "x".repeat(1_000_000);
        ExecutorService senders = Executors.newFixedThreadPool(200);
        try (StandaloneProcess product = product()) {
            product.start(Map.of(), "-Xmx320m", "-Xmn112m", "-XX:+UseSerialGC");
            List<Callable<Integer>> pushes = IntStream.range(0, 300)
                    .mapToObj(i -> PushBuilder.metadata("N1")
                            .batch("large-" + i)
                            .sequence(1, 2)
                            .with("padding", padding)
                            .json())
                    .<Callable<Integer>>map(json -> () -> statusOrCutOff(product, json))
                    .toList();
            List<Integer> answers = new ArrayList<>();
            for (Future<Integer> answer : senders.invokeAll(pushes)) {
                answers.add(answer.get());
            }
            assertThat(product.console()).doesNotContain("OutOfMemory");
            assertThat(answers).contains(200).isSubsetOf(200, 503, CUT_OFF);
            // A database that is slower than that takes some of them later.
            int spooled = (int) product.metric("dragonpass_spool_records");
            product.terminate();

            assertThat(product.tables().queryForObject("SELECT count(*) FROM push_message", Integer.class))
                    .isGreaterThanOrEqualTo(Collections.frequency(answers, 200) - spooled);
        } finally {
            senders.shutdownNow();
        }
    }

    private static int statusOrCutOff(StandaloneProcess product, String json) {
        try {
            return product.push(json).statusCode();
        } catch (UncheckedIOException e) {
            return CUT_OFF;
        }
    }
}
