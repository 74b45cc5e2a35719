package io.resourcesync.dragonpass.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.hsqldb.Session;
import org.hsqldb.jdbc.JDBCConnection;
import org.hsqldb.lib.FileAccess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What HSQLDB tells of its log; that it does tell it is shown on a disk that is really full. */
class DurabilityTest {

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger(DurabilityTest.class);

    private static final Logger HSQLDB = Logger.getLogger("hsqldb.db.HSQLDB19A0.ENGINE");

    private final AtomicInteger abandoned = new AtomicInteger();
    private final Durability durability = new Durability(abandoned::incrementAndGet);

    @AfterEach
    void stop() {
        durability.stop();
    }

    @Test
    void shouldTrustCommitsAtFirst() {
        durability.start();

        HSQLDB.log(Level.INFO, "checkpointClose start");

        assertThat(durability.isDoubtful()).isFalse();
        durability.require();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ScriptWriter synch error: ", "data commit failed", "data commit logging failed"})
    void shouldTrustNoCommitFromTheFirstOneThatWasNotWritten(String message) {
        durability.start();

        HSQLDB.log(Level.WARNING, message);
        HSQLDB.log(Level.WARNING, message);

        assertThatThrownBy(durability::require).isInstanceOf(Durability.DoubtfulCommit.class);
        await().untilAsserted(() -> assertThat(abandoned).hasValue(1));
    }

    /** HSQLDB would go on after it, on a file that is half written. */
    @Test
    void shouldFailTheCheckpointThatCouldNotBeWritten() {
        durability.start();

        assertThatThrownBy(() -> HSQLDB.log(Level.SEVERE, "checkpoint failed - recovered", new IOException("full")))
                .isInstanceOf(Durability.DoubtfulCommit.class);
        assertThat(durability.isDoubtful()).isTrue();
    }

    @Test
    void shouldTrustNoCommitOnceAFileOfHsqldbWasLost() {
        durability.start();

        durability.lost(new IOException("full"));

        assertThatThrownBy(durability::require).isInstanceOf(Durability.DoubtfulCommit.class);
        await().untilAsserted(() -> assertThat(abandoned).hasValue(1));
    }

    /** HSQLDB by itself only warns, and goes on to remove the log, of which the script shall hold all. */
    @ParameterizedTest
    @ValueSource(strings = {"CHECKPOINT", "SHUTDOWN"})
    void shouldKeepTheLogWhenTheScriptWasNotFlushed(String end, @TempDir Path folder) throws Exception {
        durability.start();
        String url = "jdbc:hsqldb:file:" + folder.resolve("db") + ";hsqldb.write_delay=false;hsqldb.extlog=2";
        try (Connection connection = DriverManager.getConnection(url, "SA", "");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE CACHED TABLE t (n integer)");
            statement.execute("INSERT INTO t VALUES (1)");
            failToFlushScripts(connection);

            try {
                statement.execute(end);
            } catch (SQLException | Durability.DoubtfulCommit e) {
                LOG.info("{} has failed: {}", end, e.toString());
            }

            assertThat(durability.isDoubtful()).isTrue();
            assertThat(folder.resolve("db.log")).content().contains("INSERT INTO T");
            if (end.equals("CHECKPOINT")) {
                statement.execute("SHUTDOWN IMMEDIATELY");
            }
        }

        durability.stop();
        try (Connection connection = DriverManager.getConnection(url + ";shutdown=true", "SA", "");
                ResultSet rows = connection.createStatement().executeQuery("SELECT n FROM t")) {
            assertThat(rows.next()).isTrue();
        }
    }

    /** As a disk does that fails just then. */
    private static void failToFlushScripts(Connection connection) throws SQLException {
        org.hsqldb.persist.Logger logger =
                ((Session) connection.unwrap(JDBCConnection.class).getSession()).getDatabase().logger;
        FileAccess real = logger.fileAccess;
        AtomicReference<Object> opened = new AtomicReference<>("");
        logger.fileAccess = (FileAccess) Proxy.newProxyInstance(
                DurabilityTest.class.getClassLoader(),
                new Class<?>[] {FileAccess.class},
                (proxy, method, arguments) -> {
                    if (method.getName().startsWith("openOutputStream")) {
                        opened.set(arguments[0]);
                    }
                    if (method.getName().equals("getFileSync")
                            && opened.get().toString().endsWith(".script.new")) {
                        return (FileAccess.FileSync) () -> {
                            throw new IOException("the disk fails");
                        };
                    }
                    return method.invoke(real, arguments);
                });
    }

    @Test
    void shouldLetHsqldbShutDownAllTheSame() {
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        Durability failing = new Durability(() -> {
            try {
                HSQLDB.log(Level.SEVERE, "error closing log", new IOException("full"));
            } catch (RuntimeException e) {
                thrown.add(e);
            }
            abandoned.incrementAndGet();
        });
        failing.start();
        try {
            HSQLDB.log(Level.WARNING, "ScriptWriter synch error: ");

            await().untilAsserted(() -> assertThat(abandoned).hasValue(1));
            assertThat(thrown).isEmpty();
        } finally {
            failing.stop();
        }
    }

    /** As a crash leaves it. */
    @Test
    void shouldTrustWhatALogWithATornLineLeft() {
        durability.start();

        HSQLDB.log(
                Level.SEVERE, "statement error processing log - open continued x.log line: 9", new IOException("torn"));

        assertThat(durability.isDoubtful()).isFalse();
    }

    @Test
    void shouldLeaveNoHandlerBehind() {
        int before = Logger.getLogger("hsqldb.db").getHandlers().length;
        durability.start();

        durability.stop();

        assertThat(Logger.getLogger("hsqldb.db").getHandlers()).hasSize(before);
    }
}
