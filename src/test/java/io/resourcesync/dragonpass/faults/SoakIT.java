package io.resourcesync.dragonpass.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.resourcesync.dragonpass.model.Sender;
import io.resourcesync.dragonpass.testing.PostgresServer;
import io.resourcesync.dragonpass.testing.PushBuilder;
import io.resourcesync.dragonpass.testing.StandaloneProcess;
import io.resourcesync.dragonpass.testing.TcpProxy;
import io.resourcesync.dragonpass.testing.TcpProxy.Weather;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two nodes under a steady load of good and bad pushes, while one fault follows the other. What they
 * take of memory and threads stays flat, and in the end nothing is left to do.
 *
 * <pre>
 * mvn verify -Dit.test=SoakIT -Dsoak.minutes=30
 * </pre>
 */
class SoakIT {

    private static final Duration LENGTH = Duration.ofMinutes(Long.getLong("soak.minutes", 2));
    private static final int THREADS = 6;
    private static final long PAUSE_MILLIS = 60;

    /** Of each round the first half is quiet. */
    private static final long ROUND_MILLIS = 20_000;

    @TempDir
    private Path folder;

    private StandaloneProcess survivor;
    private long begin;

    @Test
    void shouldStayFlat() throws IOException {
        try (PostgresServer database = new PostgresServer(folder);
                TcpProxy network = new TcpProxy(database.port());
                StandaloneProcess first = node("first");
                StandaloneProcess second = node("second")) {
            Map<String, String> settings = new HashMap<>(database.settings(network.port()));
            settings.put("batch.sweep", "500ms");
            settings.put("db.watch", "500ms");
            settings.put("spool.drain", "200ms");
            settings.put("db.work-timeout", "10s");
            settings.put("quarantine.max-rows", "100");
            survivor = first.start(settings, "-Xmx128m");
            second.start(settings, "-Xmx128m");
            System.out.println("Soak:    s   node 1 MiB  threads   open  spooled  answers");
            begin = System.nanoTime();
            List<URI> servers = List.of(first.server(), second.server());
            Sender sender = new Sender(servers, THREADS, PAUSE_MILLIS, begin);
            double threadsAtFirst;
            try (sender) {
                pause(ROUND_MILLIS / 2);
                threadsAtFirst = row(sender);
                for (int round = 0; elapsed().compareTo(LENGTH) < 0; round++) {
                    badPushes(round);
                    switch (round % 5) {
                        case 0 -> during(() -> network.set(Weather.CUT), () -> network.set(Weather.FINE));
                        case 1 -> during(database::freeze, database::thaw);
                        case 2 -> during(second::kill, () -> second.start(settings, "-Xmx128m"));
                        case 3 -> during(database::crash, database::start);
                        default -> during(() -> network.set(Weather.SILENT), () -> network.set(Weather.FINE));
                    }
                    pause(ROUND_MILLIS / 2);
                    row(sender);
                }
            }
            sender.settle();
            List.of(first, second).forEach(node -> node.awaitQuiet(Duration.ofSeconds(120)));
            double threadsAtLast = row(sender);

            sender.ledger().assertNothingLost(database.tables());
            sender.ledger().assertAppliedOnce(database.tables());
            assertThat(threadsAtLast)
                    .as("threads; the management server makes up to 20, one for each request at first")
                    .isLessThan(threadsAtFirst + 25);
            assertThat(residentMebibytes())
                    .as("resident memory with a heap of 128 MiB")
                    .isLessThan(400);
            assertThat(database.tables().queryForObject("SELECT count(*) FROM quarantine", Integer.class))
                    .isLessThanOrEqualTo(200);
        }
    }

    private StandaloneProcess node(String name) throws IOException {
        return new StandaloneProcess(Files.createDirectories(folder.resolve(name)), StandaloneProcess.packagedJar());
    }

    private static void during(Runnable beginning, Runnable end) {
        beginning.run();
        pause(ROUND_MILLIS / 2);
        end.run();
    }

    private void badPushes(int round) {
        for (int i = 0; i < 50; i++) {
            assertThat(survivor.push("no json " + round + " " + i).statusCode()).isEqualTo(400);
            assertThat(survivor.push(PushBuilder.metadata("N1")
                                    .sequence(0, round + 1)
                                    .batch("bad " + i)
                                    .json())
                            .statusCode())
                    .isEqualTo(422);
        }
    }

    private double row(Sender sender) {
        double threads = survivor.metric("jvm_threads_live_threads");
        System.out.printf(
                "Soak: %4d %12d %8.0f %6.0f %8.0f  %s, %s%n",
                elapsed().toSeconds(),
                residentMebibytes(),
                threads,
                survivor.metric("dragonpass_batches_open"),
                survivor.metric("dragonpass_spool_records"),
                sender.answers(),
                sender.waits());
        return threads;
    }

    private Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** As Linux tells it; 0 elsewhere. */
    private long residentMebibytes() {
        try {
            return Files.readAllLines(Path.of("/proc/" + survivor.pid() + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
