package io.resourcesync.dragonpass.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.CamelContext;
import org.apache.camel.Processor;
import org.apache.camel.StaticService;
import org.apache.camel.component.micrometer.MicrometerConstants;
import org.apache.camel.component.platform.http.PlatformHttpConstants;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.spi.PlatformHttpConsumer;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.support.service.ServiceSupport;
import org.apache.camel.util.concurrent.CamelThreadFactory;

/**
 * The HTTP server behind {@code platform-http:}, on Vert.x like Camel Main's own, which it takes the
 * place of by Camel's {@code MainHttpServerFactory}: Camel's has no limits but that of the body, and
 * answers in its own words what it refuses. This one bounds headers, the time a request takes to
 * arrive, connections, requests in flight and the memory of bodies that are not complete, and says
 * everything as a {@link Problem}. HTTP/1.1 only.
 */
public final class PushServer extends ServiceSupport implements StaticService {

    /**
     * @param maxBodyBytes beyond it: 413
     * @param maxHeaderBytes all headers of a request together; beyond it: 431
     * @param requestTimeout in which a request must arrive as a whole; a connection that is idle for
     *     longer is closed
     * @param maxConnections beyond it: 503
     * @param maxInFlight requests being answered, and pushes being processed whose sender is gone; beyond it: 503
     * @param maxBufferedBytes of bodies that are not complete; beyond it the largest are cut off
     * @param workers threads that process requests; a push that waits to be stored needs none
     */
    public record Limits(
            int maxBodyBytes,
            int maxHeaderBytes,
            Duration requestTimeout,
            int maxConnections,
            int maxInFlight,
            long maxBufferedBytes,
            int workers) {}

    /** The property of an exchange that names the {@link Executor} on which it goes on after a wait. */
    public static final String WORKERS = "dragonpass.workers";

    private static final long BUFFER_CHECK_MILLIS = 200;

    private static final int ACKNOWLEDGED = 200;

    /** A server that stops has answered everything once nothing came for so long. */
    private static final long QUIET_NANOS = Duration.ofMillis(100).toNanos();

    /** It waits no longer for that. */
    private static final long DRAIN_NANOS = Duration.ofSeconds(2).toNanos();

    private static final long DRAIN_CHECK_MILLIS = 10;

    /** Over the limit, so many connections are still told so; more are closed without a word. */
    private static final int TOLD_CONNECTIONS = 100;

    private final CamelContext context;
    private final String host;
    private final int port;
    private final String pushPath;
    private final Limits limits;
    private final Tls tls;
    private final MeterRegistry metrics;
    private final Timer acknowledgements;
    private final Map<HttpConnection, Client> clients = new ConcurrentHashMap<>();
    private final AtomicInteger inFlight = new AtomicInteger();
    private volatile long lastRequest = System.nanoTime() - QUIET_NANOS;
    private volatile boolean draining;
    private volatile ExecutorService workers;
    private Vertx vertx;
    private HttpServer server;

    /**
     * @param pushPath of the endpoint whose requests are processed asynchronously; others, if there are any, have
     *     Camel's consumer
     * @param tls null for plain HTTP
     */
    public PushServer(
            CamelContext context,
            String host,
            int port,
            String pushPath,
            Limits limits,
            Tls tls,
            MeterRegistry metrics) {
        this.context = context;
        this.host = host;
        this.port = port;
        this.pushPath = pushPath;
        this.limits = limits;
        this.tls = tls;
        this.metrics = metrics;
        this.acknowledgements = Timer.builder("dragonpass.ack")
                .description("From the arrival of a push as a whole to its acknowledgement")
                .tag(MicrometerConstants.CAMEL_CONTEXT_TAG, context.getName())
                .register(metrics);
        context.getRegistry().bind(PlatformHttpConstants.PLATFORM_HTTP_ENGINE_NAME, engine());
    }

