package io.resourcesync.dragonpass.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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

    private final List<IOException> lost = new ArrayList<>();
    private Path data;
    private Path log;
    private HsqldbFiles files;

    @BeforeEach
    void create() throws IOException {
        log = Files.createFile(folder.resolve("db.log"));
        data = Files.createFile(folder.resolve("db.data"));
        files = new HsqldbFiles(folder.resolve("db"), lost::add);
    }

    @AfterEach
    void stop() {
        files.stop();
    }

    @Test
    void shouldGiveBackTheSpaceOfARemovedFileOnlyWhenItLooksAgain() throws IOException {
        files.look();
        Files.delete(log);

        assertThat(open()).containsExactlyInAnyOrder(data.toString(), log + " (deleted)");

        files.look();

        assertThat(open()).containsExactly(data.toString());
    }

    /** A disk that is nearly full needs it at once. */
    @Test
    void shouldNotHoldWhatTheDiskHasNoRoomFor() throws IOException {
        files.look();
        try (RandomAccessFile sparse = new RandomAccessFile(log.toFile(), "rw")) {
            sparse.setLength(folder.toFile().getUsableSpace());
        }

        files.look();

        assertThat(open()).containsExactly(data.toString());
    }

    @Test
    void shouldTellWhenTheDataFileCannotBeBroughtToDisk() throws IOException {
        files.look();
        assertThat(lost).isEmpty();
        Files.delete(data);
        // What there is no way to flush.
        Files.createSymbolicLink(data, Path.of("/dev/null"));

        files.look();

        assertThat(lost).hasSize(1);
    }

    @Test
    void shouldHoldTheFileThatIsThereNow() throws IOException {
        files.look();
        Files.delete(log);
        Files.createFile(log);
        Path backup = Files.createFile(folder.resolve("db.backup"));

        files.look();

        assertThat(open()).containsExactlyInAnyOrder(data.toString(), log.toString(), backup.toString());
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
        EmbeddedHsqldb hsqldb = new EmbeddedHsqldb("jdbc:hsqldb:file:" + database, "SA", "", lost::add);
        hsqldb.getConnection().close();
        // Once by HSQLDB, and once to hold it.
        await().untilAsserted(() ->
                assertThat(open()).filteredOn((database + ".log")::equals).hasSize(2));

        hsqldb.shutDown("SHUTDOWN");

        assertThat(open()).isEmpty();
        assertThat(lost).isEmpty();
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
