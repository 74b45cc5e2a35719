package io.resourcesync.dragonpass.karaf;

import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Collections;
import org.slf4j.LoggerFactory;

/** The JDBC drivers inside a bundle, which register themselves with the JVM and would keep the bundle's classes there. */
final class Drivers {

    private Drivers() {}

    /** Must be called from a class of the same loader, as the DriverManager asks for. */
    static void deregister(ClassLoader loader) {
        for (Driver driver : Collections.list(DriverManager.getDrivers())) {
            if (driver.getClass().getClassLoader() == loader) {
                try {
                    DriverManager.deregisterDriver(driver);
                } catch (SQLException e) {
                    LoggerFactory.getLogger("dragonpass.karaf").warn("The driver {} stays registered", driver, e);
                }
            }
        }
    }
}
