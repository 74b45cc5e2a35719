package io.resourcesync.dragonpass.http;

import io.resourcesync.dragonpass.testing.Product;
import io.resourcesync.dragonpass.testing.RunningJar;
import java.io.Closeable;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;

/** The same of the packaged jar. */
class PushServerIT extends PushServerTest {

    @Override
    Product start(Map<String, String> settings) {
        return RunningJar.start(settings);
    }

    @Override
    Closeable holdUpPushes(Product app) {
        try {
            Connection connection = app.jdbc().getDataSource().getConnection();
            connection.setAutoCommit(false);
            connection.createStatement().execute("LOCK TABLE push_message IN ACCESS EXCLUSIVE MODE");
            return () -> {
                try (connection) {
                    connection.rollback();
                } catch (SQLException e) {
                    throw new IOException(e);
                }
            };
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
