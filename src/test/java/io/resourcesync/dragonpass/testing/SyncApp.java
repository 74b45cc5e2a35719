package io.resourcesync.dragonpass.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.resourcesync.dragonpass.main.SyncMain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The whole application in the test's JVM: the real routes, statements and schema, on ports of its
 * own and, unless told otherwise, a database of its own.
 */
public final class SyncApp implements Product {

    private static final int FIRST_PORT = 10_000;
    private static final int END_OF_PORTS = 32_768;

    /** Tests in other processes begin elsewhere. */
    private static final AtomicInteger NEXT_PORT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(END_OF_PORTS));

    private final SyncMain main;
    private final URI server;
    private final URI management;

    private SyncApp(SyncMain main, int port, int managementPort) {
        this.main = main;
        this.server = URI.create("http://127.0.0.1:" + port);
        this.management = URI.create("http://127.0.0.1:" + managementPort);
    }

    /** Starts it with quick timers; the settings given win. */
    public static SyncApp start(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        all.put("dragonpass.api.url", "http://127.0.0.1:9");
        all.putAll(settings);
        return start(null, all);
    }

    /**
     * Starts it with the routes and settings of a profile on top; the settings given win.
     *
     * @param profile such as {@code demo}; null for none
     */
    public static SyncApp start(String profile, Map<String, String> settings) {
        int port = freePort();
        int managementPort = freePort();
        Map<String, String> all = new HashMap<>();
        all.put("camel.server.port", String.valueOf(port));
        all.put("camel.management.port", String.valueOf(managementPort));
        if (!settings.containsKey("db.url")) {
            all.putAll(TestDatabase.fresh());
        }
        all.put("spool.folder", spoolFolder());
        all.put("batch.sweep", "100ms");
        if (profile == null) {
            all.put("push.auth", "none");
        }
        all.put("dragonpass.api.auth", "none");
        all.putAll(settings);
        try {
            SyncMain main = new SyncMain(Path.of("target"), Path.of("target/classes"), profile, all);
            main.start();
            return new SyncApp(main, port, managementPort);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A folder that is not there yet, for the spool of one application. */
    public static String spoolFolder() {
        return Path.of("target", "spool", UUID.randomUUID().toString()).toString();
    }

    /**
     * A port that nothing listens on, that was not given before, and that no connection takes meanwhile: those
     * of connections are from 32768 up.
     */
    public static int freePort() {
        while (true) {
            int port = FIRST_PORT + Math.floorMod(NEXT_PORT.getAndIncrement(), END_OF_PORTS - FIRST_PORT);
            try (ServerSocket socket = new ServerSocket(port)) {
                return socket.getLocalPort();
            } catch (BindException e) {
                // Taken: the next one.
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    public CamelContext context() {
        return main.getCamelContext();
    }

    /** The application's own pool. */
    @Override
    public JdbcTemplate jdbc() {
        return new JdbcTemplate(context().getRegistry().lookupByNameAndType("dataSource", javax.sql.DataSource.class));
    }

    @Override
    public List<String> warnings(Runnable action) {
        Logger log = (Logger) LoggerFactory.getLogger("dragonpass.sync");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        log.addAppender(lines);
        try {
            action.run();
        } finally {
            log.detachAppender(lines);
        }
        return lines.list.stream()
                .filter(line -> line.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    /** Posts a body to the push path as DragonPass does. */
    @Override
    public HttpResponse<String> push(String body) {
        return send(request("/dragonpass/push")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    /** A request to the push server. */
    @Override
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(server.resolve(path));
    }

    /** Gets a path of the management server. */
    @Override
    public HttpResponse<String> observe(String path) {
        return send(HttpRequest.newBuilder(management.resolve(path)).build());
    }

    public HttpResponse<String> send(HttpRequest request) {
        return Http.send(request);
    }

    /** The root of the management server. */
    public URI management() {
        return management;
    }

    /** The port of the push server. */
    @Override
    public int port() {
        return server.getPort();
    }

    @Override
    public void close() {
        main.stop();
    }
}
