package io.resourcesync.dragonpass.karaf;

import io.resourcesync.dragonpass.main.DataSources;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.Collection;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceReference;

/**
 * The {@code DataSource} services of the runtime, by any of the properties that name one. A service may
 * come and go: without it the database counts as away.
 */
record ServiceDataSources(BundleContext bundle) implements DataSources {

    /** SQLSTATE of a client that cannot establish the connection. */
    private static final String AWAY = "08001";

    /** SQLSTATE of a feature that is not supported. */
    private static final String UNSUITABLE = "0A000";

    @Override
    public DataSource named(String name, Duration answerTimeout) {
        return new ServiceDataSource(name, answerTimeout);
    }

    private final class ServiceDataSource implements DataSource {

        private final String name;
        private final int answerMillis;

        ServiceDataSource(String name, Duration answerTimeout) {
            this.name = name;
            this.answerMillis = Math.toIntExact(answerTimeout.toMillis());
        }

        @Override
        public Connection getConnection() throws SQLException {
            ServiceReference<DataSource> service = service();
            DataSource source = service == null ? null : bundle.getService(service);
            if (source == null) {
                throw new SQLTransientConnectionException("there is no DataSource service of the name " + name, AWAY);
            }
            try {
                return suitable(source.getConnection());
            } finally {
                bundle.ungetService(service);
            }
        }

        private ServiceReference<DataSource> service() {
            try {
                Collection<ServiceReference<DataSource>> found = bundle.getServiceReferences(
                        DataSource.class,
                        "(|(osgi.jndi.service.name=%1$s)(dataSourceName=%1$s)(name=%1$s))".formatted(name));
                return found.stream().max(ServiceReference::compareTo).orElse(null);
            } catch (InvalidSyntaxException e) {
                throw new IllegalStateException(e);
            }
        }

        private Connection suitable(Connection connection) throws SQLException {
            try {
                String product = connection.getMetaData().getDatabaseProductName();
                if (!product.equals("PostgreSQL")) {
                    throw new SQLException(
                            "the DataSource service " + name + " is of " + product + ", and must be of PostgreSQL",
                            UNSUITABLE);
                }
                connection.setNetworkTimeout(Runnable::run, answerMillis);
                return connection;
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        }

        @Override
        public Connection getConnection(String user, String password) throws SQLException {
            throw new SQLFeatureNotSupportedException("the service knows its user");
        }

        @Override
        public PrintWriter getLogWriter() {
            return null;
        }

        @Override
        public void setLogWriter(PrintWriter out) throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public void setLoginTimeout(int seconds) throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public int getLoginTimeout() {
            return 0;
        }

        @Override
        public Logger getParentLogger() throws SQLFeatureNotSupportedException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public <T> T unwrap(Class<T> type) throws SQLException {
            throw new SQLFeatureNotSupportedException();
        }

        @Override
        public boolean isWrapperFor(Class<?> type) {
            return false;
        }
    }
}
