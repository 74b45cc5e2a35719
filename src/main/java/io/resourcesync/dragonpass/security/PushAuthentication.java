package io.resourcesync.dragonpass.security;

import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.vertx.HttpMessage;

/** The check that a push comes from DragonPass, before anything else is done with it. */
public final class PushAuthentication {

    private final String header;
    private final PushTokenVerifier verifier;

    /**
     * @param header the name of the header that carries the token
     * @param verifier null lets every push in: only allowed on a loopback address
     */
    public PushAuthentication(String header, PushTokenVerifier verifier) {
        this.header = header;
        this.verifier = verifier;
    }

    /**
     * Verifies the token of a push. The request itself is asked for it, as Camel's headers hold the
     * parameters of its query, too.
     *
     * @throws TokenRejected for a push without one valid token
     */
    public void verify(Exchange exchange) throws TokenRejected {
        if (verifier != null) {
            List<String> values = exchange.getMessage(HttpMessage.class)
                    .getRequest()
                    .headers()
                    .getAll(header);
            verifier.verify(values);
        }
    }
}
