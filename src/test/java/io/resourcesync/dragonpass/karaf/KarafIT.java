package io.resourcesync.dragonpass.karaf;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.resourcesync.dragonpass.model.Sender;
import io.resourcesync.dragonpass.testing.KarafProcess;
import io.resourcesync.dragonpass.testing.PostgresServer;
import io.resourcesync.dragonpass.testing.PushBuilder;
import io.resourcesync.dragonpass.testing.StandaloneProcess;
import io.resourcesync.dragonpass.testing.SyncApp;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Both bundles in a real Karaf, by the commands of the page about it; two at a time, as Karaf mostly waits. */
@Execution(ExecutionMode.CONCURRENT)
class KarafIT {

    /** Which of the bundles. */
    enum Kind {
        ON_THE_RUNTIMES_CAMEL("dragonpass-resource-sync"),
        SELF_CONTAINED("dragonpass-resource-sync-karaf");

        private final String bundle;

        Kind(String bundle) {
            this.bundle = bundle;
        }
    }

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int SENDERS = 8;

    /** Threads of the product's parts, by the names that these give. */
    private static final Pattern OURS = Pattern.compile(
            "(?m)^\"(vert\\.x|Camel|HSQLDB|PostgreSQL|pushes|work|dp-|httpclient|spool|dragonpass-(?!lifecycle))[^\"]*\"");

    /**
     * What a start makes: a pool, the handler of the JVM's logging. Statics of Camel keep some of the last
     * context after a stop, so that there may be a few of each, and never more.
     */
    private static final Pattern MADE =
            Pattern.compile("(?m)^ *\\d+: +(\\d+) .* (com\\.zaxxer\\.hikari\\.pool\\.HikariPool"
                    + "|io\\.micrometer\\.core\\.instrument\\.binder\\.jvm\\.JvmGcMetrics"
                    + "|io\\.resourcesync\\.dragonpass\\.(karaf\\.SharedCamelMain|karaf\\.HostedMain|store\\.Durability\\$1)"
                    + "|io\\.vertx\\.core\\.impl\\.VertxImpl|org\\.hsqldb\\.Database)$");

    private static final Manual MANUAL = new Manual();

    private static Map<String, List<String>> standaloneRows;

    @RegisterExtension
    final WireMockExtension dragonpass = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    @TempDir
    private Path folder;

    private KarafProcess karaf;

    /** The MBeans of a Karaf without the product. */
    private Set<String> beans;

    @BeforeEach
    void stubDragonPass() {
        dragonpass.stubFor(any(anyUrl()).willReturn(okJson("{\"code\":0,\"data\":[]}")));
    }

