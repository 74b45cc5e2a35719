package io.resourcesync.dragonpass.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpConsumer;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.apache.camel.support.MessageHelper;
import org.apache.camel.support.ObjectHelper;

/**
 * Has the route of an endpoint process its requests asynchronously, where Camel's own consumer keeps a
 * thread for each until it is answered: a push that waits for its commit would wait in a thread, and to
 * wake one for each of a group costs more than its signature.
 *
 * <p>The answer is the message that the route leaves: its status, its headers by the endpoint's header
 * filter, and its body in one piece. A route that fails is answered by the router's failure handler.
 */
final class PushConsumer extends VertxPlatformHttpConsumer {

    private static final int OK = 200;
    private static final int NO_CONTENT = 204;
    private static final int UNAVAILABLE = 503;

    private static final String ROUTED = "dragonpass.routed";

    private final Executor workers;
    private final Runnable ended;

    /**
     * @param workers where routes run, as the threads of the server must not be blocked; a step that
     *     gives its thread back finds them in the property {@link PushServer#WORKERS}
     * @param ended told once of each request that {@link #isRouted} when its route has ended
     */
    PushConsumer(
            PlatformHttpEndpoint endpoint,
            Processor processor,
            List<Handler<RoutingContext>> handlers,
            String router,
            Executor workers,
            Runnable ended) {
        super(endpoint, processor, handlers, router);
        this.workers = workers;
        this.ended = ended;
    }

    /** Whether a route has a request in hand, which it may keep for longer than its sender stays. */
    static boolean isRouted(RoutingContext request) {
        return request.get(ROUTED) != null;
    }

    @Override
    protected void handleRequest(RoutingContext request) {
        if (isSuspended()) {
            request.fail(UNAVAILABLE);
            return;
        }
        Exchange exchange = createExchange(false);
        exchange.setPattern(ExchangePattern.InOut);
        Run run = new Run(request, exchange);
        exchange.setProperty(PushServer.WORKERS, run);
        Future<Void> read = processHttpRequest(exchange, request);
        request.put(ROUTED, run);
        read.onFailure(run::end).onSuccess(done -> {
            forgetBody(request);
            run.execute(run::begin);
        });
    }

    /** The exchange has it: of a large one only what the route makes of it shall wait for the database. */
    @SuppressWarnings("deprecation") // for applications, which Vert.x warns that handlers may want the body again
    private static void forgetBody(RoutingContext request) {
        request.setBody(null);
    }

    /** The way of one request through the route, in tasks for the workers; one that throws anything ends it. */
    private final class Run implements Executor {

        private final RoutingContext request;
        private final Exchange exchange;
        private final Context loop;
        private boolean over;

        Run(RoutingContext request, Exchange exchange) {
            this.request = request;
            this.exchange = exchange;
            this.loop = request.vertx().getOrCreateContext();
        }

        @Override
        public void execute(Runnable task) {
            try {
                workers.execute(() -> {
                    try {
                        task.run();
                    } catch (Throwable e) {
                        endLater(e);
                    }
                });
            } catch (RejectedExecutionException e) {
                endLater(e);
            }
        }

        private void begin() {
            try {
                createUoW(exchange);
            } catch (Exception e) {
                endLater(e);
                return;
            }
            getAsyncProcessor().process(exchange, doneSync -> endLater(exchange.getException()));
        }

        private void endLater(Throwable failure) {
            loop.runOnContext(now -> end(failure));
        }

        /**
         * Answers, and lets the exchange go, once.
         *
         * @param failure null when there is an answer in the exchange
         */
        private void end(Throwable failure) {
            if (over) {
                return;
            }
            over = true;
            try {
                answer(failure);
            } finally {
                doneUoW(exchange);
                releaseExchange(exchange, false);
                ended.run();
            }
        }

        private void answer(Throwable failure) {
            if (failure != null) {
                fail(request, exchange, failure);
            } else if (!request.response().closed()) {
                try {
                    write(exchange, request.response());
                } catch (Throwable e) {
                    fail(request, exchange, e);
                }
            }
        }
    }

    /** Whether it reaches the sender is not known here: one that is gone pushes again. */
    private void write(Exchange exchange, HttpServerResponse response) {
        Message message = exchange.getMessage();
        byte[] body = message.getBody(byte[].class);
        Integer status = message.getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
        String type = MessageHelper.getContentType(message);
        if (type != null) {
            response.putHeader("Content-Type", type);
        }
        HeaderFilterStrategy filter = getEndpoint().getHeaderFilterStrategy();
        for (Map.Entry<String, Object> header : message.getHeaders().entrySet()) {
            for (Object value : ObjectHelper.createIterable(header.getValue(), null)) {
                if (value != null && !filter.applyFilterToCamelHeaders(header.getKey(), value, exchange)) {
                    response.headers().add(header.getKey(), value.toString());
                }
            }
        }
        if (body == null) {
            response.setStatusCode(status == null ? NO_CONTENT : status).end();
        } else {
            response.setStatusCode(status == null ? OK : status).end(Buffer.buffer(body));
        }
    }

    private void fail(RoutingContext request, Exchange exchange, Throwable e) {
        getExceptionHandler().handleException("A request could not be answered by its route", exchange, e);
        request.response().headers().clear();
        request.fail(e);
    }
}
