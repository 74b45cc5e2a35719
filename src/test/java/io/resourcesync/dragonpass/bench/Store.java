package io.resourcesync.dragonpass.bench;

import io.resourcesync.dragonpass.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * Where the contenders keep their rows, each in a database of its own: in HSQLDB files, or in one
 * PostgreSQL with its default settings, durable ones, apart from the number of connections.
 */
abstract class Store implements AutoCloseable {

    /**
     * @param name {@code hsqldb} or {@code postgresql}
     */
    static Store open(String name, Path folder) {
        return switch (name) {
            case "hsqldb" -> new Hsqldb();
            case "postgresql" -> new Postgresql(folder);
            default -> throw new IllegalArgumentException("no database is called " + name);
        };
    }

    /** A new database without tables, whose files, if it has any, are in this folder. */
    abstract Access create(Path folder);

    /** The same once its only user has ended: an embedded database is closed again by who opens it. */
    abstract Access afterwards(Access access);

    /** Seconds of CPU that the database server has taken; 0 for one that is part of its user. */
    abstract double cpuSeconds() throws IOException;

    @Override
    public void close() {}

    private static final class Hsqldb extends Store {

        @Override
        Access create(Path folder) {
            return new Access("jdbc:hsqldb:file:" + folder.toAbsolutePath().resolve("data/dragonpass"), "SA", "");
        }

        @Override
        Access afterwards(Access access) {
            return new Access(access.url() + ";shutdown=true", access.user(), access.password());
        }

        @Override
        double cpuSeconds() {
            return 0;
        }
    }

    private static final class Postgresql extends Store {

        /** The default of {@code max_wal_size}, after which a checkpoint comes. */
        private static final int LOG_MIB = 1024;

        private final PostgresServer server;
        private final JdbcTemplate administration;
        private final Path folder;
        private int databases;

        private Postgresql(Path folder) {
            this.folder = folder;
            this.server = new PostgresServer(folder);
            this.administration = new JdbcTemplate(new DriverManagerDataSource(url("postgres"), "postgres", ""));
            fillLog();
        }

        /**
         * Makes it one that has been in use: it writes over files of its log that it no longer needs. A new one
         * first makes the file, 16 MB of zeros flushed to disk, for which commits wait 50 ms.
         */
        private void fillLog() {
            administration.execute("SELECT count(pg_logical_emit_message(false, 'bench', repeat('-', 1048576)))"
                    + " FROM generate_series(1, " + 2 * LOG_MIB + ")");
            administration.execute("CHECKPOINT");
        }

        private String url(String database) {
            return "jdbc:postgresql://127.0.0.1:" + server.port() + "/" + database;
        }

        @Override
        Access create(Path unused) {
            String name = "bench" + databases++;
            administration.execute("CREATE DATABASE " + name);
            return new Access(url(name), "postgres", "");
        }

        @Override
        Access afterwards(Access access) {
            return access;
        }

        @Override
        double cpuSeconds() throws IOException {
            Path pid = folder.resolve("postgresql").resolve("postmaster.pid");
            return Usage.cpuSecondsOfAll(Long.parseLong(Files.readAllLines(pid).get(0)));
        }

        @Override
        public void close() {
            server.close();
        }
    }
}