    @AfterAll
    static void shouldHaveRunEveryCommandOfTheManual() {
        assertThat(MANUAL.left()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void shouldDoWhatTheManualSaysOnHsqldb(Kind kind) throws IOException, InterruptedException {
        try (KarafProcess running = new KarafProcess(folder.resolve("karaf"))) {
            karaf = running.start();
            beans = karaf.beans();
            install(kind);
            awaitLog("Cannot start: dragonpass.api.auth is rs256");
            assertThat(propertiesOf(Files.readString(karaf.folder().resolve("etc/" + KarafProcess.CONFIGURATION))))
                    .containsAllEntriesOf(sameEverywhere());
            Map<String, String> settings = new HashMap<>(karaf.settings());
            settings.put("dragonpass.api.url", dragonpass.baseUrl());
            settings.put("batch.timeout", "2s");
            configure(settings);

            recover("b", PushBuilder.metadata("N2").batch("b").sequence(2, 2).json());
            for (String push : pushes()) {
                assertThat(karaf.push(push).statusCode()).isEqualTo(200);
            }
            await().atMost(SOON).until(() -> !karaf.run("resource-sync:batches").contains("123321"));
            dragonpass.verify(1, getRequestedFor(urlPathEqualTo("/v2/event")).withQueryParam("batchId", equalTo("b")));
            assertThat(karaf.observe("/observe/metrics").body()).contains("dragonpass_ack", "jvm_memory_used_bytes");
            Map<String, List<String>> rows = rowsOfStandalone();
            MANUAL.run(karaf, "Stop, upgrade, remove", 0, kind.bundle);
            karaf.awaitReady();
            karaf.run("bundle:stop " + kind.bundle);
            assertThat(rows(hsqldb())).isEqualTo(rows);
            karaf.run("bundle:start " + kind.bundle);
            karaf.awaitReady();

            answerWhatIsInFlight(kind);
            changeTheConfiguration(kind);
            editARoute(kind);
            look(kind);
            goOnAfterAStop(kind);
            leaveNothingBehind(kind);
        }
    }

    private void install(Kind kind) {
        if (kind == Kind.SELF_CONTAINED) {
            MANUAL.run(karaf, "With all inside", 0, kind.bundle);
        } else {
            karaf.run("feature:repo-add " + System.getProperty("karaf.camel.features"));
            MANUAL.run(karaf, "On the runtime's Camel", 0, kind.bundle);
        }
    }

    private static String name() {
        return "dragonpass-resource-sync-" + KarafProcess.version();
    }

    private static Path selfContained() {
        return KarafProcess.built("../" + name() + "-karaf.jar");
    }

    /** The properties that mean the same inside Karaf: all but those with paths. */
    private static Map<String, String> sameEverywhere() throws IOException {
        Map<String, String> all = propertiesOf(Files.readString(Path.of("config/application.properties")));
        all.keySet().removeAll(List.of("push.jwt.keys", "db.url", "spool.folder"));
        return all;
    }

    private static Map<String, String> propertiesOf(String text) throws IOException {
        Properties properties = new Properties();
        properties.load(new StringReader(text));
        Map<String, String> map = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> map.put(name, properties.getProperty(name)));
        return map;
    }

    /** Saves a change and waits until the product runs with it. */
    private void configure(Map<String, String> settings) {
        int starts = starts();
        karaf.configure(settings);
        awaitStartAfter(starts);
    }

    /** With the end of the log when it does not come. */
    private void awaitStartAfter(int starts) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            String log = karaf.log();
            assertThat(starts())
                    .as(log.substring(Math.max(0, log.length() - 10_000)))
                    .isGreaterThan(starts);
        });
    }

    private void awaitLog(String... texts) {
        await().atMost(SOON).untilAsserted(() -> assertThat(karaf.log()).contains(texts));
    }

    private int starts() {
        return karaf.log().split("Started in ", -1).length;
    }

    /** All three topics, one push twice, one batch that lacks a push. */
    private static List<String> pushes() {
        return List.of(
                PushBuilder.metadata("N1").batch("b").sequence(1, 2).json(),
                PushBuilder.metadata("N1").batch("b").sequence(1, 2).json(),
                PushBuilder.hubs("A1", "A2").batch("b").sequence(1, 1).json(),
                PushBuilder.availability(List.of("N1"), List.of("N2"))
                        .batch("c")
                        .sequence(1, 1)
                        .json());
    }

    private void recover(String batchId, String event) {
        dragonpass.stubFor(get(urlPathEqualTo("/v2/event"))
                .withQueryParam("batchId", equalTo(batchId))
                .willReturn(aResponse().withBody("{\"code\":0,\"data\":[" + event + "]}")));
    }

    /** The same pushes to the product outside Karaf, once for both bundles. */
    private Map<String, List<String>> rowsOfStandalone() {
        synchronized (KarafIT.class) {
            if (standaloneRows == null) {
                standaloneRows = askStandalone();
            }
            return standaloneRows;
        }
    }

    private Map<String, List<String>> askStandalone() {
        try (SyncApp app = SyncApp.start(Map.of("dragonpass.api.url", dragonpass.baseUrl(), "batch.timeout", "2s"))) {
            pushes().forEach(app::push);
            await().atMost(SOON)
                    .until(() -> app.jdbc()
                                    .queryForObject(
                                            "SELECT count(*) FROM push_batch WHERE status = 'APPLIED'", Integer.class)
                            == 3);
            dragonpass.resetRequests();
            return rows(app.jdbc());
        }
    }

    /** Every row of every table, without what depends on the clock. */
    private static Map<String, List<String>> rows(JdbcTemplate jdbc) {
        Map<String, List<String>> rows = new TreeMap<>();
        for (String table : List.of("push_message", "push_batch", "resource", "transport_hub", "resource_change")) {
            rows.put(
                    table,
                    jdbc.queryForList("SELECT * FROM " + table).stream()
                            .map(row -> {
                                Map<String, Object> kept = new TreeMap<>();
                                row.forEach((name, value) -> kept.put(name.toLowerCase(Locale.ROOT), value));
                                kept.keySet()
                                        .removeIf(name -> name.equals("change_id")
                                                || name.matches(
                                                        "(received|applied|opened|deadline|closed|recorded)_at"));
                                return kept.toString();
                            })
                            .sorted()
                            .toList());
        }
        return rows;
    }

    private JdbcTemplate hsqldb() {
        return new JdbcTemplate(new DriverManagerDataSource(
                "jdbc:hsqldb:file:" + karaf.folder().resolve("data/dragonpass-resource-sync/dragonpass")
                        + ";shutdown=true",
                "SA",
                ""));
    }

    /** Stops under load: no sender is left without an answer, and what was answered is what is stored. */
    private void answerWhatIsInFlight(Kind kind) throws InterruptedException {
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        Set<String> unanswered = ConcurrentHashMap.newKeySet();
        ExecutorService senders = Executors.newFixedThreadPool(SENDERS);
        for (int i = 0; i < SENDERS; i++) {
            String sender = "load" + i;
            senders.execute(() -> {
                for (int status = 200, sequence = 1; status == 200; sequence++) {
                    String batch = sender + "-" + sequence;
                    try {
                        status = karaf.push(PushBuilder.hubs("L1")
                                        .batch(batch)
                                        .sequence(1, 1)
                                        .json())
                                .statusCode();
                        if (status == 200) {
                            acknowledged.add(batch);
                        }
                    } catch (UncheckedIOException e) {
                        status = 0;
                        if (!(e.getCause() instanceof ConnectException)) {
                            unanswered.add(batch + ": " + e.getCause());
                        }
                    }
                }
            });
        }
        await().atMost(SOON).until(() -> acknowledged.size() > 200);
        karaf.run("bundle:stop " + kind.bundle);
        senders.shutdown();
        assertThat(senders.awaitTermination(SOON.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(unanswered).isEmpty();
        assertThat(hsqldb().queryForList("SELECT batch_id FROM push_message WHERE batch_id LIKE 'load%'", String.class))
                .containsExactlyInAnyOrderElementsOf(acknowledged);
        System.out.printf(
                "Karaf, %s: stopped under load, %d pushes acknowledged and stored, none unanswered%n",
                kind, acknowledged.size());
        karaf.run("bundle:start " + kind.bundle);
        karaf.awaitReady();
    }

    private void changeTheConfiguration(Kind kind) {
        int starts = starts();
        MANUAL.run(karaf, "Configure", 0, kind.bundle);
        awaitStartAfter(starts);
        assertThat(karaf.push(PushBuilder.hubs("A3").sequence(1, 2).json()).statusCode())
                .isEqualTo(200);
        // A push is answered once it is stored, and what is logged of it comes after that.
        awaitLog("due in 10m");

        karaf.configure(Map.of("batch.timeout", "never"));
        karaf.awaitSilence();
        await().atMost(SOON).untilAsserted(() -> assertThat(karaf.log())
                .containsOnlyOnce("Cannot start: batch.timeout is 'never'"));
        configure(Map.of("batch.timeout", "10m"));
        karaf.awaitReady();
    }

    private void editARoute(Kind kind) throws IOException {
        Path edited = Files.createDirectories(karaf.folder().resolve("etc/dragonpass-resource-sync/sql"))
                .getParent();
        Path route = edited.resolve("transport-hub-metadata.camel.yaml");
        Path statement = edited.resolve("sql/claim-complete.sql");
        Files.writeString(
                route,
                Files.readString(Path.of("routes/transport-hub-metadata.camel.yaml"))
                        .replace(
                                "        - bean:",
                                "        - log:\n            message: \"Edited\"\n            logName: dragonpass.edited\n        - bean:"));
        Files.writeString(
                statement,
                Files.readString(Path.of("routes/sql/claim-complete.sql")).replace("'PUSH'", "'EDITED'"));
        MANUAL.run(karaf, "Edit routes", 0, kind.bundle);
        karaf.awaitReady();
        karaf.push(PushBuilder.hubs("A4").batch("edited").sequence(1, 1).json());
        awaitLog("| Edited", "closed by EDITED");

        Files.writeString(route, "- route:\n    id: transport-hub-metadata\n    from: 1");
        int failures = failures();
        karaf.run("bundle:restart " + kind.bundle);
        await().atMost(SOON).until(() -> failures() > failures);
        karaf.awaitSilence();
        assertNothingRuns();
        Files.delete(route);
        Files.delete(statement);
        karaf.run("bundle:restart " + kind.bundle);
        karaf.awaitReady();
    }

    private int failures() {
        return karaf.log().split("Cannot start: ", -1).length;
    }

    private void look(Kind kind) {
        karaf.push("{}");
        karaf.push(PushBuilder.availability(List.of("A5"), List.of())
                .sequence(1, 2)
                .json());
        String printed = MANUAL.run(karaf, "Look", 0, kind.bundle);
        assertThat(printed)
                .contains("1 of 2")
                .contains("Batch 20251028T010000Z is recovered with the next sweep")
                .contains("quarantineId");
        await().atMost(SOON)
                .untilAsserted(() -> dragonpass.verify(getRequestedFor(urlPathEqualTo("/v2/event"))
                        .withQueryParam("batchId", equalTo("20251028T010000Z"))));
        await().during(Duration.ofSeconds(1)).atMost(SOON).untilAsserted(() -> assertThat(
                        karaf.run("resource-sync:batches"))
                .as("a batch of that id that cannot be recovered waits for its deadline")
                .contains("resource.availability.changed"));
        assertThat(karaf.run("service:list org.apache.camel.CamelContext").contains("dragonpass-resource-sync"))
                .isEqualTo(kind == Kind.ON_THE_RUNTIMES_CAMEL);
        assertThat(karaf.beans().stream().anyMatch(name -> name.startsWith("org.apache.camel:")))
                .isEqualTo(kind == Kind.ON_THE_RUNTIMES_CAMEL);
        MANUAL.run(karaf, "Look", 1, kind.bundle);
    }

    /** The deadline of an open batch passes while the bundle is stopped. */
    private void goOnAfterAStop(Kind kind) {
        configure(Map.of("batch.timeout", "5s"));
        karaf.push(PushBuilder.metadata("N8").batch("late").sequence(1, 2).json());
        karaf.run("bundle:stop " + kind.bundle);
        dragonpass.verify(0, getRequestedFor(urlPathEqualTo("/v2/event")).withQueryParam("batchId", equalTo("late")));
        recover("late", PushBuilder.metadata("N9").batch("late").sequence(2, 2).json());
        await().pollDelay(Duration.ofSeconds(5)).until(() -> true);
        karaf.run("bundle:start " + kind.bundle);
        awaitLog("Applied batch resource.metadata.updated late of program 123321");
    }

    private void leaveNothingBehind(Kind kind) throws IOException {
        karaf.run("bundle:stop " + kind.bundle);
        // Statics of Camel keep the last few contexts, which the first cycles fill.
        cycle(kind, 3);
        Map<String, Integer> made = made();
        long before = memory();
        int cycles = Integer.getInteger("karaf.cycles");
        cycle(kind, cycles);
        assertNothingRuns();
        // What waits for its finalizer, or for a thread to end, is gone with a later collection.
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofSeconds(1))
                .untilAsserted(() -> {
                    long after = memory();
                    System.out.printf(
                            "Karaf, %s: %d starts and stops, %d KiB of objects before, %d after%n",
                            kind, cycles, before / 1024, after / 1024);
                    assertThat(after).isLessThan(before + 1024L * 1024 + 8L * 1024 * cycles);
                    made().forEach((type, count) ->
                            assertThat(count).as(type).isLessThanOrEqualTo(made.getOrDefault(type, 0)));
                });

        restarted("bundle:start " + kind.bundle);
        restarted("bundle:refresh " + kind.bundle);
        int starts = starts();
        if (kind == Kind.SELF_CONTAINED) {
            Path deployed = karaf.folder().resolve("deploy/" + name() + "-karaf.jar");
            Files.setLastModifiedTime(deployed, FileTime.from(Instant.now()));
            awaitStartAfter(starts);
            Files.delete(deployed);
            awaitRemoval();
        } else {
            MANUAL.run(karaf, "Stop, upgrade, remove", 1, kind.bundle);
            awaitStartAfter(starts);
            MANUAL.run(karaf, "Stop, upgrade, remove", 2, kind.bundle);
        }
        MANUAL.run(karaf, "Stop, upgrade, remove", 3, kind.bundle);
        await().atMost(SOON).until(() -> !karaf.run("config:list '(service.pid=io.resourcesync.dragonpass)'")
                .contains("Pid:"));
        assertNothingRuns();
        await().atMost(SOON).pollInterval(Duration.ofMillis(200)).untilAsserted(() -> assertThat(
                        karaf.jcmd("GC.class_histogram"))
                .doesNotContain("io.resourcesync"));
        assertNoErrors();
    }

    /** Runs a command that starts the product, and waits until it has. */
    private void restarted(String command) {
        int starts = starts();
        karaf.run(command);
        awaitStartAfter(starts);
    }

    /** The command that lists bundles fails when one of them goes just then. */
    private void awaitRemoval() {
        await().atMost(SOON).until(() -> !karaf.listens());
        await().atMost(SOON).pollDelay(Duration.ofSeconds(1)).until(() -> !karaf.run("bundle:list")
                .contains("DragonPass"));
    }

    private void cycle(Kind kind, int times) {
        for (int i = 0; i < times; i++) {
            restarted("bundle:start " + kind.bundle);
            karaf.run("bundle:stop " + kind.bundle);
        }
    }

    /** But those of a product without its settings, or with wrong ones. */
    private void assertNoErrors() {
        assertThat(karaf.log().lines().filter(line -> line.contains("| ERROR |")))
                .allMatch(line -> line.contains("Cannot start: "));
    }

    private Map<String, Integer> made() {
        return MADE.matcher(karaf.jcmd("GC.class_histogram"))
                .results()
                .collect(Collectors.toMap(found -> found.group(2), found -> Integer.valueOf(found.group(1))));
    }

    /** Bytes of what is reachable, without what Karaf keeps of its log. */
    private long memory() {
        karaf.run("log:clear");
        String total = karaf.jcmd("GC.class_histogram")
                .lines()
                .filter(line -> line.startsWith("Total"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(total.strip().split(" +")[2]);
    }

    private void assertNothingRuns() {
        await().atMost(SOON).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
            assertThat(OURS.matcher(karaf.jcmd("Thread.print")).results().map(MatchResult::group))
                    .isEmpty();
            assertThat(karaf.beans()).isSubsetOf(beans);
            assertThat(karaf.listens()).isFalse();
        });
    }

    /** With a standalone node beside it, and for the bundle on the runtime's Camel by a DataSource service, too. */
    @ParameterizedTest
    @EnumSource
    void shouldShareTheWorkOnPostgresql(Kind kind) throws IOException {
        try (PostgresServer database = new PostgresServer(folder);
                KarafProcess running = new KarafProcess(folder.resolve("karaf"));
                StandaloneProcess standalone = new StandaloneProcess(folder, StandaloneProcess.packagedJar())) {
            karaf = running;
            Map<String, String> settings = new HashMap<>(database.settings());
            settings.put("dragonpass.api.url", dragonpass.baseUrl());
            settings.put("batch.sweep", "200ms");
            settings.put("db.watch", "500ms");
            Map<String, String> inKaraf = new HashMap<>(karaf.settings());
            inKaraf.putAll(settings);
            karaf.configure(inKaraf);
            karaf.start();
            if (kind == Kind.SELF_CONTAINED) {
                karaf.run("feature:repo-add "
                        + KarafProcess.built("other-camel-features.xml").toUri());
                karaf.run("feature:install other-camel-core");
                karaf.run("bundle:install -s " + Neighbour.bundle(folder).toUri());
                await().atMost(SOON).until(() -> neighbours() > 0);
            }
            install(kind);
            if (kind == Kind.SELF_CONTAINED) {
                // The manual's command has put the default configuration over it.
                await().atMost(SOON).until(() -> failures() > 1);
                karaf.configure(inKaraf);
            }
            karaf.awaitReady();
            standalone.start(settings);
            Sender sender;
            try (Sender load = new Sender(List.of(karaf.server(), standalone.server()), 4, 0, 1)) {
                sender = load;
                await().atMost(SOON).until(() -> load.ledger().acknowledged() > 200);
                if (kind == Kind.ON_THE_RUNTIMES_CAMEL) {
                    useAService(kind, database);
                    int before = load.ledger().acknowledged();
                    await().atMost(SOON).until(() -> load.ledger().acknowledged() > before + 200);
                }
            }
            sender.settle();
            karaf.awaitQuiet(SOON);
            standalone.awaitQuiet(SOON);
            sender.ledger().assertNothingLost(database.tables());
            sender.ledger().assertAppliedOnce(database.tables());
            System.out.printf(
                    "Karaf, %s and a standalone node: %d pushes acknowledged, none lost%n",
                    kind, sender.ledger().acknowledged());
            if (kind == Kind.SELF_CONTAINED) {
                leaveTheNeighbourAlone();
            }
            assertNoErrors();
        }
    }

    /** A user of another Camel in the runtime has run all the time, and goes on without the product. */
    private void leaveTheNeighbourAlone() throws IOException {
        Files.delete(karaf.folder().resolve("deploy/" + name() + "-karaf.jar"));
        awaitRemoval();
        int before = neighbours();
        await().atMost(SOON).until(() -> neighbours() > before);
        assertThat(karaf.log())
                .containsOnlyOnce(Neighbour.STARTED + " on Camel " + System.getProperty("karaf.other-camel.version"));
        try (JarFile jar = new JarFile(selfContained().toFile())) {
            assertThat(jar.getManifest().getMainAttributes().getValue("Import-Package"))
                    .doesNotContain("org.apache.camel", "org.springframework", "io.vertx", "io.netty", "com.fasterxml");
            assertThat(jar.getManifest().getMainAttributes().getValue("Export-Package"))
                    .isNull();
        }
    }

    private int neighbours() {
        return karaf.log().split(Neighbour.ALIVE, -1).length - 1;
    }

    private void useAService(Kind kind, PostgresServer database) throws IOException {
        configure(Map.of("db.url", "osgi:service/dragonpass"));
        awaitLog("there is no DataSource service of the name dragonpass");
        MANUAL.run(karaf, "PostgreSQL", 0, kind.bundle);
        Map<String, String> settings = database.settings();
        Files.writeString(
                karaf.folder().resolve("etc/org.ops4j.datasource-dragonpass.cfg"),
                MANUAL.file("PostgreSQL")
                        .replaceAll(
                                "url = [^?]*", "url = " + settings.get("db.url").replaceAll("\\?.*", ""))
                        .replace("user = sync", "user = " + settings.get("db.user"))
                        .replace("password = secret", "password = " + settings.get("db.password")));
        karaf.awaitReady();
        await().atMost(SOON).until(() -> karaf.metric("dragonpass_database_up") == 1);
    }
}
