package io.resourcesync.dragonpass.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** The packaged jar on a PostgreSQL, whose tables can be read while it runs. */
public final class RunningJar implements Product {

    private final StandaloneProcess process;
    private final JdbcTemplate jdbc;

    private RunningJar(StandaloneProcess process, JdbcTemplate jdbc) {
        this.process = process;
        this.jdbc = jdbc;
    }

    /** Starts it in a folder of its own; the settings given win. */
    public static RunningJar start(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(TestDatabase.postgresql());
        all.put("batch.sweep", "100ms");
        all.putAll(settings);
        try {
            Path folder = Files.createTempDirectory(Path.of("target"), "running-jar-");
            StandaloneProcess process = new StandaloneProcess(folder, StandaloneProcess.packagedJar()).start(all);
            return new RunningJar(
                    process,
                    new JdbcTemplate(new DriverManagerDataSource(
                            all.get("db.url"), all.get("db.user"), all.get("db.password"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(process.server().resolve(path));
    }

    @Override
    public HttpResponse<String> push(String body) {
        return process.push(body);
    }

    @Override
    public HttpResponse<String> observe(String path) {
        return process.observe(path);
    }

    @Override
    public int port() {
        return process.port();
    }

    @Override
    public JdbcTemplate jdbc() {
        return jdbc;
    }

    @Override
    public List<String> warnings(Runnable action) {
        int before = process.console().length();
        action.run();
        return process.console()
                .substring(before)
                .lines()
                .filter(line -> line.contains(" WARN  "))
                .map(line -> line.substring(line.indexOf(" WARN  ") + " WARN  ".length()))
                .toList();
    }

    @Override
    public void close() {
        process.close();
    }
}