    /** For servers that serve no files: they need no folder, which a kill would leave behind, nor a place to write one. */
    public static VertxOptions withoutFiles() {
        return new VertxOptions()
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false));
    }

    @Override
    protected void doStart() throws Exception {
        workers = Executors.newFixedThreadPool(
                limits.workers(), new CamelThreadFactory("dragonpass-push-#counter#", "", true));
        vertx = Vertx.vertx(withoutFiles().setWorkerPoolSize(limits.workers()));
        Router router = router();
        publish(router);
        HttpServerOptions options = new HttpServerOptions()
                .setHost(host)
                .setPort(port)
                .setMaxHeaderSize(limits.maxHeaderBytes())
                .setHttp2ClearTextEnabled(false);
        if (tls != null) {
            tls.configure(options);
        }
        server = vertx.createHttpServer(options)
                .connectionHandler(this::connected)
                .invalidRequestHandler(this::invalid)
                .requestHandler(router);
        await(server.listen());
        vertx.setPeriodic(BUFFER_CHECK_MILLIS, id -> boundBuffers());
    }

    private Router router() {
        Router router = Router.router(vertx);
        router.route()
                .order(Integer.MIN_VALUE)
                .handler(this::admit)
                .failureHandler(failed -> refuse(failed.response(), problem(failed.statusCode())));
        for (int status : new int[] {404, 405}) {
            router.errorHandler(status, unknown -> refuse(unknown.response(), problem(status)));
        }
        return router;
    }

    /** Where the routes mount their endpoints. */
    private void publish(Router router) {
        String name = VertxPlatformHttpRouter.getRouterNameFromPort(port);
        context.getRegistry()
                .bind(
                        name,
                        new VertxPlatformHttpRouter(
                                null, vertx, router, name, VertxPlatformHttpRouter.SERVER_TYPE_SERVER) {
                            @Override
                            public Handler<RoutingContext> bodyHandler() {
                                return BodyHandler.create(false).setBodyLimit(limits.maxBodyBytes());
                            }
                        });
    }

    /** The routes find it when their component is made, which is before this server starts. */
    private VertxPlatformHttpEngine engine() {
        VertxPlatformHttpEngine engine = new VertxPlatformHttpEngine() {
            @Override
            public int getServerPort() {
                return port;
            }

            @Override
            public PlatformHttpConsumer createConsumer(PlatformHttpEndpoint endpoint, Processor processor) {
                if (!endpoint.getPath().equals(pushPath)) {
                    return super.createConsumer(endpoint, processor);
                }
                String router = VertxPlatformHttpRouter.getRouterNameFromPort(port);
                return new PushConsumer(
                        endpoint,
                        processor,
                        getHandlers(),
                        router,
                        task -> workers.execute(task),
                        inFlight::decrementAndGet);
            }
        };
        engine.setHandlers(List.of(this::countInFlight));
        return engine;
    }

    private void connected(HttpConnection connection) {
        Client client = new Client(connection);
        clients.put(connection, client);
        connection.closeHandler(gone -> {
            clients.remove(connection);
            client.disarm();
        });
        if (clients.size() > limits.maxConnections() + TOLD_CONNECTIONS) {
            count("connections");
            connection.close();
        } else {
            client.arm();
        }
    }

    private void admit(RoutingContext request) {
        lastRequest = System.nanoTime();
        if (draining) {
            request.response().putHeader("Connection", "close");
            request.addEndHandler(done -> request.request().connection().close());
        }
        Client client = clients.get(request.request().connection());
        if (client != null) {
            client.current = request.request();
            client.arm();
            request.addEndHandler(done -> {
                client.current = null;
                client.arm();
            });
        }
        if (clients.size() > limits.maxConnections()) {
            count("connections");
            refuseAndClose(request.request(), OVERLOADED);
        } else {
            request.next();
        }
    }

    private void countInFlight(RoutingContext request) {
        if (inFlight.incrementAndGet() > limits.maxInFlight()) {
            inFlight.decrementAndGet();
            count("in-flight");
            refuse(request.response(), OVERLOADED);
        } else {
            long begin = System.nanoTime();
            request.addEndHandler(done -> {
                if (!PushConsumer.isRouted(request)) {
                    inFlight.decrementAndGet();
                }
                if (done.succeeded() && request.response().getStatusCode() == ACKNOWLEDGED) {
                    acknowledgements.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
                }
            });
            request.next();
        }
    }

    private void invalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        Problem problem = MALFORMED;
        if (cause instanceof TooLongHttpHeaderException) {
            problem = HEADERS_TOO_LARGE;
        } else if (cause instanceof TooLongFrameException) {
            problem = URI_TOO_LONG;
        }
        refuseAndClose(request, problem);
    }

    private void refuseAndClose(HttpServerRequest request, Problem problem) {
        request.response().putHeader("Connection", "close").endHandler(done -> request.connection()
                .close());
        refuse(request.response(), problem);
    }

    /** Many bodies that never end must not fill the memory: the largest go first. */
    private void boundBuffers() {
        List<Client> slow = clients.values().stream()
                .filter(client -> client.buffered() > 0)
                .sorted(Comparator.comparingLong(Client::buffered).reversed())
                .toList();
        long sum = slow.stream().mapToLong(Client::buffered).sum();
        for (Client client : slow) {
            if (sum <= limits.maxBufferedBytes()) {
                return;
            }
            sum -= client.buffered();
            count("memory");
            client.connection.close();
        }
    }

    private Problem problem(int status) {
        if (!context.isStarted()) {
            // Before the routes are there, and once they are gone, no path is known.
            return STOPPING;
        }
        return switch (status) {
            case 400 -> MALFORMED;
            case 404 -> new Problem(404, "not-found", "There is nothing here", "pushes go to another path");
            case 405 -> new Problem(405, "method-not-allowed", "The method is not allowed", "nothing was done");
            case 413 ->
                new Problem(413, "too-large", "The body is too large", "at most " + limits.maxBodyBytes() + " bytes");
            default -> Problem.UNAVAILABLE;
        };
    }

    private void refuse(HttpServerResponse response, Problem problem) {
        Counter.builder("dragonpass.http.refused")
                .description("Requests that the HTTP server refused before a route saw them")
                .tag("status", String.valueOf(problem.status()))
                .register(metrics)
                .increment();
        if (response.ended() || response.headWritten() || response.closed()) {
            return;
        }
        response.setStatusCode(problem.status()).putHeader("Content-Type", Problem.MEDIA_TYPE);
        problem.headers().forEach(response::putHeader);
        response.end(Buffer.buffer(problem.toJson()));
    }

    private void count(String limit) {
        Counter.builder("dragonpass.http.limited")
                .description("Connections and requests that met a limit of the HTTP server")
                .tag("limit", limit)
                .register(metrics)
                .increment();
    }

    @Override
    protected void doStop() throws Exception {
        if (server != null) {
            drain();
            await(server.close());
        }
        if (vertx != null) {
            await(vertx.close());
        }
        if (workers != null) {
            workers.shutdown();
        }
        clients.clear();
    }

    /**
     * The routes are gone, so that whatever comes is refused; but closing the server cuts connections, and a
     * sender whose connection is cut does not know. So each answer ends its connection until it is quiet.
     */
    private void drain() throws InterruptedException {
        draining = true;
        long begin = System.nanoTime();
        while (isBusy() && System.nanoTime() - begin < DRAIN_NANOS) {
            Thread.sleep(DRAIN_CHECK_MILLIS);
        }
    }

    private boolean isBusy() {
        return System.nanoTime() - lastRequest < QUIET_NANOS
                || clients.values().stream().anyMatch(client -> client.current != null);
    }

    private static void await(Future<?> future) throws Exception {
        try {
            future.toCompletionStage().toCompletableFuture().get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    /**
     * One connection, and the time that it may take until the headers of its next request have arrived, and again until
     * the body has.
     */
    private final class Client {

        private static final long NO_TIMER = -1;

        private final HttpConnection connection;
        private volatile HttpServerRequest current;
        private long timer = NO_TIMER;

        Client(HttpConnection connection) {
            this.connection = connection;
        }

        synchronized void arm() {
            disarm();
            timer = vertx.setTimer(limits.requestTimeout().toMillis(), id -> {
                HttpServerRequest request = current;
                if (request == null) {
                    connection.close();
                } else if (!request.isEnded()) {
                    count("time");
                    connection.close();
                }
            });
        }

        synchronized void disarm() {
            if (timer != NO_TIMER) {
                vertx.cancelTimer(timer);
                timer = NO_TIMER;
            }
        }

        /** Bytes of a body that is not complete. */
        long buffered() {
            HttpServerRequest request = current;
            return request == null || request.isEnded() ? 0 : request.bytesRead();
        }
    }

    private static final Problem OVERLOADED =
            new Problem(503, "overloaded", "There are too many requests", "nothing was kept; try again");
    private static final Problem STOPPING =
            new Problem(503, "unavailable", "The server is starting or stopping", "nothing was kept; try again");
    private static final Problem MALFORMED =
            new Problem(400, "malformed", "The request is no valid HTTP", "nothing of it was kept");
    private static final Problem HEADERS_TOO_LARGE =
            new Problem(431, "headers-too-large", "The headers are too large", "send fewer or shorter ones");
    private static final Problem URI_TOO_LONG =
            new Problem(414, "uri-too-long", "The request line is too long", "the push path needs no query");
}
