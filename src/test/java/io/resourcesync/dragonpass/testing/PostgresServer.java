package io.resourcesync.dragonpass.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A real PostgreSQL that is meant to be hurt: it flushes what it commits, and can be stopped at once,
 * frozen, and started again on the same files and port.
 */
public final class PostgresServer implements AutoCloseable {

    private static final String DATABASE = "sync";

    private final Path folder;
    private final int port = SyncApp.freePort();
    private final SelfSigned tls;
    private EmbeddedPostgres server;

    /** Starts it, with an empty database. */
    public PostgresServer(Path folder) {
        this(folder, null);
    }

    /** @param tls what it proves its name with; null to speak in clear only */
    public PostgresServer(Path folder, SelfSigned tls) {
        this.folder = folder.resolve("postgresql");
        this.tls = tls;
        start();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + DATABASE);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts it on what is there. */
    public void start() {
        try {
            EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                    .setDataDirectory(folder.toFile())
                    .setCleanDataDirectory(false)
                    .setPort(port)
                    .setServerConfig("max_connections", "200")
                    // Tests of others want speed; these want what a server does by default.
                    .setServerConfig("fsync", "on")
                    .setServerConfig("full_page_writes", "on")
                    .setServerConfig("synchronous_commit", "on");
            if (tls != null) {
                builder.setServerConfig("ssl", "on")
                        .setServerConfig("ssl_cert_file", tls.certificate().toString())
                        .setServerConfig("ssl_key_file", tls.privateKey().toString());
            }
            server = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What {@code pg_ctl stop -m immediate} does: every process ends at once, as in a crash. */
    public void crash() {
        long postmaster = postmaster();
        signal("QUIT", List.of(postmaster));
        ProcessHandle.of(postmaster).ifPresent(process -> process.onExit().join());
        release();
    }

    /** The processes stay, and answer nothing. */
    public void freeze() {
        signal("STOP", processes());
    }

    /** Undoes {@link #freeze()}. */
    public void thaw() {
        signal("CONT", processes());
    }

    /** Whether it answers. */
    public boolean isUp() {
        try {
            tables().queryForObject("SELECT 1", Integer.class);
            return true;
        } catch (DataAccessException e) {
            return false;
        }
    }

    /** The port that it listens on. */
    public int port() {
        return port;
    }

    /** The settings of a product that uses it. */
    public Map<String, String> settings() {
        return settings(port);
    }

    /** The settings of a product that reaches it over another port. */
    public Map<String, String> settings(int otherPort) {
        String url = url(otherPort) + (tls == null ? "" : "?sslmode=verify-full&sslrootcert=" + tls.certificate());
        return Map.of("db.url", url, "db.user", "postgres", "db.password", "");
    }

    private static String url(int port) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
    }

    /** The product's tables. */
    public JdbcTemplate tables() {
        return new JdbcTemplate(new DriverManagerDataSource(url(port), "postgres", ""));
    }

    private long postmaster() {
        try {
            return Long.parseLong(
                    Files.readAllLines(folder.resolve("postmaster.pid")).get(0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Long> processes() {
        long postmaster = postmaster();
        List<Long> all = new ArrayList<>(List.of(postmaster));
        ProcessHandle.of(postmaster).orElseThrow().children().forEach(child -> all.add(child.pid()));
        return all;
    }

    private static void signal(String name, List<Long> processes) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + name));
        processes.forEach(process -> command.add(String.valueOf(process)));
        try {
            new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .onExit()
                    .orTimeout(Duration.ofSeconds(10).toSeconds(), TimeUnit.SECONDS)
                    .join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void release() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (ProcessHandle.of(postmaster()).isPresent()) {
            thaw();
        }
        release();
    }
}
