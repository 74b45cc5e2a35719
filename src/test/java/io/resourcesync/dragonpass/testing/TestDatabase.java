package io.resourcesync.dragonpass.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.UUID;

/**
 * The database that tests run on: HSQLDB in memory, or with {@code -Dtest.db=postgresql} a real
 * PostgreSQL, one for the JVM. It does not flush, as nothing that needs it to survive a crash uses it.
 */
public final class TestDatabase {

    private static EmbeddedPostgres server;

    private TestDatabase() {}

    /** Whether tests run on PostgreSQL. */
    public static boolean isPostgresql() {
        return "postgresql".equals(System.getProperty("test.db"));
    }

    /** The numbers from 1 to this one, as a table of a {@code FROM} clause. */
    public static String numbersTo(int last) {
        return (isPostgresql() ? "generate_series(1, %d)" : "UNNEST(SEQUENCE_ARRAY(1, %d, 1))").formatted(last);
    }

    /** The settings that lead to a new, empty database. */
    public static Map<String, String> fresh() {
        return isPostgresql()
                ? postgresql()
                : Map.of("db.url", "jdbc:hsqldb:mem:" + UUID.randomUUID(), "db.user", "SA", "db.password", "");
    }

    /** The settings that lead to a new, empty database of a PostgreSQL, whatever other tests run on. */
    public static Map<String, String> postgresql() {
        String name = "test_" + UUID.randomUUID().toString().replace("-", "");
        try (Connection connection = server().getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return Map.of(
                "db.url",
                "jdbc:postgresql://localhost:" + server().getPort() + "/" + name,
                "db.user",
                "postgres",
                "db.password",
                "");
    }

    /** Zonky stops it when the JVM ends. */
    private static synchronized EmbeddedPostgres server() {
        if (server == null) {
            try {
                server = EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "500")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return server;
    }
}
