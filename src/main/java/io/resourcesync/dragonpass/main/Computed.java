package io.resourcesync.dragonpass.main;

import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.support.ExpressionAdapter;

/**
 * An expression for the language {@code ref}, where every push needs it: Camel copies the exchange for each
 * that is a method of a bean.
 */
final class Computed extends ExpressionAdapter {

    private final Function<Exchange, Object> function;

    private Computed(Function<Exchange, Object> function) {
        this.function = function;
    }

    static <T> Computed ofBody(Class<T> type, Function<T, Object> function) {
        return new Computed(exchange -> function.apply(exchange.getMessage().getBody(type)));
    }

    static <T> Computed ofVariable(String name, Class<T> type, Function<T, Object> function) {
        return new Computed(exchange -> function.apply(exchange.getVariable(name, type)));
    }

    @Override
    public Object evaluate(Exchange exchange) {
        return function.apply(exchange);
    }
}
