package io.resourcesync.dragonpass.bench;

import io.resourcesync.dragonpass.main.ProductDatabase;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** Where a database is and who may use it. Sessions of PostgreSQL plan as the product has them do. */
record Access(String url, String user, String password) {

    /** What {@link #of(String[], int)} reads, after some other arguments. */
    String[] arguments(String... before) {
        return Stream.concat(Stream.of(before), Stream.of(url, user, password)).toArray(String[]::new);
    }

    static Access of(String[] arguments, int from) {
        return new Access(arguments[from], arguments[from + 1], arguments[from + 2]);
    }

    /** As the product's settings. */
    Map<String, String> settings() {
        return Map.of("db.url", url, "db.user", user, "db.password", password);
    }

    boolean isPostgresql() {
        return url.startsWith("jdbc:postgresql:");
    }

    /** A new connection, which commits when it is told to. */
    Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection(url, user, password);
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        if (session() != null) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(session());
            }
        }
        connection.setAutoCommit(false);
        return connection;
    }

    /** What to say first in a session; null for nothing. */
    String session() {
        return isPostgresql() ? ProductDatabase.postgresqlPlans() : null;
    }

    /** Ends an embedded database in order, so that its next user finds all of it in place. */
    void shutDown() throws SQLException {
        if (!isPostgresql()) {
            try (Connection connection = connect();
                    Statement statement = connection.createStatement()) {
                statement.execute("SHUTDOWN");
            }
        }
    }

    JdbcTemplate tables() {
        return new JdbcTemplate(new DriverManagerDataSource(url, user, password));
    }
}
