package io.resourcesync.dragonpass.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resourcesync.dragonpass.testing.TestDatabase;
import java.io.RandomAccessFile;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** A database that flushes each commit, or a sentence that says why not. */
class DatabaseTest {

    @Test
    void shouldAddWhatDurabilityNeeds() {
        assertThat(EmbeddedHsqldb.durable("jdbc:hsqldb:file:data/dragonpass"))
                .isEqualTo("jdbc:hsqldb:file:data/dragonpass;hsqldb.write_delay=false;hsqldb.tx=mvcc"
                        + ";hsqldb.default_table_type=cached;sql.pad_space=false;hsqldb.nio_data_file=false;hsqldb.log_size=100"
                        + ";hsqldb.cache_size=6000;hsqldb.extlog=2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hsqldb.write_delay=true",
                "hsqldb.tx=locks",
                "hsqldb.default_table_type=memory",
                "sql.pad_space=true",
                "hsqldb.nio_data_file=true"
            })
    void shouldLeaveTheUrlsOwnChoice(String choice) {
        String name = choice.substring(0, choice.indexOf('='));

        String url = EmbeddedHsqldb.durable("jdbc:hsqldb:file:data/dragonpass;shutdown=true;" + choice);

        assertThat(url).contains(";shutdown=true;" + choice);
        assertThat(url.split(name + "=", -1)).hasSize(2);
    }

    /** HSQLDB ignores a property that it does not know, so that a wrong name would go unnoticed. */
    @Test
    void shouldReallyBeFlushedAtEachCommit() throws SQLException {
        String url = EmbeddedHsqldb.durable("jdbc:hsqldb:mem:durable");
        Properties user = new Properties();
        user.setProperty("user", "SA");

        try (var connection = DriverManager.getConnection(url, user);
                Statement statement = connection.createStatement()) {
            assertThat(property(statement, "hsqldb.write_delay_millis")).isEqualTo("0");
            assertThat(property(statement, "hsqldb.tx")).isEqualToIgnoringCase("mvcc");
            assertThat(property(statement, "hsqldb.default_table_type")).isEqualToIgnoringCase("cached");
            assertThat(property(statement, "sql.pad_space")).isEqualTo("false");
            statement.execute("SHUTDOWN");
        }
    }

    /** The URL says it to a new one only. */
    @Test
    void shouldFlushEachCommitOfADatabaseThatWasMadeOtherwise(@TempDir Path folder) throws Exception {
        String url = "jdbc:hsqldb:file:" + folder.resolve("dragonpass");
        EmbeddedHsqldb delaying = new EmbeddedHsqldb(url + ";hsqldb.write_delay=true", "SA", "", e -> {});
        delaying.getConnection().close();
        delaying.shutDown("SHUTDOWN");
        Database database = new Database(access(url), null);

        database.start();

        try (Connection connection = database.work().getConnection();
                Statement statement = connection.createStatement()) {
            assertThat(property(statement, "hsqldb.write_delay_millis")).isEqualTo("0");
        } finally {
            database.stop();
        }
    }

