package io.resourcesync.dragonpass.push;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;

/**
 * What became of an event that was split off, so that its refusal does not end the route that sent it
 * through {@code route-event}: the body is {@code stored}, {@code duplicate}, the reason why it is in
 * quarantine, or {@code unavailable} for one that is nowhere yet, however its handling ended.
 */
public final class EventOutcome implements AggregationStrategy {

    @Override
    public Exchange aggregate(Exchange none, Exchange event) {
        // A fresh one: what was refused is marked as handled, which would end the route after the split.
        Exchange answer = new DefaultExchange(event.getContext());
        answer.getMessage().setBody(outcome(event));
        return answer;
    }

    private static String outcome(Exchange event) {
        String outcome = event.getVariable("outcome", "none", String.class);
        return switch (outcome) {
            case "stored", "duplicate" -> outcome;
            case "quarantined" -> event.getVariable("reason", String.class);
            default -> "unavailable";
        };
    }
}
