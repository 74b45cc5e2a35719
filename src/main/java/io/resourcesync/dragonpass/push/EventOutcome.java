package io.resourcesync.dragonpass.push;

import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;

/**
 * What became of an event that was split off, so that its refusal does not end the route that sent it
 * through {@code route-event}: the body is {@code stored}, {@code duplicate}, {@code unavailable}, or
 * the reason why it is in quarantine.
 */
public final class EventOutcome implements AggregationStrategy {

    @Override
    public Exchange aggregate(Exchange none, Exchange event) {
        String reason = event.getVariable("reason", String.class);
        String outcome = event.getVariable("outcome", String.class);
        // A fresh one: what was refused is marked as handled, which would end the route after the split.
        Exchange answer = new DefaultExchange(event.getContext());
        answer.getMessage().setBody(reason != null ? reason : outcome);
        return answer;
    }
}