    private static String property(Statement statement, String name) throws SQLException {
        String query =
                "SELECT property_value FROM information_schema.system_properties WHERE property_name = '" + name + "'";
        try (ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    @Test
    void shouldSayInOneSentenceThatAFolderCannotBeWritten(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("file"));
        Database.Access access = access("jdbc:hsqldb:file:" + file + "/dragonpass");

        assertThatThrownBy(() -> new Database(access, null).start())
                .cause()
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("db.url: the database cannot be opened (")
                .hasMessageEndingWith(
                        "check that it is there, that db.user may use it and that no other process holds it")
                .message()
                .doesNotContain("\n");
    }

    /** As a pool would that lost its connections. */
    @Test
    void shouldNotOpenHsqldbAgainOnceItWasShutDown(@TempDir Path folder) throws Exception {
        EmbeddedHsqldb hsqldb =
                new EmbeddedHsqldb("jdbc:hsqldb:file:" + folder.resolve("dragonpass"), "SA", "", e -> {});
        hsqldb.getConnection().close();

        hsqldb.shutDown("SHUTDOWN IMMEDIATELY");

        assertThatThrownBy(hsqldb::getConnection).isInstanceOf(SQLException.class);
        assertThat(folder.resolve("dragonpass.lck")).doesNotExist();
    }

    /** HSQLDB would begin to put things back, and what it left the next opening would take for sound. */
    @Test
    void shouldSayInOneSentenceThatThereIsNoRoomToOpenHsqldb(@TempDir Path folder) throws Exception {
        try (RandomAccessFile log =
                new RandomAccessFile(folder.resolve("dragonpass.log").toFile(), "rw")) {
            log.setLength(folder.toFile().getUsableSpace());
        }
        Database.Access access = access("jdbc:hsqldb:file:" + folder.resolve("dragonpass") + ";hsqldb.log_size=10");

        assertThatThrownBy(() -> new Database(access, null))
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("db.url: the disk of " + folder.resolve("dragonpass") + " has ")
                .hasMessageEndingWith(": make room");
    }

    /** HSQLDB by itself forgets what it compiled once the statement is closed. */
    @Test
    void shouldCompileAStatementOnce() throws Exception {
        EmbeddedHsqldb hsqldb = new EmbeddedHsqldb("jdbc:hsqldb:mem:compiled", "SA", "", e -> {});
        try (Connection connection = hsqldb.getConnection()) {
            assertThat(compiled(connection)).isEqualTo(compiled(connection));
        }
        hsqldb.shutDown("SHUTDOWN");
    }

    private static long compiled(Connection connection) throws Exception {
        try (PreparedStatement statement = connection.prepareStatement("VALUES (1)")) {
            Field id = statement.getClass().getDeclaredField("statementID");
            id.setAccessible(true);
            return id.getLong(statement);
        }
    }

    @Test
    void shouldBringTheFirstSchemaUpToDate() {
        DataSource before = new DriverManagerDataSource("jdbc:hsqldb:mem:upgraded", "SA", "");
        JdbcTemplate tables = new JdbcTemplate(before);
        Flyway.configure()
                .dataSource(before)
                .locations("classpath:db/migration")
                .placeholders(Map.of("bytes", "varbinary(10485760)"))
                .target("1")
                .load()
                .migrate();
        tables.execute("INSERT INTO push_batch (program_id, event_type, batch_id, total_sequence, status, opened_at,"
                + " deadline_at) VALUES ('p', 'e', 'b', 1, 'OPEN', current_timestamp, current_timestamp)");

        Database database = new Database(access("jdbc:hsqldb:mem:upgraded"), null);
        database.start();

        assertThat(new JdbcTemplate(database.work())
                        .queryForList("SELECT batch_id FROM push_batch WHERE status = 'OPEN'", String.class))
                .containsExactly("b");
        database.stop();
    }

    @Test
    void shouldSayInOneSentenceThatTheSchemaIsNotItsOwn(@TempDir Path folder) throws Exception {
        String url = "jdbc:hsqldb:file:" + folder.resolve("dragonpass");
        EmbeddedHsqldb foreign = new EmbeddedHsqldb(url, "SA", "", e -> {});
        try (Connection connection = foreign.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE push_batch (batch_id integer)");
        }
        foreign.shutDown("SHUTDOWN");
        Database database = new Database(access(url), null);

        assertThatThrownBy(database::start)
                .cause()
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("db.url: the schema cannot be brought up to date (")
                .message()
                .doesNotContain("\n");
        assertThat(folder.resolve("dragonpass.lck")).doesNotExist();
    }

    /** It answers, so that waiting for it would end in a full spool. */
    @Test
    void shouldSayInOneSentenceThatTheSchemaOfAPostgresqlIsNotItsOwn() {
        Map<String, String> settings = TestDatabase.postgresql();
        new JdbcTemplate(new DriverManagerDataSource(settings.get("db.url"), settings.get("db.user"), ""))
                .execute("CREATE TABLE push_batch (batch_id integer)");
        Database database = new Database(access(settings.get("db.url"), settings.get("db.user")), null);

        assertThatThrownBy(database::start)
                .cause()
                .isInstanceOf(SettingsException.class)
                .hasMessageStartingWith("db.url: the schema cannot be brought up to date (");
    }

    /** What fails meanwhile, a route that cannot be read for one, must not leave half of the tables. */
    @Test
    void shouldNotStopBeforeTheSchemaIsComplete(@TempDir Path folder) {
        String url = "jdbc:hsqldb:file:" + folder.resolve("dragonpass");
        Database stopped = new Database(access(url), null);
        stopped.init();

        stopped.stop();

        DataSource after = new DriverManagerDataSource(url + ";shutdown=true", "SA", "");
        assertThat(new JdbcTemplate(after)
                        .queryForList("SELECT \"success\" FROM \"flyway_schema_history\"", Boolean.class))
                .containsOnly(true)
                .hasSizeGreaterThanOrEqualTo(2);
    }

    private static Database.Access access(String url) {
        return access(url, "SA");
    }

    private static Database.Access access(String url, String user) {
        return new Database.Access(url, user, "", 2, 2, Duration.ofSeconds(1), Duration.ofSeconds(1));
    }
}
