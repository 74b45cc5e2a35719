package io.resourcesync.dragonpass.bench;

import io.resourcesync.dragonpass.testing.SyncApp;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The packaged jar in a folder and a process of its own. Its settings are the defaults apart from ports, keys,
 * database and the Event Recovery API, which nobody asks.
 */
final class ProductServer implements AutoCloseable {

    private final JavaProcess process;
    private final int port;
    private final int managementPort;

    private ProductServer(JavaProcess process, int port, int managementPort) {
        this.process = process;
        this.port = port;
        this.managementPort = managementPort;
    }

    /**
     * Launches it and returns at once.
     *
     * @param folder holds a link to the jar, and may hold routes that replace those in it
     */
    static ProductServer launch(Path folder, Path jar, List<String> jvmOptions, Access access, Tokens tokens)
            throws IOException {
        Path link = Files.createDirectories(folder).resolve("product.jar");
        if (!Files.exists(link)) {
            link(link, jar);
        }
        int port = SyncApp.freePort();
        int managementPort = SyncApp.freePort();
        Map<String, String> settings = new HashMap<>(access.settings());
        settings.put("camel.server.port", String.valueOf(port));
        settings.put("camel.management.port", String.valueOf(managementPort));
        settings.put("push.jwt.keys", tokens.keys().toString());
        settings.put("dragonpass.api.auth", "none");
        settings.put("dragonpass.api.url", "http://127.0.0.1:9");
        List<String> arguments = new ArrayList<>(jvmOptions);
        settings.forEach((name, value) -> arguments.add("-D" + name + "=" + value));
        arguments.add("-jar");
        arguments.add(link.toAbsolutePath().toString());
        return new ProductServer(
                JavaProcess.start(folder, folder.resolve("server.log"), false, arguments), port, managementPort);
    }

    private static void link(Path link, Path jar) throws IOException {
        try {
            Files.createLink(link, jar);
        } catch (IOException | UnsupportedOperationException e) {
            Files.copy(jar, link);
        }
    }

    ProductServer awaitReady() throws IOException {
        while (status("/observe/health/ready") != 200) {
            if (!process.isAlive()) {
                throw new IllegalStateException("the product has ended: " + process.log());
            }
            Pause.millis(20);
        }
        return this;
    }

    private int status(String path) {
        try {
            return Http.get(managementPort, path).statusCode();
        } catch (IOException e) {
            return 0;
        }
    }

    /** Whether it answers a push as the contract wants it. */
    boolean acknowledges(Batches.Push push, String token) throws IOException {
        HttpResponse<String> answer = Http.post(port, Batches.PATH, token, push.body());
        return answer.statusCode() == 200
                && Arrays.equals(answer.body().getBytes(StandardCharsets.UTF_8), push.acknowledgement());
    }

    /** How many batches it has closed so far, as its metrics tell. */
    long closedBatches() throws IOException {
        return (long) Http.get(managementPort, "/observe/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("dragonpass_batches_closed_total{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    int port() {
        return port;
    }

    JavaProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }
}
