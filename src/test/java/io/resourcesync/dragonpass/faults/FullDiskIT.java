package io.resourcesync.dragonpass.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.resourcesync.dragonpass.model.Sender;
import io.resourcesync.dragonpass.testing.PostgresServer;
import io.resourcesync.dragonpass.testing.PushBuilder;
import io.resourcesync.dragonpass.testing.StandaloneProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The database on a file system that is really full. HSQLDB goes on as if nothing was the matter; the
 * product must not.
 */
class FullDiskIT {

    @TempDir
    private Path folder;

    private Path mounted;

    @AfterEach
    void unmount() throws IOException {
        if (mounted != null) {
            run("umount", mounted.toString());
        }
    }

    /** With a log of 1 MB the disk becomes full at a checkpoint, else in the midst of a commit. */
    @ParameterizedTest
    @CsvSource({"5m, 50", "5m, 1"})
    void shouldAcknowledgeNothingThatIsNotSafe(String size, int logMegabytes) throws IOException {
        Path disk = mount(size);
        Map<String, String> settings = settings(disk, logMegabytes);
        try (StandaloneProcess product = product()) {
            product.start(settings);
            Sender sender = fill(product);

            assertThat(product.observe("/observe/health/ready").statusCode()).isEqualTo(503);
            assertThat(product.observe("/observe/health/live").statusCode()).isEqualTo(200);
            HttpResponse<String> refused =
                    product.push(PushBuilder.metadata("N1").sequence(1, 1).json());
            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.headers().firstValue("Retry-After")).isPresent();
            assertThat(product.console()).containsOnlyOnce("no commit can be trusted any more");

            run("mount", "-o", "remount,size=200m", disk.toString());
            assertThat(product.push(PushBuilder.metadata("N1").sequence(1, 1).json())
                            .statusCode())
                    .as("what is in memory may not be on disk, also when there is room again")
                    .isEqualTo(503);
            product.terminate();

            run("mount", "-o", "remount,size=" + size, disk.toString());
            product.launch(settings, List.of());
            assertThat(product.exitCode(Duration.ofSeconds(30))).isNotZero();
            assertThat(product.console()).contains("to open the database takes");

            run("mount", "-o", "remount,size=200m", disk.toString());
            System.out.printf(
                    "Full disk of %s: %d pushes acknowledged, %d lost%n",
                    size,
                    sender.ledger().acknowledged(),
                    sender.ledger().lost(product.tables(disk)).size());
            sender.ledger().assertNothingLost(product.tables(disk));

            product.start(settings);
            sender.settle();
            product.awaitQuiet(Duration.ofSeconds(120));
            product.terminate();
            sender.ledger().assertAppliedOnce(product.tables(disk));
        }
    }

    /** The spool is on another disk. */
    @Test
    void shouldSpoolWhileTheDiskOfPostgresqlIsFull() throws IOException {
        Path disk = mount("150m");
        try (PostgresServer database = new PostgresServer(disk);
                StandaloneProcess product = product()) {
            Map<String, String> settings = new HashMap<>(database.settings());
            settings.put("batch.sweep", "200ms");
            settings.put("db.watch", "500ms");
            product.start(settings);
            Sender sender;
            try (Sender load = new Sender(List.of(product.server()), 4, 0, 1)) {
                sender = load;
                await().until(() -> load.ledger().acknowledged() > 100);
                Path filler = fill(disk);
                await().atMost(Duration.ofSeconds(90)).until(() -> product.metric("dragonpass_spool_records") > 100);
                Files.delete(filler);
            }
            if (!database.isUp()) {
                database.start();
            }
            sender.settle();
            product.awaitQuiet(Duration.ofSeconds(120));
            System.out.printf(
                    "Full disk of PostgreSQL: %d pushes acknowledged, %d lost%n",
                    sender.ledger().acknowledged(),
                    sender.ledger().lost(database.tables()).size());
            sender.ledger().assertNothingLost(database.tables());
            sender.ledger().assertAppliedOnce(database.tables());
        }
    }

    private static Path fill(Path disk) throws IOException {
        Path filler = disk.resolve("filler");
        try (OutputStream out = Files.newOutputStream(filler)) {
            byte[] block = new byte[65_536];
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            // That is what full means.
            return filler;
        }
    }

    /** The same without a file system of its own: files cannot grow past a limit. */
    @Test
    void shouldLoseNothingWhenFilesCannotGrow() {
        Map<String, String> settings = settings(folder, 50);
        try (StandaloneProcess product = product()) {
            product.limitFiles(3_000).start(settings);
            Sender sender = fill(product);
            product.kill();

            product.liftLimit().start(settings);
            sender.settle();
            product.awaitQuiet(Duration.ofSeconds(120));
            product.terminate();
            sender.ledger().assertNothingLost(product.tables(folder));
            sender.ledger().assertAppliedOnce(product.tables(folder));
        }
    }

    /** Until pushes are refused, or a while after the first went to the spool. */
    private static Sender fill(StandaloneProcess product) {
        try (Sender sender = new Sender(List.of(product.server()), 4, 0, 1)) {
            await().atMost(Duration.ofSeconds(120))
                    .until(() ->
                            sender.answers().containsKey("503") || product.metric("dragonpass_spool_records") > 100);
            return sender;
        }
    }

    private StandaloneProcess product() {
        return new StandaloneProcess(folder, StandaloneProcess.packagedJar());
    }

    private static Map<String, String> settings(Path disk, int logMegabytes) {
        Map<String, String> settings = new HashMap<>();
        settings.put(
                "db.url", "jdbc:hsqldb:file:" + disk.resolve("data/dragonpass") + ";hsqldb.log_size=" + logMegabytes);
        settings.put("batch.sweep", "200ms");
        settings.put("db.watch", "500ms");
        return settings;
    }

    /** A small file system of its own, where this user may make one. */
    private Path mount(String size) throws IOException {
        Path disk = Files.createDirectories(folder.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + size, "tmpfs", disk.toString()) == 0,
                "this user may not mount a file system");
        mounted = disk;
        return disk;
    }

    private static int run(String... command) throws IOException {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .onExit()
                .join()
                .exitValue();
    }
}
