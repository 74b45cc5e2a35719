package io.resourcesync.dragonpass.main;

import java.sql.SQLException;
import javax.sql.DataSource;

/** The product's way to an HSQLDB in its own process, for others that are compared with it. */
public final class ProductHsqldb {

    private final EmbeddedHsqldb database;

    public ProductHsqldb(String url, String user, String password) {
        database = new EmbeddedHsqldb(url, user, password, Throwable::printStackTrace);
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
