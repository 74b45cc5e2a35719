package io.resourcesync.dragonpass.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Which files this process has open, as Linux tells. */
@EnabledOnOs(OS.LINUX)
class HsqldbFilesTest {

    @TempDir
    private Path folder;

    private Path log;
    private HsqldbFiles files;

    @BeforeEach
    void create() throws IOException {
        log = Files.createFile(folder.resolve("db.log"));
        Files.createFile(folder.resolve("db.data"));
        files = new HsqldbFiles(folder.resolve("db"));
    }

    @AfterEach
    void stop() {
        files.stop();
    }

    @Test
    void shouldGiveBackTheSpaceOfARemovedFileOnlyWhenItLooksAgain() throws IOException {
        files.look();
        Files.delete(log);

        assertThat(open()).containsExactly(log + " (deleted)");

        files.look();

        assertThat(open()).isEmpty();
    }

    @Test
    void shouldHoldTheFileThatIsThereNow() throws IOException {
        files.look();
        Files.delete(log);
        Files.createFile(log);
        Path backup = Files.createFile(folder.resolve("db.backup"));

        files.look();

        assertThat(open()).containsExactlyInAnyOrder(log.toString(), backup.toString());
    }

    @Test
    void shouldHoldNothingOnceItIsStopped() throws IOException {
        files.look();

        files.stop();
        files.look();

        assertThat(open()).isEmpty();
    }

    @Test
    void shouldLookByItselfUntilTheDatabaseIsShutDown() throws Exception {
        Path database = folder.resolve("hsqldb");
        EmbeddedHsqldb hsqldb = new EmbeddedHsqldb("jdbc:hsqldb:file:" + database, "SA", "");
        hsqldb.getConnection().close();
        // Once by HSQLDB, and once to hold it.
        await().untilAsserted(() ->
                assertThat(open()).filteredOn((database + ".log")::equals).hasSize(2));

        hsqldb.shutDown("SHUTDOWN");

        assertThat(open()).isEmpty();
    }

    private List<String> open() throws IOException {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return descriptors
                    .map(HsqldbFilesTest::target)
                    .filter(Objects::nonNull)
                    .filter(target -> target.startsWith(folder.toString()))
                    .toList();
        }
    }

    /** Null for one that was closed meanwhile. */
    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            return null;
        }
    }
}
