package io.resourcesync.dragonpass.push;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.component.micrometer.MicrometerConstants;

/**
 * Counts pushes by topic, source and outcome. The SQL statement aside, looking the counter up anew for
 * each push, as the micrometer component does, was the dearest step on its way.
 */
public final class PushCounter {

    private record Labels(String topic, String source, String outcome) {}

    private final MeterRegistry registry;
    private final String context;
    private final Map<Labels, Counter> counters = new ConcurrentHashMap<>();

    /**
     * @param context the name of the Camel context, a label that the component adds, too
     */
    public PushCounter(MeterRegistry registry, String context) {
        this.registry = registry;
        this.context = context;
    }

    /** Counts the push that the variables {@code topic}, {@code source} and {@code outcome} tell of. */
    public void count(Exchange exchange) {
        Labels labels = new Labels(
                exchange.getVariable("topic", String.class),
                exchange.getVariable("source", String.class),
                exchange.getVariable("outcome", String.class));
        counters.computeIfAbsent(labels, this::register).increment();
    }

    private Counter register(Labels labels) {
        return registry.counter(
                "dragonpass.pushes",
                Tags.of(
                        "topic",
                        labels.topic(),
                        "source",
                        labels.source(),
                        "outcome",
                        labels.outcome(),
                        MicrometerConstants.CAMEL_CONTEXT_TAG,
                        context));
    }
}
