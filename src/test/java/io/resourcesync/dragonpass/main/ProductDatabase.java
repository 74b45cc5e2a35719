package io.resourcesync.dragonpass.main;

import java.sql.SQLException;
import javax.sql.DataSource;

/** What the product does with its database, for others that are compared with it. */
public final class ProductDatabase {

    private final EmbeddedHsqldb database;

    /** An HSQLDB in this process. */
    public ProductDatabase(String url, String user, String password) {
        database = new EmbeddedHsqldb(url, user, password, Throwable::printStackTrace);
    }

    /** What it says to each session of PostgreSQL about its plans. */
    public static String postgresqlPlans() {
        return Database.POSTGRESQL_PLANS;
    }

    /** Opens the database with its first connection. */
    public DataSource dataSource() {
        return database;
    }

    /** Ends the database in order. */
    public void shutDown() throws SQLException {
        database.shutDown("SHUTDOWN");
    }
}
