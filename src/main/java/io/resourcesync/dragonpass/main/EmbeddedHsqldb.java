package io.resourcesync.dragonpass.main;

import com.zaxxer.hikari.util.DriverDataSource;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * The way to an HSQLDB in this process, which the first connection opens. Once it was shut down no
 * connection opens it again, as a pool would that lost its connections.
 */
final class EmbeddedHsqldb extends DelegatingDataSource {

    /**
     * What an HSQLDB URL must say for a commit to be durable and concurrent pushes not to wait for
     * each other; the URL's own choice stands. Without {@code write_delay=false} an acknowledged row
     * can be lost, and with blanks padded two ids that differ in a blank would be one.
     */
    private static final Map<String, String> DEFAULTS = new LinkedHashMap<>();

    static {
        DEFAULTS.put("hsqldb.write_delay", "false");
        DEFAULTS.put("hsqldb.tx", "mvcc");
        DEFAULTS.put("hsqldb.default_table_type", "cached");
        DEFAULTS.put("sql.pad_space", "false");
        // A mapped file answers a full disk with a fault of the JVM instead of an error.
        DEFAULTS.put("hsqldb.nio_data_file", "false");
        // Megabytes. All commits wait for a checkpoint, which takes as long after 100 MB of log as after 50.
        DEFAULTS.put("hsqldb.log_size", "100");
        // Kilobytes, of a new database. All who want a row wait while half of a full cache is given back.
        DEFAULTS.put("hsqldb.cache_size", "6000");
        // Errors on writing its files go to java.util.logging, and some of them nowhere else.
        DEFAULTS.put("hsqldb.extlog", "2");
        // The heartbeat in a lock file counts for 10.1 s, but by default HSQLDB looks at it for 9.2 s only, and so
        // refuses to open what a process was killed on that had just begun.
        System.getProperties().putIfAbsent("hsqldb.lockfile_poll_retries", "100");
    }

    static final String DRIVER = "org.hsqldb.jdbc.JDBCDriver";

    private static final String FILE = "jdbc:hsqldb:file:";
    private static final long MARGIN_BYTES = 1_048_576;

    /** The path of its files without their suffixes; null when it has none. */
    private final Path path;

    private final Consumer<IOException> lost;

    /** Null until it is opened, and when it has none. */
    private HsqldbFiles files;

    private boolean opened;
    private boolean shut;

    /**
     * @param lost told when a file could not be brought to disk that HSQLDB has written
     * @throws SettingsException when the disk has no room to open the database
     */
    EmbeddedHsqldb(String url, String user, String password, Consumer<IOException> lost) {
        super(new DriverDataSource(durable(url), DRIVER, new Properties(), user, password));
        this.lost = lost;
        path = url.startsWith(FILE)
                ? Path.of(url.substring(FILE.length()).split(";", 2)[0]).toAbsolutePath()
                : null;
        if (path != null) {
            requireRoom();
        }
    }

    /** Whether a URL names a database in this process, not a server. */
    static boolean isNamedBy(String url) {
        return url.matches("jdbc:hsqldb:(?!hsqls?:|https?:).*");
    }

    /** Whether a URL says itself what this property shall be. */
    static boolean isChosen(String url, String property) {
        return url.contains(";" + property + "=");
    }

    static String durable(String url) {
        StringBuilder complete = new StringBuilder(url);
        DEFAULTS.forEach((name, value) -> {
            if (!isChosen(url, name)) {
                complete.append(';').append(name).append('=').append(value);
            }
        });
        return complete.toString();
    }

    /**
     * After a crash HSQLDB first puts back what its {@code .backup} holds, then does again what its {@code
     * .log} says. A disk that becomes full meanwhile leaves a file that the next opening takes for sound.
     */
    private void requireRoom() {
        File disk = path.toFile().getParentFile();
        while (!disk.exists() && disk.getParentFile() != null) {
            disk = disk.getParentFile();
        }
        long needed = MARGIN_BYTES + 2 * (new File(path + ".backup").length() + new File(path + ".log").length());
        if (disk.getUsableSpace() < needed) {
            throw new SettingsException("db.url: the disk of " + path + " has " + disk.getUsableSpace() / 1024
                    + " KiB left, and to open the database takes " + needed / 1024 + ": make room");
        }
    }

    @Override
    public synchronized Connection getConnection() throws SQLException {
        if (shut) {
            throw new SQLNonTransientConnectionException("the database was shut down");
        }
        Connection connection = super.getConnection();
        if (path != null && !opened) {
            files = new HsqldbFiles(path, lost).start();
        }
        opened = true;
        return holdingStatements(connection);
    }

    /**
     * A session of HSQLDB forgets what it compiled once no statement of the same text is open, and the
     * routes close theirs each time. So one of each is left open: their texts are few and do not change.
     */
    private static Connection holdingStatements(Connection connection) {
        Map<String, PreparedStatement> held = new HashMap<>();
        return (Connection) Proxy.newProxyInstance(
                EmbeddedHsqldb.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("prepareStatement") && arguments.length == 1) {
                        String sql = (String) arguments[0];
                        if (!held.containsKey(sql)) {
                            held.put(sql, connection.prepareStatement(sql));
                        }
                    }
                    try {
                        return method.invoke(connection, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /**
     * @param statement {@code SHUTDOWN}, so that the next start need not replay the log, or {@code SHUTDOWN
     *     IMMEDIATELY}, which writes nothing more
     * @throws SQLException when it could not be shut down; it cannot be opened again all the same
     */
    synchronized void shutDown(String statement) throws SQLException {
        if (shut) {
            return;
        }
        shut = true;
        if (!opened) {
            return;
        }
        try (Connection connection = super.getConnection();
                Statement last = connection.createStatement()) {
            last.execute(statement);
        } finally {
            if (files != null) {
                files.stop();
            }
        }
    }
}
