package io.resourcesync.dragonpass.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.resourcesync.dragonpass.testing.SyncApp;
import io.resourcesync.dragonpass.testing.TestDatabase;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.ConsumerTemplate;
import org.apache.camel.spi.AggregationRepository;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The application, one node of it or several, on a database in a file; it can be stopped and started
 * while others send to it, and a sender is here that, like DragonPass, sends again what was not
 * acknowledged.
 */
final class RestartableApp implements AutoCloseable {

    private static final String ASSEMBLY = "assemble-batch";

    private static final Duration LONGEST_REQUEST = Duration.ofSeconds(30);

    private final Map<String, String> settings = new HashMap<>();
    private final ReadWriteLock noRestart = new ReentrantReadWriteLock();
    private final List<SyncApp> nodes = new ArrayList<>();
    private int turn;
    private boolean stopping;
    private boolean lost;

    /** Starts with timers so long that nothing becomes due unless a test says so in SQL. */
    RestartableApp(Path folder, String apiUrl, int size) {
        if (TestDatabase.isPostgresql()) {
            settings.putAll(TestDatabase.fresh());
        } else {
            settings.put(
                    "db.url",
                    "jdbc:hsqldb:file:" + folder.resolve(UUID.randomUUID().toString()) + "/db");
        }
        settings.put("dragonpass.api.url", apiUrl);
        settings.put("batch.sweep", "50ms");
        settings.put("batch.timeout", "24h");
        settings.put("recovery.backoff.initial", "24h");
        settings.put("recovery.backoff.max", "24h");
        // Many attempts are meant to fail, and the next must be made all the same.
        settings.put("camel.resilience4j.slidingWindowSize", "100000");
        settings.put("camel.resilience4j.minimumNumberOfCalls", "100000");
        for (int i = 0; i < size; i++) {
            nodes.add(SyncApp.start(settings));
        }
    }

    /** How many nodes there are. */
    synchronized int size() {
        return nodes.size();
    }

    /** One that runs, a different one each time; waits while there is none. */
    synchronized SyncApp node() {
        while (nodes.isEmpty() && !lost) {
            await();
        }
        if (lost) {
            throw new IllegalStateException("the application did not start again");
        }
        return nodes.get(turn++ % nodes.size());
    }

    /** Stops and starts the only node; requests that it does not answer meanwhile are sent again to the next. */
    void restart(boolean tightQueues) {
        noRestart.writeLock().lock();
        try {
            SyncApp old = node();
            synchronized (this) {
                stopping = true;
            }
            old.close();
            synchronized (this) {
                nodes.clear();
            }
            start(tightQueues);
        } finally {
            noRestart.writeLock().unlock();
        }
    }

    /** Leaves hints in their queue until {@link #forget()} loses them. */
    void ignoreHints() {
        eachContext(context -> context.getRouteController().suspendRoute(ASSEMBLY));
    }

    /** Loses all hints, and what memory holds of the batches that are waited for. */
    void forget() {
        eachContext(context -> {
            try (ConsumerTemplate hints = context.createConsumerTemplate()) {
                while (hints.receiveNoWait("seda:" + ASSEMBLY) != null) {
                    // It is lost now.
                }
            }
            AggregationRepository awaited =
                    context.getRegistry().lookupByNameAndType("awaitedBatches", AggregationRepository.class);
            for (String key : List.copyOf(awaited.getKeys())) {
                awaited.remove(context, key, null);
            }
            context.getRouteController().resumeRoute(ASSEMBLY);
        });
    }

    private interface ContextAction {
        void act(CamelContext context) throws Exception;
    }

    private void eachContext(ContextAction action) {
        List<SyncApp> all;
        synchronized (this) {
            all = List.copyOf(nodes);
        }
        for (SyncApp node : all) {
            try {
                action.act(node.context());
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private void start(boolean tightQueues) {
        String room = tightQueues ? "1" : "1000";
        settings.put("queue.assemble", room);
        settings.put("queue.apply", room);
        settings.put("queue.recover", room);
        SyncApp next = null;
        try {
            next = SyncApp.start(settings);
        } finally {
            synchronized (this) {
                lost = next == null;
                if (next != null) {
                    nodes.add(next);
                }
                stopping = false;
                notifyAll();
            }
        }
    }

    private synchronized boolean isGoing(SyncApp node) {
        return stopping || !nodes.contains(node);
    }

    private synchronized void awaitNextTo(SyncApp old) {
        while ((nodes.isEmpty() || nodes.contains(old)) && !lost) {
            await();
        }
    }

    private void await() {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Posts until it is answered; only an application that is stopping may answer otherwise. */
    HttpResponse<String> post(String body, int expectedStatus) {
        while (true) {
            SyncApp target = node();
            try {
                HttpResponse<String> answer = target.send(target.request("/dragonpass/push")
                        .header("Content-Type", "application/json")
                        .timeout(LONGEST_REQUEST)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
                if (answer.statusCode() == expectedStatus) {
                    return answer;
                }
                if (!isGoing(target)) {
                    assertThat(answer.statusCode())
                            .as("%s answered %s", body, answer.body())
                            .isEqualTo(expectedStatus);
                }
            } catch (UncheckedIOException e) {
                if (!isGoing(target)) {
                    throw e;
                }
            }
            awaitNextTo(target);
        }
    }

    /** Posts and hangs up without reading an answer. */
    void postAndHangUp(String body, int percentOfBody) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        try (Socket socket = new Socket("127.0.0.1", node().port())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /dragonpass/push HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                            + "Content-Length: " + bytes.length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(bytes, 0, bytes.length * percentOfBody / 100);
            out.flush();
        } catch (IOException e) {
            // Nobody promised an answer.
        }
    }

    /** Runs statements, never while the application stops or starts, and again when they had to give way. */
    <T> T sql(Function<JdbcTemplate, T> statements) {
        noRestart.readLock().lock();
        try {
            while (true) {
                try {
                    return statements.apply(node().jdbc());
                } catch (ConcurrencyFailureException e) {
                    // The application wrote the same row at that moment.
                }
            }
        } finally {
            noRestart.readLock().unlock();
        }
    }

    @Override
    public void close() {
        List<SyncApp> all;
        synchronized (this) {
            all = List.copyOf(nodes);
            nodes.clear();
        }
        all.forEach(SyncApp::close);
    }
}
