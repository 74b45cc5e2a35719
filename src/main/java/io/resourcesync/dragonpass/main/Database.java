package io.resourcesync.dragonpass.main;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.resourcesync.dragonpass.store.Durability;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import javax.sql.DataSource;
import org.apache.camel.support.service.ServiceSupport;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection pools, from its start on with a schema that is up to date, on a database that flushes each
 * commit before it returns. Pushes have a pool of their own, so that neither slow work takes their connections
 * nor their short limits cut work off. Closed after the routes.
 */
final class Database extends ServiceSupport {

    /**
     * Every statement finds its few rows by an index; told so, PostgreSQL's planner cannot choose to read a whole
     * table, or to compare each row of it with each of a batch, because the table is new or was small when
     * the plan was made.
     */
    static final String POSTGRESQL_PLANS = """
            SELECT set_config(name, 'off', false)
              FROM (VALUES ('enable_seqscan'), ('enable_hashjoin'), ('enable_mergejoin'), ('enable_material'), ('jit'))
                   AS s (name)
            """;

    /**
     * What a PostgreSQL session needs: a commit that is flushed before it returns, whatever the
     * server's default, no lock that outlives a node which froze or was cut off in a transaction, and
     * its plans.
     */
    private static final String POSTGRESQL_SESSION = """
            SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'
             UNION ALL
            SELECT set_config('idle_in_transaction_session_timeout', '30s', false)
             UNION ALL
            SELECT set_config('lock_timeout', '%s', false)
             UNION ALL
            """ + POSTGRESQL_PLANS;

    /**
     * @param poolSize connections for pushes at most
     * @param workPoolSize connections for the work behind the acknowledgement at most
     * @param timeout how long a push waits for a connection, and for an answer
     * @param workTimeout how long the work behind the acknowledgement waits for an answer
     */
    record Access(
            String url,
            String user,
            String password,
            int poolSize,
            int workPoolSize,
            Duration timeout,
            Duration workTimeout) {

        private static final String SERVICE = "osgi:service/";

        boolean isPostgresql() {
            return url.startsWith("jdbc:postgresql:") || service() != null;
        }

        /** The name of the data source that the runtime offers; null when the URL is one of JDBC. */
        String service() {
            return url.startsWith(SERVICE) ? url.substring(SERVICE.length()) : null;
        }

        /** Without the password. */
        @Override
        public String toString() {
            return url + " as " + user;
        }
    }

    /**
     * How long a connection may take to show that it is alive, and a server to take the wish to cancel a
     * statement. Part of the time that a push waits while the server hangs.
     */
    private static final Duration VALIDATION = Duration.ofSeconds(1);

    private static final String MIGRATIONS = "classpath:db/migration";
    private static final String MIGRATIONS_POSTGRESQL = "classpath:db/postgresql";

    private static final Logger LOG = LoggerFactory.getLogger("dragonpass.database");

    private final HikariDataSource pushes;
    private final HikariDataSource work;
    private final boolean postgresql;
    private final String url;

    /** Null when the database is not in this process. */
    private final EmbeddedHsqldb hsqldb;

    private final Durability durability = new Durability(this::abandon);
    private CompletableFuture<Void> preparation;
    private boolean prepared;

    /**
     * Nothing is connected before its start.
     *
     * @param runtime where a data source is that {@code db.url} names; null in a process of its own
     * @throws SettingsException when there is no such place, no driver, or no room on the disk
     */
    Database(Access access, DataSources runtime) {
        if (access.service() != null && runtime == null) {
            throw new SettingsException("db.url is " + access.url()
                    + ", but this is no OSGi runtime: it must start with jdbc:hsqldb: or jdbc:postgresql:");
        }
        this.postgresql = access.isPostgresql();
        this.url = access.url();
        this.hsqldb = EmbeddedHsqldb.isNamedBy(access.url())
                ? new EmbeddedHsqldb(access.url(), access.user(), access.password(), durability::lost)
                : null;
        try {
            this.work = pool(access, runtime, "work", access.workPoolSize(), access.workTimeout(), Duration.ZERO);
            this.pushes = pool(access, runtime, "pushes", access.poolSize(), access.timeout(), access.timeout());
        } catch (RuntimeException e) {
            throw cannotBeOpened(e);
        }
    }

    private static SettingsException cannotBeOpened(Exception e) {
        return new SettingsException("db.url: the database cannot be opened (" + rootMessage(e)
                + "): check that it is there, that db.user may use it and that no other process holds it");
    }

    /** Begins while the routes are read, which takes as long and needs no table. */
    @Override
    protected void doInit() {
        durability.start();
        preparation = CompletableFuture.runAsync(this::begin, task -> new Thread(task, "database").start());
    }

    private void begin() {
        try {
            if (!postgresql) {
                openHsqldb();
            }
        } catch (SQLException | RuntimeException e) {
            throw cannotBeOpened(e);
        }
        try {
            prepare();
        } catch (FlywayException e) {
            if (postgresql && isAway(e)) {
                LOG.warn("The database cannot be reached: {}", rootMessage(e));
                return;
            }
            throw new SettingsException("db.url: the schema cannot be brought up to date (" + rootMessage(e)
                    + "): check that db.user may create tables");
        }
    }

