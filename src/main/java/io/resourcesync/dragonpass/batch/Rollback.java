package io.resourcesync.dragonpass.batch;

import org.apache.camel.Exchange;

/** What a route does after it caught the failure of a transaction. */
public final class Rollback {

    private Rollback() {}

    /**
     * Takes the marks from an exchange that an error handler has dealt with its failure. That of the
     * transaction sets them, {@code doCatch} leaves them, and with them no {@code onException} would
     * see to what goes wrong later.
     */
    public static void forget(Exchange exchange) {
        exchange.getExchangeExtension().setFailureHandled(false);
        exchange.getExchangeExtension().setErrorHandlerHandled(null);
    }
}
