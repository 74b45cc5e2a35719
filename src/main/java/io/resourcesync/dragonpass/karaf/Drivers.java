package io.resourcesync.dragonpass.karaf;

import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * The JDBC drivers that register themselves with the JVM once they are used, and would keep the classes of
 * their bundles there, and by these ours. The bundle of PostgreSQL takes its driver back, that of HSQLDB
 * does not.
 */
final class Drivers {

    private static final String HSQLDB = "org.hsqldb.jdbc.JDBCDriver";

    /** Those of others, who may need them still. */
    private final Set<Driver> before = Set.copyOf(Collections.list(DriverManager.getDrivers()));

    /** Must be called from a class of this bundle, as the DriverManager asks for. */
    void deregister() {
        for (Driver driver : Collections.list(DriverManager.getDrivers())) {
            Class<?> type = driver.getClass();
            boolean inside = type.getClassLoader() == Drivers.class.getClassLoader();
            if (inside || type.getName().equals(HSQLDB) && !before.contains(driver)) {
                try {
                    DriverManager.deregisterDriver(driver);
                } catch (SQLException e) {
                    LoggerFactory.getLogger("dragonpass.karaf").warn("The driver {} stays registered", driver, e);
                }
            }
        }
    }
}
