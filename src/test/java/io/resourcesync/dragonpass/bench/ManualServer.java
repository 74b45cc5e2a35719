package io.resourcesync.dragonpass.bench;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.resourcesync.dragonpass.main.ProductDatabase;
import io.resourcesync.dragonpass.push.Pushes;
import io.resourcesync.dragonpass.security.PushAuthentication;
import io.resourcesync.dragonpass.security.PushKeys;
import io.resourcesync.dragonpass.security.PushTokenVerifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.camel.main.Main;
import org.apache.camel.processor.aggregate.jdbc.JdbcAggregationRepository;
import org.apache.camel.processor.idempotent.jdbc.JdbcMessageIdRepository;
import org.apache.camel.spring.spi.SpringTransactionPolicy;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/**
 * Contender D: the routes of {@code manual/}, with the repositories that Camel's manuals give for an
 * idempotent consumer and an aggregator that must survive a crash.
 */
final class ManualServer {

    private static final int CONNECTIONS = 24;
    private static final int BATCHES_WAITING = 1000;

    private ManualServer() {}

    /**
     * @param args the port, the folder of public keys, the database's URL, user and password
     */
    public static void main(String[] args) throws Exception {
        Access access = Access.of(args, 2);
        ProductDatabase hsqldb =
                access.isPostgresql() ? null : new ProductDatabase(access.url(), access.user(), access.password());
        HikariDataSource dataSource = pool(access, hsqldb);
        createTables(access, dataSource);
        DataSourceTransactionManager transactions = new DataSourceTransactionManager(dataSource);

        Main main = new Main();
        main.bind("dataSource", dataSource);
        main.bind("PROPAGATION_REQUIRED", new SpringTransactionPolicy(transactions));
        main.bind(
                "pushAuthentication",
                new PushAuthentication(
                        "Authorization",
                        new PushTokenVerifier(
                                PushKeys.open(Path.of(args[1])),
                                "dragonpass",
                                Duration.ofSeconds(60),
                                Duration.ZERO,
                                Clock.systemUTC())));
        main.bind("pushes", new Pushes());
        main.bind("manualBatches", new ManualBatches());
        JdbcMessageIdRepository idempotent = new JdbcMessageIdRepository(dataSource, "receive-push");
        idempotent.setCreateTableIfNotExists(false);
        main.bind("idempotentPushes", idempotent);
        main.bind("batchesInProgress", repository(transactions, dataSource));
        main.bind("writeThreads", writeThreads());
        main.addInitialProperty("camel.component.sql.dataSource", "#dataSource");
        EmptyServer.serve(args[0], "manual", main);
        dataSource.close();
        if (hsqldb != null) {
            hsqldb.shutDown();
        }
    }

    private static HikariDataSource pool(Access access, ProductDatabase hsqldb) {
        HikariConfig config = new HikariConfig();
        config.setMaximumPoolSize(CONNECTIONS);
        if (hsqldb != null) {
            config.setDataSource(hsqldb.dataSource());
        } else {
            config.setJdbcUrl(access.url());
            config.setUsername(access.user());
            config.setPassword(access.password());
            config.setConnectionInitSql(access.session());
        }
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        return new HikariDataSource(config);
    }

    private static void createTables(Access access, DataSource dataSource) throws Exception {
        String script = "manual/sql/create-tables-" + (access.isPostgresql() ? "postgresql" : "hsqldb") + ".sql";
        String sql = new String(ManualServer.class.getResourceAsStream(script).readAllBytes(), StandardCharsets.UTF_8);
        JdbcTemplate tables = new JdbcTemplate(dataSource);
        for (String statement : sql.strip().split(";")) {
            tables.execute(statement);
        }
    }

    /** On both databases the same: the one made for PostgreSQL names two columns in 4.18.0, and fills in three. */
    private static JdbcAggregationRepository repository(
            DataSourceTransactionManager transactions, DataSource dataSource) {
        JdbcAggregationRepository repository = new JdbcAggregationRepository(transactions, "aggregation", dataSource);
        repository.setUseRecovery(true);
        return repository;
    }

    /** One, as two would update the same resources and get in each other's way; the pushes go on meanwhile. */
    private static ThreadPoolExecutor writeThreads() {
        return new ThreadPoolExecutor(
                1,
                1,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(BATCHES_WAITING),
                new ThreadPoolExecutor.CallerRunsPolicy());
    }
}
