package io.resourcesync.dragonpass.http;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
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

    private final Executor workers;

    /**
     * @param workers where routes run, as the threads of the server must not be blocked; a step that
     *     gives its thread back finds them in the property {@link PushServer#WORKERS}
     */
    PushConsumer(
            PlatformHttpEndpoint endpoint,
            Processor processor,
            List<Handler<RoutingContext>> handlers,
            String router,
            Executor workers) {
        super(endpoint, processor, handlers, router);
        this.workers = workers;
    }

    @Override
    protected void handleRequest(RoutingContext request) {
        if (isSuspended()) {
            request.fail(UNAVAILABLE);
            return;
        }
        Context loop = request.vertx().getOrCreateContext();
        Exchange exchange = createExchange(false);
        exchange.setPattern(ExchangePattern.InOut);
        exchange.setProperty(PushServer.WORKERS, workers);
        processHttpRequest(exchange, request)
                .onFailure(e -> end(request, exchange, e))
                .onSuccess(read -> workers.execute(() -> process(exchange, request, loop)));
    }

    private void process(Exchange exchange, RoutingContext request, Context loop) {
        try {
            createUoW(exchange);
            getAsyncProcessor()
                    .process(
                            exchange,
                            doneSync -> loop.runOnContext(now -> end(request, exchange, exchange.getException())));
        } catch (Exception e) {
            loop.runOnContext(now -> end(request, exchange, e));
        }
    }

    /**
     * Answers, and lets the exchange go.
     *
     * @param failure null when there is an answer in the exchange
     */
    private void end(RoutingContext request, Exchange exchange, Throwable failure) {
        if (failure != null) {
            fail(request, exchange, failure);
        } else if (!request.response().closed()) {
            try {
                write(exchange, request.response());
            } catch (RuntimeException e) {
                fail(request, exchange, e);
            }
        }
        doneUoW(exchange);
        releaseExchange(exchange, false);
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
