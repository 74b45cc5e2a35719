package io.resourcesync.dragonpass.model;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** DragonPass's Event Recovery API, as the contract has it, answering what a plan says. */
final class RecoveryApi implements AutoCloseable {

    /** A recovery call. */
    record Call(String program, String eventType, String batchId) {}

    /** @param breaksOff whether the connection breaks in the middle of the body */
    record Answer(int status, Map<String, String> headers, String body, boolean breaksOff) {}

    /** Tells what a call is answered; throws for one that must not be. */
    interface Script {
        Answer answer(Call call);
    }

    private static final String PATH = "/api/v2/event";

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final Queue<Throwable> offences = new ConcurrentLinkedQueue<>();
    private final Set<String> requestIds = ConcurrentHashMap.newKeySet();
    private volatile Script script = call -> {
        throw new AssertionError("nobody asked for " + call);
    };

    RecoveryApi() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** What {@code dragonpass.api.url} is. */
    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/api";
    }

    void play(Script next) {
        script = next;
    }

    /** Calls that should not have been made, or not in this way. */
    List<Throwable> offences() {
        return List.copyOf(offences);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                answer = script.answer(call(exchange));
            } catch (Throwable e) {
                offences.add(e);
                answer = new Answer(500, Map.of(), "", false);
            }
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            answer.headers().forEach(exchange.getResponseHeaders()::add);
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(answer.breaksOff() ? Arrays.copyOf(body, body.length / 2) : body);
        }
    }

    private Call call(HttpExchange exchange) {
        require("GET".equals(exchange.getRequestMethod()), exchange);
        require(PATH.equals(exchange.getRequestURI().getRawPath()), exchange);
        String requestId = exchange.getRequestHeaders().getFirst("X-Request-ID");
        require(requestId != null && requestIds.add(requestId), exchange);
        Map<String, String> query = Arrays.stream(
                        exchange.getRequestURI().getRawQuery().split("&"))
                .map(parameter -> parameter.split("=", 2))
                .collect(Collectors.toMap(p -> p[0], p -> percentDecoded(p[1])));
        require(query.keySet().equals(Set.of("eventType", "batchId")), exchange);
        String program = exchange.getRequestHeaders().getFirst("X-Program-ID");
        return new Call(program, query.get("eventType"), query.get("batchId"));
    }

    /** As RFC 3986 has it: a plus is a plus. */
    private static String percentDecoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static void require(boolean condition, HttpExchange exchange) {
        if (!condition) {
            throw new AssertionError("not as the contract says: " + exchange.getRequestMethod() + " "
                    + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().entrySet());
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
