package io.resourcesync.dragonpass.main;

import io.resourcesync.dragonpass.security.ApiCredentials;
import io.resourcesync.dragonpass.security.FetchedToken;
import io.resourcesync.dragonpass.security.PushAuthentication;
import io.resourcesync.dragonpass.security.PushKeys;
import io.resourcesync.dragonpass.security.PushTokenVerifier;
import io.resourcesync.dragonpass.security.TokenCache;
import io.resourcesync.dragonpass.security.TokenExchange;
import io.resourcesync.dragonpass.security.UnusableKey;
import java.nio.file.Path;
import java.time.Clock;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;

/** Keys and credentials as the settings want them; what cannot be used stops the start. */
final class Credentials {

    private Credentials() {}

    /**
     * @return null where pushes are not verified
     * @throws SettingsException when there is no usable key
     */
    static PushKeys keys(Settings.PushAuth auth) {
        try {
            return auth.keys() == null ? null : PushKeys.open(auth.keys());
        } catch (UnusableKey e) {
            throw new SettingsException("push.jwt.keys: " + e.getMessage());
        }
    }

    /**
     * @param keys null where pushes are not verified
     */
    static PushAuthentication of(Settings.PushAuth auth, PushKeys keys, Clock clock) {
        PushTokenVerifier verifier = keys == null
                ? null
                : new PushTokenVerifier(keys, auth.issuer(), auth.clockSkew(), auth.maxAge(), clock);
        return new PushAuthentication(auth.header(), verifier);
    }

    /**
     * @return null for no credentials
     * @throws SettingsException when a key or secret cannot be used
     */
    static ApiCredentials of(Settings.ApiAuth auth, CamelContext context, Clock clock) {
        try {
            return switch (auth.mode()) {
                case "rs256" -> ApiCredentials.rs256(Path.of(auth.privateKey()), auth.issuer(), clock);
                case "hs256" -> ApiCredentials.hs256(auth.secret(), auth.issuer(), clock);
                case "token" -> new TokenCache(() -> fetchToken(auth, context), clock);
                default -> null;
            };
        } catch (UnusableKey e) {
            String property = auth.mode().equals("rs256") ? "dragonpass.api.private-key" : "dragonpass.api.secret";
            throw new SettingsException(property + ": " + e.getMessage());
        }
    }

    private static FetchedToken fetchToken(Settings.ApiAuth auth, CamelContext context) throws Exception {
        try (ProducerTemplate template = context.createProducerTemplate()) {
            Exchange answer = template.request("direct:request-token", request -> request.getMessage()
                    .setBody(TokenExchange.request(auth.clientId(), auth.secret())));
            if (answer.getException() != null) {
                throw answer.getException();
            }
            return answer.getMessage().getBody(FetchedToken.class);
        }
    }
}