    /** What the URL says of durability HSQLDB heeds only when it makes a new database. */
    private void openHsqldb() throws SQLException {
        try (Connection connection = work.getConnection();
                Statement statement = connection.createStatement()) {
            if (!EmbeddedHsqldb.isChosen(url, "hsqldb.write_delay")) {
                statement.execute("SET FILES WRITE DELAY FALSE");
            }
        }
        pushes.getConnection().close();
    }

    /**
     * Waits for the schema. A PostgreSQL that is away for now is left to {@link #prepare()}, as a node must
     * take pushes also when it starts while the database is down.
     *
     * @throws CompletionException of a {@link SettingsException}, when the database refuses, or its schema
     *     cannot be brought up to date
     */
    @Override
    protected void doStart() {
        try {
            preparation.join();
        } catch (CompletionException e) {
            doStop();
            throw e;
        }
    }

    private HikariDataSource pool(
            Access access, DataSources runtime, String name, int size, Duration answerTimeout, Duration lockTimeout) {
        // Made without a configuration it connects when it is first asked.
        HikariDataSource pool = new HikariDataSource();
        pool.setPoolName(name);
        pool.setMaximumPoolSize(size);
        pool.setConnectionTimeout(access.timeout().toMillis());
        pool.setValidationTimeout(VALIDATION.toMillis());
        pool.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        if (access.isPostgresql()) {
            pool.setInitializationFailTimeout(-1);
            pool.setConnectionInitSql(POSTGRESQL_SESSION.formatted(lockTimeout.toMillis() + "ms"));
            pool.setExceptionOverride(new LeaveReadOnlyServer());
        }
        if (access.service() != null) {
            pool.setDataSource(runtime.named(access.service(), answerTimeout));
        } else if (hsqldb != null) {
            pool.setDataSource(hsqldb);
        } else {
            connect(pool, access, answerTimeout);
        }
        return pool;
    }

    /** By the driver's name, as in OSGi a driver is not announced to all. */
    private static void connect(HikariConfig config, Access access, Duration answerTimeout) {
        config.setUsername(access.user());
        config.setPassword(access.password());
        if (!access.isPostgresql()) {
            config.setDriverClassName(EmbeddedHsqldb.DRIVER);
            config.setJdbcUrl(EmbeddedHsqldb.durable(access.url()));
            return;
        }
        config.setDriverClassName("org.postgresql.Driver");
        config.setJdbcUrl(access.url());
        config.addDataSourceProperty("ApplicationName", "dragonpass-resource-sync");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty(
                "connectTimeout", String.valueOf(access.timeout().toSeconds()));
        config.addDataSourceProperty("cancelSignalTimeout", String.valueOf(VALIDATION.toSeconds()));
        config.addDataSourceProperty("socketTimeout", String.valueOf(answerTimeout.toSeconds()));
    }

    /**
     * Whether an error says that there is no server to ask now: connection exceptions, a server that
     * starts or stops, too many connections, a standby.
     */
    private static boolean isAway(Throwable e) {
        boolean asked = false;
        String state = null;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                asked = true;
                state = sql.getSQLState() == null ? state : sql.getSQLState();
            }
        }
        return asked && (state == null || state.matches("08.*|57P0.|53.*|25006"));
    }

    /** The pool of the routes that store pushes; what waits here is a sender. */
    DataSource pushes() {
        return pushes;
    }

    /** Whether its commits can be trusted. */
    Durability durability() {
        return durability;
    }

    /** The pool of all other routes. */
    DataSource work() {
        return work;
    }

    /**
     * Brings the schema up to date, once.
     *
     * @throws FlywayException when it cannot, or not now
     */
    synchronized void prepare() {
        if (prepared) {
            return;
        }
        Flyway.configure(Database.class.getClassLoader())
                .dataSource(work)
                .locations(postgresql ? new String[] {MIGRATIONS, MIGRATIONS_POSTGRESQL} : new String[] {MIGRATIONS})
                .placeholders(Map.of("bytes", postgresql ? "bytea" : "varbinary(10485760)"))
                .load()
                .migrate();
        prepared = true;
    }

    /** An embedded HSQLDB ends with its only user, and in order, so that the next start need not replay its log. */
    @Override
    protected void doStop() {
        // A schema that is left half-made could not be brought up to date by the next start.
        preparation.exceptionally(failure -> null).join();
        if (durability.isDoubtful()) {
            return;
        }
        closePools();
        shutDown("SHUTDOWN");
        durability.stop();
    }

    /** After a commit that was lost nothing more is written, as the log would have a gap. */
    private void abandon() {
        shutDown("SHUTDOWN IMMEDIATELY");
        closePools();
        durability.stop();
    }

    private void shutDown(String statement) {
        if (hsqldb == null) {
            return;
        }
        try {
            hsqldb.shutDown(statement);
        } catch (SQLException e) {
            LOG.warn("HSQLDB was not shut down in order; the next start replays its log: {}", e.getMessage());
        }
    }

    private void closePools() {
        pushes.close();
        work.close();
    }

    private static String rootMessage(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).lines().findFirst().orElse("");
    }
}
