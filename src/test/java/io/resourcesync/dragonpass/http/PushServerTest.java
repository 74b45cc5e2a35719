package io.resourcesync.dragonpass.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resourcesync.dragonpass.testing.Product;
import io.resourcesync.dragonpass.testing.PushBuilder;
import io.resourcesync.dragonpass.testing.SelfSigned;
import io.resourcesync.dragonpass.testing.SyncApp;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The limits of the HTTP server, and TLS. */
class PushServerTest {

    private static final String PUSH =
            "POST /dragonpass/push HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

    /** Keeps pushes waiting for the database until it is closed: takes the two connections of the pool. */
    Closeable holdUpPushes(Product app) {
        DataSource pool =
                ((SyncApp) app).context().getRegistry().lookupByNameAndType("pushDataSource", DataSource.class);
        try {
            Connection one = pool.getConnection();
            Connection two = pool.getConnection();
            return () -> {
                try (one;
                        two) {
                    assertThat(one).isNotSameAs(two);
                } catch (SQLException e) {
                    throw new IOException(e);
                }
            };
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An application with these settings. */
    Product start(Map<String, String> settings) {
        return SyncApp.start(settings);
    }

    @Test
    void shouldAnswer431ToHeadersThatAreTooLarge() throws IOException {
        try (Product app = start(Map.of());
                Socket client = connect(app)) {
            send(client, PUSH + "X-Large: " + "a".repeat(20_000) + "\r\n\r\n");

            assertThat(readAll(client))
                    .startsWith("HTTP/1.1 431")
                    .contains("application/problem+json")
                    .contains("problem:headers-too-large");
        }
    }

    @Test
    void shouldAnswerGarbageAndLongRequestLinesAsProblems() throws IOException {
        try (Product app = start(Map.of());
                Socket garbage = connect(app);
                Socket line = connect(app)) {
            send(garbage, "garbage\r\n\r\n");
            send(line, "POST /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n");

            assertThat(readAll(garbage)).contains(" 400 ").contains("problem:malformed");
            assertThat(readAll(line)).contains(" 414 ").contains("problem:uri-too-long");
        }
    }

    @Test
    void shouldCutOffRequestsThatDoNotArriveInTimeAndCountThem() throws IOException {
        try (Product app = start(Map.of("push.request-timeout", "300ms"));
                Socket slowHeaders = connect(app);
                Socket slowBody = connect(app)) {
            send(slowHeaders, "POST /dragonpass/pu");
            send(slowBody, PUSH + "Content-Length: 100\r\n\r\n{");

            assertThat(readAll(slowHeaders)).isEmpty();
            assertThat(readAll(slowBody)).isEmpty();
            assertThat(app.observe("/observe/metrics").body())
                    .contains("dragonpass_http_limited_total{limit=\"time\"} 1.0");
        }
    }

    /** A proxy may use a connection that was idle for a while. */
    @Test
    void shouldGiveABodyItsTimeFromTheHeadersOn() throws IOException, InterruptedException {
        try (Product app = start(Map.of("push.request-timeout", "2s"));
                Socket idle = connect(app)) {
            Thread.sleep(1300);
            send(idle, PUSH + "Content-Length: 2\r\nConnection: close\r\n\r\n{");
            Thread.sleep(1300);
            send(idle, "}");

            assertThat(readAll(idle)).contains("problem:");
        }
    }

    @Test
    void shouldCutOffABodyThatKeepsDrippingIn() throws IOException, InterruptedException {
        try (Product app = start(Map.of("push.request-timeout", "500ms"));
                Socket dripping = connect(app)) {
            send(dripping, PUSH + "Content-Length: 100000\r\n\r\n");
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> {
                        try {
                            send(dripping, "x");
                            return false;
                        } catch (SocketException e) {
                            return true;
                        }
                    });
        }
    }

    @Test
    void shouldAcknowledgeAnHonestPushBeside500SlowConnections() throws IOException {
        List<Socket> slow = new ArrayList<>();
        try (Product app = start(Map.of("push.request-timeout", "60s"))) {
            app.push(PushBuilder.metadata("N0").batch("warm").sequence(1, 1).json());
            for (int i = 0; i < 500; i++) {
                Socket client = connect(app);
                slow.add(client);
                send(client, i % 2 == 0 ? "POST /dragonpass/pu" : PUSH + "Content-Length: 1000\r\n\r\n{\"event");
            }
            long begin = System.nanoTime();
            int status =
                    app.push(PushBuilder.metadata("N1").sequence(1, 1).json()).statusCode();
            System.out.printf(
                    "Acknowledged beside 500 slow connections in %.0f ms%n", (System.nanoTime() - begin) / 1e6);

            assertThat(status).isEqualTo(200);
        } finally {
            for (Socket client : slow) {
                client.close();
            }
        }
    }

    @Test
    void shouldAnswer503OnceThereAreTooManyConnections() throws IOException {
        List<Socket> idle = new ArrayList<>();
        try (Product app = start(Map.of("push.max-connections", "20", "push.request-timeout", "60s"))) {
            for (int i = 0; i < 20; i++) {
                idle.add(connect(app));
            }
            try (Socket client = connect(app)) {
                send(client, PUSH + "Content-Length: 2\r\n\r\n{}");
                assertThat(readAll(client))
                        .startsWith("HTTP/1.1 503")
                        .containsIgnoringCase("retry-after: 5")
                        .contains("problem:overloaded");
            }
            for (Socket client : idle) {
                client.close();
            }
            await().untilAsserted(() -> assertThat(
                            app.push(PushBuilder.metadata("N1").sequence(1, 1).json())
                                    .statusCode())
                    .isEqualTo(200));
        }
    }

    @Test
    void shouldAnswer503OnceTooMuchIsInFlight() throws Exception {
        try (Product app = start(Map.of("push.max-in-flight", "1", "db.pool-size", "2", "batch.sweep", "1h"))) {
            CompletableFuture<Integer> waiting;
            try (Closeable held = holdUpPushes(app)) {
                assertThat(held).isNotNull();
                waiting = CompletableFuture.supplyAsync(
                        () -> app.push(PushBuilder.metadata("N1").sequence(1, 1).json())
                                .statusCode());
                await().untilAsserted(() -> {
                    var refused = app.push(PushBuilder.hubs("A1").sequence(1, 1).json());
                    assertThat(refused.statusCode()).isEqualTo(503);
                    assertThat(refused.body()).contains("problem:overloaded");
                    assertThat(refused.headers().firstValue("Retry-After")).hasValue("5");
                });
            }
            assertThat(waiting.get()).isEqualTo(200);
            assertThat(app.push(PushBuilder.hubs("A2")
                                    .batch("after")
                                    .sequence(1, 1)
                                    .json())
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void shouldBoundTheMemoryOfBodiesThatAreNotComplete() throws IOException {
        List<Socket> large = new ArrayList<>();
        try (Product app = start(Map.of("push.max-buffered-bytes", "1000000", "push.request-timeout", "60s"))) {
            for (int i = 0; i < 10; i++) {
                Socket client = connect(app);
                large.add(client);
                send(client, PUSH + "Content-Length: 1000000\r\n\r\n" + "x".repeat(300_000));
            }
            await().untilAsserted(
                            () -> assertThat(app.observe("/observe/metrics").body())
                                    .containsPattern("dragonpass_http_limited_total\\{limit=\"memory\"} [78]"));
            assertThat(app.push(PushBuilder.metadata("N1").sequence(1, 1).json())
                            .statusCode())
                    .isEqualTo(200);
        } finally {
            for (Socket client : large) {
                client.close();
            }
        }
    }

    @Test
    void shouldAnswerARequestThatArrivesWhileItStops() throws Exception {
        SyncApp app = SyncApp.start(Map.of());
        try (Socket half = connect(app)) {
            send(half, PUSH + "Content-Length: 2\r\n\r\n{");
            assertThat(app.push(PushBuilder.hubs("A1").json()).statusCode()).isEqualTo(200);

            CompletableFuture<Void> stop = CompletableFuture.runAsync(app::close);
            await().until(() -> !app.context().isStarted());
            send(half, "}");

            assertThat(readAll(half)).startsWith("HTTP/1.1 503");
            stop.get();
        }
    }

    @Test
    void shouldTellNothingOfItsVersion() {
        try (Product app = start(Map.of())) {
            var answer = app.push(PushBuilder.metadata("N1").sequence(1, 1).json());

            assertThat(answer.headers().map().keySet()).containsExactlyInAnyOrder("content-length", "content-type");
            assertThat(app.observe("/observe/metrics").body()).doesNotContain("4.18");
            assertThat(app.observe("/q/dev").statusCode()).isEqualTo(404);
            assertThat(app.observe("/observe/info").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void shouldSpeakTlsWithAKeyStore(@TempDir Path folder) throws Exception {
        SelfSigned own = SelfSigned.in(folder);

        assertThat(pushOverTls(
                        own,
                        Map.of(
                                "push.tls.key-store",
                                own.keyStore().toString(),
                                "push.tls.key-store-password",
                                SelfSigned.PASSWORD)))
                .isEqualTo(200);
    }

    @Test
    void shouldSpeakTlsWithPemFiles(@TempDir Path folder) throws Exception {
        SelfSigned own = SelfSigned.in(folder);

        assertThat(pushOverTls(
                        own,
                        Map.of(
                                "push.tls.certificate", own.certificate().toString(),
                                "push.tls.private-key", own.privateKey().toString())))
                .isEqualTo(200);
    }

    private int pushOverTls(SelfSigned trusted, Map<String, String> settings) throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(KeyStore.getInstance(trusted.keyStore().toFile(), SelfSigned.PASSWORD.toCharArray()));
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        try (Product app = start(settings)) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("https://localhost:" + app.port() + "/dragonpass/push"))
                    .header("Content-Type", "application/json")
                    .POST(HttpRequest.BodyPublishers.ofString(
                            PushBuilder.metadata("N1").sequence(1, 1).json()))
                    .build();
            return HttpClient.newBuilder()
                    .sslContext(tls)
                    .build()
                    .send(request, HttpResponse.BodyHandlers.ofString())
                    .statusCode();
        }
    }

    private static Socket connect(Product app) throws IOException {
        Socket socket = new Socket("127.0.0.1", app.port());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    /** Everything until the server closes the connection. */
    private static String readAll(Socket socket) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(all);
        } catch (SocketException e) {
            // A reset ends the answer as well as a close does.
        }
        return all.toString(StandardCharsets.UTF_8);
    }
}
