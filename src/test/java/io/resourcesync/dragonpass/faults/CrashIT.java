package io.resourcesync.dragonpass.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.resourcesync.dragonpass.model.Sender;
import io.resourcesync.dragonpass.testing.PostgresServer;
import io.resourcesync.dragonpass.testing.StandaloneProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The packaged jar is killed at random moments under load, again and again. Every push that it had
 * acknowledged is there afterwards, and in the end each took effect once.
 *
 * <pre>
 * mvn verify -Dit.test=CrashIT -Dcrash.kills=300                       100 for each of the three tests
 * mvn verify -Dit.test=CrashIT -Dcrash.seed=4711                       the moments of a run that printed this seed
 * mvn verify -Dit.test=CrashIT#hsqldb -Dcrash.break=write-delay        must fail: HSQLDB flushes later than it commits
 * mvn verify -Dit.test=CrashIT -Dcrash.break=ack-first                 must fail: acknowledged before the commit
 * </pre>
 *
 * To skip the other tests meanwhile: {@code -Dsurefire.skip=true}.
 */
class CrashIT {

    private static final int KILLS = Math.max(1, Integer.getInteger("crash.kills", 21) / 3);
    private static final String BREAK = System.getProperty("crash.break", "");
    private static final int THREADS = 8;

    private final long seed = Long.getLong("crash.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<StandaloneProcess> nodes = new ArrayList<>();

    @TempDir
    private Path folder;

    @Test
    void shouldLoseNothingOnHsqldb() throws IOException {
        String url =
                "jdbc:hsqldb:file:data/dragonpass" + (BREAK.equals("write-delay") ? ";hsqldb.write_delay=true" : "");
        try (Nodes product = new Nodes(1, Map.of("db.url", url))) {
            Sender sender = killAgainAndAgain(product);
            StandaloneProcess node = nodes.get(0);
            node.awaitDrained();
            node.kill();
            report("HSQLDB, one node", sender, node.tables());
            sender.ledger().assertNothingLost(node.tables());

            node.start(product.settings);
            sender.settle();
            node.awaitQuiet(Duration.ofSeconds(60));
            node.terminate();
            sender.ledger().assertAppliedOnce(node.tables());
        }
    }

    @Test
    void shouldLoseNothingOnPostgresql() throws IOException {
        loseNothingOnPostgresql(1);
    }

    @Test
    void shouldLoseNothingOnPostgresqlWithTwoNodes() throws IOException {
        loseNothingOnPostgresql(2);
    }

    private void loseNothingOnPostgresql(int size) throws IOException {
        try (PostgresServer database = new PostgresServer(folder);
                Nodes product = new Nodes(size, database.settings())) {
            Sender sender = killAgainAndAgain(product);
            nodes.forEach(StandaloneProcess::awaitDrained);
            report("PostgreSQL, nodes: " + size, sender, database.tables());
            sender.ledger().assertNothingLost(database.tables());

            sender.settle();
            nodes.forEach(node -> node.awaitQuiet(Duration.ofSeconds(60)));
            sender.ledger().assertAppliedOnce(database.tables());
        }
    }

    private Sender killAgainAndAgain(Nodes product) {
        nodes.forEach(node -> node.start(product.settings));
        List<URI> servers = nodes.stream().map(StandaloneProcess::server).toList();
        try (Sender sender = new Sender(servers, THREADS, 0, seed)) {
            for (int kill = 0; kill < KILLS; kill++) {
                StandaloneProcess victim = nodes.get(random.nextInt(nodes.size()));
                pause(50 + random.nextInt(1500));
                victim.kill();
                if (random.nextInt(4) == 0) {
                    victim.launch(product.settings, List.of());
                    pause(random.nextInt(2500));
                    victim.kill();
                }
                victim.start(product.settings);
            }
            return sender;
        }
    }

    private void report(String what, Sender sender, JdbcTemplate tables) {
        System.out.printf(
                "Crash test, %s: %d kills, %d pushes acknowledged, %d lost (seed %d)%n",
                what,
                KILLS,
                sender.ledger().acknowledged(),
                sender.ledger().lost(tables).size(),
                seed);
        assertThat(sender.ledger().acknowledged()).isGreaterThan(100);
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Nodes with a folder each, and the jar in each when it is to be broken by files beside it. */
    private final class Nodes implements AutoCloseable {

        private final Map<String, String> settings = new HashMap<>();

        Nodes(int size, Map<String, String> database) throws IOException {
            settings.putAll(database);
            settings.put("batch.sweep", "200ms");
            settings.put("db.watch", "200ms");
            settings.put("spool.drain", "200ms");
            for (int i = 0; i < size; i++) {
                Path own = Files.createDirectories(folder.resolve("node" + i));
                nodes.add(new StandaloneProcess(own, jar(own)));
            }
        }

        private Path jar(Path own) throws IOException {
            if (!BREAK.equals("ack-first")) {
                return StandaloneProcess.packagedJar();
            }
            Files.createDirectories(own.resolve("routes"));
            Matcher step = Pattern.compile("(?s)( +- process:\\s+id: store-in-group.*?)(?= +- filter:)")
                    .matcher(Files.readString(Path.of("routes/store-push.camel.yaml")));
            assertThat(step.find()).isTrue();
            Files.writeString(own.resolve("routes/store-push.camel.yaml"), step.replaceFirst("""
                            - wireTap:
                                uri: direct:store-later
                            - setVariable:
                                name: outcome
                                expression:
                                  constant:
                                    expression: stored
                    """));
            Files.writeString(
                    own.resolve("routes/store-later.camel.yaml"),
                    """
                    - route:
                        id: store-later
                        from:
                          uri: direct:store-later
                          steps:
                    """ + step.group(1).indent(4));
            return Files.copy(StandaloneProcess.packagedJar(), own.resolve("product.jar"));
        }

        @Override
        public void close() {
            nodes.forEach(StandaloneProcess::close);
        }
    }
}
