package io.resourcesync.dragonpass.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.resourcesync.dragonpass.testing.SyncApp;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.AsyncProcessorSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the push endpoint answers, whatever the route leaves: people edit it. */
class PushConsumerTest {

    private static final int WORKERS = 2;
    private static final int MOST_IN_FLIGHT = 10;

    private final CamelContext context = new DefaultCamelContext();
    private final HttpClient client = HttpClient.newHttpClient();
    private volatile Processor route = exchange -> {};
    private volatile Processor rest = exchange ->
            exchange.getMessage().setHeader("X-Thread", Thread.currentThread().getName());
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final int port = SyncApp.freePort();
    private PushServer server;

    @BeforeEach
    void start() throws Exception {
        server = new PushServer(
                context,
                "127.0.0.1",
                port,
                "/push",
                new PushServer.Limits(10_000, 10_000, Duration.ofSeconds(10), 100, MOST_IN_FLIGHT, 1_000_000, WORKERS),
                null,
                new SimpleMeterRegistry());
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                errorHandler(noErrorHandler());
                from("platform-http:/push")
                        .routeId("push")
                        .process(exchange -> route.process(exchange))
                        .filter(header("wait"))
                        .process(new Waiting())
                        .end()
                        .process(exchange -> rest.process(exchange));
                from("platform-http:/other").setBody(constant("by Camel"));
            }
        });
        server.start();
        context.start();
    }

    @AfterEach
    void stop() {
        context.getShutdownStrategy().setTimeout(1);
        context.stop();
        server.stop();
    }

    @Test
    void shouldAnswerWithStatusHeadersAndBodyOfTheRoute() throws Exception {
        route = exchange -> {
            exchange.getMessage().removeHeaders("*");
            exchange.getMessage().setHeader(Exchange.HTTP_RESPONSE_CODE, 202);
            exchange.getMessage().setHeader("X-Some", List.of("one", "two"));
            exchange.getMessage().setHeader("X-Number", 7);
            exchange.getMessage().setHeader("Content-Type", "text/plain");
            exchange.getMessage().setHeader("CamelInternal", "nobody's business");
            exchange.getMessage().setBody("dépôt");
        };

        HttpResponse<String> answer = push();

        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).isEqualTo("dépôt");
        assertThat(answer.headers().allValues("X-Some")).containsExactly("one", "two");
        assertThat(answer.headers().firstValue("X-Number")).hasValue("7");
        assertThat(answer.headers().allValues("Content-Type")).containsExactly("text/plain");
        assertThat(answer.headers().firstValue("CamelInternal")).isEmpty();
    }

    @Test
    void shouldAnswerWithAStream() throws Exception {
        route = exchange ->
                exchange.getMessage().setBody(new ByteArrayInputStream("streamed".getBytes(StandardCharsets.UTF_8)));

        assertThat(push()).returns(200, HttpResponse::statusCode).returns("streamed", HttpResponse::body);
    }

    @Test
    void shouldAnswerWithNothing() throws Exception {
        route = exchange -> exchange.getMessage().setBody(null);

        assertThat(push()).returns(204, HttpResponse::statusCode).returns("", HttpResponse::body);
    }

    @Test
    void shouldAnswerAFailureAsAProblemWithoutItsReason() throws Exception {
        route = exchange -> {
            exchange.getMessage().setHeader("X-Some", "one");
            throw new IllegalStateException("a secret");
        };

        assertUnavailable(push());
    }

    /** Camel lets them through, and counts their route as busy for ever. */
    @Test
    void shouldAnswerAnErrorAsAProblem() throws Exception {
        route = exchange -> {
            throw new StackOverflowError("a secret");
        };

        assertUnavailable(push());
        await().until(() -> context.getInflightRepository().size() == 0);
    }

    @Test
    void shouldAnswerAnErrorAfterAWaitAsAProblem() throws Exception {
        rest = exchange -> {
            throw new StackOverflowError("a secret");
        };
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(request("/push?wait=true"), HttpResponse.BodyHandlers.ofString());
        await().until(() -> waiting.size() == 1);
        waiting.forEach(Runnable::run);

        assertUnavailable(answer.get(10, TimeUnit.SECONDS));
        await().until(() -> context.getInflightRepository().size() == 0);
    }

    /** It is written after the route has ended, where nothing else would catch it. */
    @Test
    void shouldAnswerAHeaderThatCannotBeSentAsAProblem() throws Exception {
        route = exchange -> exchange.getMessage().setHeader("X-Some", "one\r\ntwo: a secret");

        assertUnavailable(push());
    }

    @Test
    void shouldAnswerAProblemWhileTheRouteIsSuspended() throws Exception {
        context.getRouteController().suspendRoute("push");
        assertThat(push().statusCode()).isEqualTo(503);

        context.getRouteController().resumeRoute("push");
        assertThat(push().statusCode()).isEqualTo(200);
    }

    @Test
    void shouldNeedNoThreadForRequestsThatWait() throws Exception {
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 3 * WORKERS; i++) {
            answers.add(client.sendAsync(request("/push?wait=true"), HttpResponse.BodyHandlers.ofString()));
        }
        await().until(() -> waiting.size() == answers.size());

        assertThat(push().statusCode()).isEqualTo(200);
        assertThat(answers).noneMatch(CompletableFuture::isDone);
        waiting.forEach(Runnable::run);
        for (CompletableFuture<HttpResponse<String>> answer : answers) {
            HttpResponse<String> now = answer.get(10, TimeUnit.SECONDS);
            assertThat(now.statusCode()).isEqualTo(200);
            assertThat(now.headers().firstValue("X-Thread")).get().asString().startsWith("dragonpass-push");
        }
        await().until(() -> context.getInflightRepository().size("push") == 0);
    }

    @Test
    void shouldEndTheExchangeOfASenderThatIsGone() throws Exception {
        pushAndLeave(1);
        waiting.forEach(Runnable::run);

        await().until(() -> context.getInflightRepository().size("push") == 0);
        assertThat(push().statusCode()).isEqualTo(200);
    }

    /** What they sent is still kept. */
    @Test
    void shouldCountSendersThatAreGoneUntilTheirRoutesHaveEnded() throws Exception {
        for (int i = 1; i <= MOST_IN_FLIGHT; i++) {
            pushAndLeave(i);
        }
        assertThat(push().statusCode()).isEqualTo(503);

        waiting.forEach(Runnable::run);
        await().until(() -> context.getInflightRepository().size("push") == 0);
        for (int i = 0; i <= MOST_IN_FLIGHT; i++) {
            await().until(() -> push().statusCode() == 200);
        }
    }

    private void pushAndLeave(int number) throws IOException {
        try (Socket sender = new Socket("127.0.0.1", port)) {
            sender.getOutputStream()
                    .write("POST /push?wait=true HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            await().until(() -> waiting.size() == number);
        }
    }

    @Test
    void shouldEndEachExchangeOnce() throws Exception {
        CompletableFuture<Integer> sizes = new CompletableFuture<>();
        route = exchange -> sizes.complete(context.getInflightRepository().size("push"));
        push();

        assertThat(sizes).isCompletedWithValue(1);
        await().until(() -> context.getInflightRepository().size("push") == 0);
    }

    @Test
    void shouldLeaveOtherEndpointsToCamel() throws Exception {
        assertThat(send("/other").body()).isEqualTo("by Camel");
        assertThat(context.getEndpoints().stream().filter(PlatformHttpEndpoint.class::isInstance))
                .hasSize(2);
    }

    private static void assertUnavailable(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("X-Some")).isEmpty();
        assertThat(answer.headers().firstValue("Content-Type")).hasValue(Problem.MEDIA_TYPE);
        assertThat(answer.body()).contains("problem:unavailable").doesNotContain("secret");
    }

    private HttpResponse<String> push() throws IOException, InterruptedException {
        return send("/push");
    }

    private HttpResponse<String> send(String path) throws IOException, InterruptedException {
        return client.send(request(path), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(10))
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
    }

    /** Gives the thread back until it is told to go on. */
    private final class Waiting extends AsyncProcessorSupport {

        @Override
        public boolean process(Exchange exchange, AsyncCallback callback) {
            Executor workers = exchange.getProperty(PushServer.WORKERS, Executor.class);
            waiting.add(() -> workers.execute(() -> callback.done(false)));
            return false;
        }
    }
}
