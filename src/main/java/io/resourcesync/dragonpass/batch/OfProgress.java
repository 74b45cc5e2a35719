package io.resourcesync.dragonpass.batch;

import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.support.ExpressionAdapter;

/**
 * An expression of {@code assemble-batch}, from the progress that is the body. As a method of a bean each
 * would copy the exchange, three times for every push.
 */
public final class OfProgress extends ExpressionAdapter {

    private final Function<BatchProgress, Object> function;

    public OfProgress(Function<BatchProgress, Object> function) {
        this.function = function;
    }

    @Override
    public Object evaluate(Exchange exchange) {
        return function.apply(exchange.getMessage().getBody(BatchProgress.class));
    }
}
