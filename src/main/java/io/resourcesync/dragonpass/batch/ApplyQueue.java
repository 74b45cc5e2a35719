package io.resourcesync.dragonpass.batch;

import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.BrowsableEndpoint;

/**
 * The batches that need nothing but to be applied and wait for it on this node: what the queue of {@code apply-batch}
 * holds now. One that is only due waits there, too, as its recovery may be given up; but meanwhile it may be tried
 * again, where there is one.
 */
public final class ApplyQueue implements Supplier<Set<BatchKey>> {

    private static final String QUEUE = "seda://apply-batch";

    private final CamelContext context;

    public ApplyQueue(CamelContext context) {
        this.context = context;
    }

    @Override
    public Set<BatchKey> get() {
        return context.getEndpoints().stream()
                .filter(endpoint -> endpoint.getEndpointBaseUri().equals(QUEUE))
                // Those that hand over and the one that applies share it.
                .limit(1)
                .flatMap(endpoint -> ((BrowsableEndpoint) endpoint).getExchanges().stream())
                .map(exchange -> exchange.getMessage().getBody(BatchProgress.class))
                // One that was just taken is being worked on, and holds something else by now.
                .filter(progress -> progress != null && progress.needsNoRecovery())
                .map(BatchProgress::key)
                .collect(Collectors.toSet());
    }
}
