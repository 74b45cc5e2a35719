package io.resourcesync.dragonpass.recovery;

import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;

/**
 * What the HTTP client for DragonPass's API must not do by itself: repeat a call, as each attempt is
 * claimed in SQL and has a request id of its own; follow a redirect; keep cookies.
 */
public final class ApiClient implements HttpClientConfigurer {

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        builder.disableAutomaticRetries().disableRedirectHandling().disableCookieManagement();
    }
}
