package io.resourcesync.dragonpass.main;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.camel.support.service.ServiceSupport;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection pool, with a schema that is up to date, on a database that flushes each commit
 * before it returns. Closed after the routes.
 */
final class Database extends ServiceSupport {

    /**
     * What an HSQLDB URL must say for a commit to be durable and concurrent pushes not to wait for
     * each other; the URL's own choice stands. Without {@code write_delay=false} an acknowledged row
     * can be lost, and with blanks padded two ids that differ in a blank would be one.
     */
    private static final Map<String, String> HSQLDB_DEFAULTS = new LinkedHashMap<>();

    static {
        HSQLDB_DEFAULTS.put("hsqldb.write_delay", "false");
        HSQLDB_DEFAULTS.put("hsqldb.tx", "mvcc");
        HSQLDB_DEFAULTS.put("hsqldb.default_table_type", "cached");
        HSQLDB_DEFAULTS.put("sql.pad_space", "false");
    }

    /**
     * @param poolSize connections at most
     */
    record Access(String url, String user, String password, int poolSize) {

        /** Without the password. */
        @Override
        public String toString() {
            return url + " as " + user;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger("dragonpass.database");

    private final HikariDataSource pool;

    private final boolean embedded;

    private Database(HikariDataSource pool, boolean embedded) {
        this.pool = pool;
        this.embedded = embedded;
    }

    /**
     * Connects and brings the schema up to date.
     *
     * @throws SettingsException when the database cannot be reached or its schema not be brought up to date
     */
    static Database open(Access access) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("dragonpass-resource-sync");
        config.setJdbcUrl(durable(access.url()));
        config.setUsername(access.user());
        config.setPassword(access.password());
        config.setMaximumPoolSize(access.poolSize());
        config.setConnectionTimeout(5_000);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        HikariDataSource pool;
        try {
            pool = new HikariDataSource(config);
        } catch (RuntimeException e) {
            throw new SettingsException("db.url: the database cannot be opened (" + rootMessage(e)
                    + "): check that it is there, that db.user may use it and that no other process holds it");
        }
        try {
            migrate(pool);
        } catch (FlywayException e) {
            pool.close();
            throw new SettingsException("db.url: the schema cannot be brought up to date (" + rootMessage(e)
                    + "): check that db.user may create tables and that no newer version has run here");
        }
        return new Database(pool, !access.url().startsWith("jdbc:hsqldb:hsql"));
    }

    /** The pool. */
    DataSource dataSource() {
        return pool;
    }

    static String durable(String url) {
        StringBuilder complete = new StringBuilder(url);
        HSQLDB_DEFAULTS.forEach((name, value) -> {
            if (!url.contains(";" + name + "=")) {
                complete.append(';').append(name).append('=').append(value);
            }
        });
        return complete.toString();
    }

    private static void migrate(DataSource pool) {
        Flyway.configure(Database.class.getClassLoader())
                .dataSource(pool)
                .placeholders(Map.of("bytes", "varbinary(10485760)"))
                .load()
                .migrate();
    }

    /** An embedded HSQLDB ends with its only user, and in order, so that the next start need not replay its log. */
    @Override
    protected void doStop() {
        if (embedded) {
            try (Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("SHUTDOWN");
            } catch (SQLException e) {
                LOG.warn("HSQLDB was not shut down in order; the next start replays its log: {}", e.getMessage());
            }
        }
        pool.close();
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    }
}
