package io.resourcesync.dragonpass.http;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import org.apache.camel.CamelContext;
import org.apache.camel.StartupListener;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * Answers, as problems like any other, what the HTTP server refuses before a route sees it: above all
 * a body over the limit.
 */
public final class PushServer implements StartupListener {

    private final int port;
    private final MeterRegistry registry;

    public PushServer(int port, MeterRegistry registry) {
        this.port = port;
        this.registry = registry;
    }

    /** By now the server's router is there, and no route is reachable yet. */
    @Override
    public void onCamelContextStarted(CamelContext context, boolean alreadyStarted) {
        String name = VertxPlatformHttpRouter.getRouterNameFromPort(port);
        VertxPlatformHttpRouter.lookup(context, name).route().failureHandler(this::answer);
    }

    private void answer(RoutingContext request) {
        if (request.response().ended() || request.response().headWritten()) {
            return;
        }
        Problem problem = problem(request.statusCode());
        Counter.builder("dragonpass.http.refused")
                .description("Requests that the HTTP server refused")
                .tag("status", String.valueOf(problem.status()))
                .register(registry)
                .increment();
        request.response()
                .setStatusCode(problem.status())
                .putHeader("Content-Type", Problem.MEDIA_TYPE)
                .end(Buffer.buffer(problem.toJson()));
    }

    private static Problem problem(int status) {
        return switch (status) {
            case 404 -> Requests.NOT_FOUND;
            case 413 -> new Problem(413, "too-large", "The body is too large", "nothing of it was kept");
            case 400 -> new Problem(400, "bad-request", "The request cannot be read", "its query is malformed");
            default ->
                new Problem(503, "unavailable", "The request could not be answered", "nothing was kept; try again");
        };
    }
}
