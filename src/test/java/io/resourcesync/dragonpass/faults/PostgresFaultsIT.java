package io.resourcesync.dragonpass.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.resourcesync.dragonpass.model.Sender;
import io.resourcesync.dragonpass.testing.PostgresServer;
import io.resourcesync.dragonpass.testing.SelfSigned;
import io.resourcesync.dragonpass.testing.StandaloneProcess;
import io.resourcesync.dragonpass.testing.TcpProxy;
import io.resourcesync.dragonpass.testing.TcpProxy.Weather;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * PostgreSQL, or the way to it over TLS, fails in every manner under load: pushes are acknowledged all
 * the same, from the spool, none waits for long, and in the end each took effect once.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PostgresFaultsIT {

    private static final long OUTAGE_MILLIS = 6_000;
    private static final int THREADS = 8;
    private static final int KILLS = 3;
    private static final long PAUSE_MILLIS = 60;

    private PostgresServer database;
    private TcpProxy network;
    private StandaloneProcess product;
    private Map<String, String> settings;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        database = new PostgresServer(folder, SelfSigned.in(folder));
        network = new TcpProxy(database.port());
        settings = new HashMap<>(database.settings(network.port()));
        settings.put("batch.sweep", "200ms");
        settings.put("db.watch", "500ms");
        settings.put("spool.drain", "200ms");
        settings.put("db.work-timeout", "10s");
        product =
                new StandaloneProcess(Files.createDirectories(folder.resolve("node")), StandaloneProcess.packagedJar());
        product.start(settings);
    }

    @AfterAll
    void stop() {
        product.close();
        network.close();
        database.close();
    }

    @Test
    void shouldSurviveACrashOfTheServer() {
        survive("crash and restart", database::crash, database::start);
    }

    @Test
    void shouldSurviveAServerThatHangs() {
        survive("frozen", database::freeze, database::thaw);
    }

    @Test
    void shouldSurviveACutConnection() {
        survive("cut", () -> network.set(Weather.CUT), this::clearUp);
    }

    @Test
    void shouldSurviveASlowConnection() {
        survive("200 ms slower", () -> network.set(Weather.SLOW), this::clearUp);
    }

    @Test
    void shouldSurviveAConnectionThatSwallowsEverything() {
        survive("black hole", () -> network.set(Weather.SILENT), this::clearUp);
    }

    /** TLS notices each bit that was flipped; without it the wrong rows would be stored, or read. */
    @Test
    void shouldSurviveACorruptConnection() {
        survive("corrupt", () -> network.set(Weather.CORRUPT), this::clearUp);
    }

    @Test
    void shouldSurviveAServerThatTurnsReadOnly() {
        survive("read-only", () -> readOnly("on"), () -> readOnly("off"));
    }

    @Test
    void shouldTakePushesWhenItStartsWhileTheDatabaseIsAway() {
        try (Sender sender = sender()) {
            pause(1000);
            product.terminate();
            database.crash();
            product.start(settings);
            sender.answers();
            pause(OUTAGE_MILLIS);
            Map<String, Integer> answers = sender.answers();
            report("start without database", answers, sender.waits());
            database.start();
            settle(sender);
            assertThat(answers).containsKey("200");
        }
    }

    @Test
    void shouldKeepTheSpoolWhenItIsKilledWhileItIsWritten() {
        try (Sender sender = sender()) {
            pause(1000);
            database.crash();
            for (int kill = 0; kill < KILLS; kill++) {
                pause(1000 + 300 * kill);
                product.kill();
                product.start(settings);
            }
            pause(1000);
            database.start();
            System.out.printf(
                    "Fault, killed %d times while spooling: %d pushes acknowledged%n",
                    KILLS, sender.ledger().acknowledged());
            settle(sender);
        }
    }

    private void survive(String fault, Runnable begin, Runnable end) {
        clearTables();
        try (Sender sender = sender()) {
            pause(1000);
            Map<String, Integer> before = sender.answers();
            sender.waits();
            begin.run();
            pause(OUTAGE_MILLIS);
            Map<String, Integer> during = sender.answers();
            report(fault, during, sender.waits());
            end.run();
            settle(sender);
            assertThat(before).containsOnlyKeys("200");
            assertThat(during).as("answers during the fault").containsOnlyKeys("200");
        }
    }

    private Sender sender() {
        clearTables();
        return new Sender(List.of(product.server()), THREADS, PAUSE_MILLIS, System.nanoTime());
    }

    private void settle(Sender sender) {
        pause(1000);
        sender.stop();
        sender.settle();
        awaitQuiet();
        sender.ledger().assertNothingLost(database.tables());
        sender.ledger().assertAppliedOnce(database.tables());
    }

    private void awaitQuiet() {
        try {
            product.awaitQuiet(Duration.ofSeconds(90));
        } catch (ConditionTimeoutException e) {
            String console = product.console();
            throw new AssertionError(
                    "left open: " + database.tables().queryForList("SELECT * FROM push_batch WHERE status = 'OPEN'")
                            + "\n" + console.substring(Math.max(0, console.length() - 20_000)),
                    e);
        }
    }

    private static void report(String fault, Map<String, Integer> answers, String waits) {
        System.out.printf("Fault, %s: answers %s, %s%n", fault, answers, waits);
    }

    private void clearUp() {
        network.set(Weather.FINE);
    }

    private void clearTables() {
        for (String table :
                List.of("push_message", "push_batch", "quarantine", "resource", "transport_hub", "resource_change")) {
            database.tables().update("DELETE FROM " + table);
        }
    }

    /** What a failover looks like from a connection that stays with the old primary. */
    private void readOnly(String value) {
        database.tables().execute("ALTER SYSTEM SET default_transaction_read_only = " + value);
        database.tables().execute("SELECT pg_reload_conf()");
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
