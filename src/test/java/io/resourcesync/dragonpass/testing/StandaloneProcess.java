package io.resourcesync.dragonpass.testing;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The packaged jar in a process of its own, in a folder of its own. */
public final class StandaloneProcess implements AutoCloseable, Observed {

    /** A process that lives for seconds would spend most of them on compiling for the long run. */
    static final String QUICK_TO_START = "-XX:TieredStopAtLevel=1";

    static {
        // As the product: the tables of one that was killed right after its start are opened here, too.
        System.setProperty("hsqldb.lockfile_poll_retries", "100");
    }

    private final Path folder;
    private final Path jar;
    private final int port;
    private final int managementPort;
    private final Path log;
    private final List<String> prefix = new ArrayList<>();
    private Process process;

    /**
     * @param folder the working directory, which will hold {@code data/} and the log
     * @param jar the jar to run
     */
    public StandaloneProcess(Path folder, Path jar) {
        this.folder = folder;
        this.jar = jar;
        this.port = SyncApp.freePort();
        this.managementPort = SyncApp.freePort();
        this.log = folder.resolve("console.log");
    }

    /** The jar that the build has made. */
    public static Path packagedJar() {
        return Path.of(System.getProperty("standalone.jar"));
    }

    /** From the next start on no file can grow beyond so many KiB. */
    public StandaloneProcess limitFiles(int kibibytes) {
        prefix.addAll(List.of("bash", "-c", "ulimit -f " + kibibytes + "; exec \"$0\" \"$@\""));
        return this;
    }

    /** From the next start on files can grow again. */
    public StandaloneProcess liftLimit() {
        prefix.clear();
        return this;
    }

    /** Launches the process and returns at once. */
    public StandaloneProcess launch(Map<String, String> settings, List<String> jvmOptions, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add(QUICK_TO_START);
        command.addAll(jvmOptions);
        command.add("-Dcamel.server.port=" + port);
        command.add("-Dcamel.management.port=" + managementPort);
        command.add("-Dpush.auth=none");
        command.add("-Ddragonpass.api.auth=none");
        settings.forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.add("-jar");
        command.add(jar.toAbsolutePath().toString());
        command.addAll(List.of(arguments));
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    /** Launches the process and waits until it is ready. */
    public StandaloneProcess start(Map<String, String> settings, String... jvmOptions) {
        launch(settings, List.of(jvmOptions));
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(50))
                .until(this::isReady);
        return this;
    }

    private boolean isReady() {
        if (!process.isAlive()) {
            throw new IllegalStateException("the process has ended: " + console());
        }
        try {
            return observe("/observe/health/ready").statusCode() == 200;
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof ConnectException) {
                return false;
            }
            throw e;
        }
    }

    public HttpResponse<String> push(String body) {
        return push(body, List.of());
    }

    /** Pushes with these values of the header Authorization. */
    public HttpResponse<String> push(String body, List<String> authorization) {
        return push("/dragonpass/push", body, authorization);
    }

    /** Pushes to another path, or with a query. */
    public HttpResponse<String> push(String path, String body, List<String> authorization) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        authorization.forEach(value -> request.header("Authorization", value));
        return Http.send(request.build());
    }

    @Override
    public int managementPort() {
        return managementPort;
    }

    /** All that was written to the console so far, by every start. */
    public String console() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    /** Where pushes are sent to. */
    public URI server() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Waits until the spool is empty. */
    public void awaitDrained() {
        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> metric("dragonpass_spool_records") == 0);
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** Asks the process to stop (SIGTERM) and waits for it. */
    public int terminate() {
        process.destroy();
        return exitCode(Duration.ofSeconds(30));
    }

    /** Kills the process (SIGKILL). */
    public void kill() {
        process.destroyForcibly();
        exitCode(Duration.ofSeconds(30));
    }

    /** Waits for the process to end by itself. */
    public int exitCode(Duration atMost) {
        try {
            if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("still running after " + atMost);
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The tables, once the process has ended and so let go of its files. */
    public JdbcTemplate tables() {
        return tables(folder);
    }

    /** The same, of a database in {@code data/} of another folder. */
    public JdbcTemplate tables(Path elsewhere) {
        return new JdbcTemplate(new DriverManagerDataSource(
                "jdbc:hsqldb:file:" + elsewhere.resolve("data/dragonpass") + ";shutdown=true", "SA", ""));
    }

    @Override
    public void close() {
        if (process != null && process.isAlive()) {
            kill();
        }
    }
}
