package io.resourcesync.dragonpass.recovery;

import java.time.Duration;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;

/**
 * What the HTTP client for DragonPass's API must not do by itself: repeat a call, as each attempt is
 * claimed in SQL and has a request id of its own; follow a redirect; keep cookies; wait for an answer
 * for ever.
 */
public final class ApiClient implements HttpClientConfigurer {

    private final Duration responseTimeout;

    /**
     * @param responseTimeout how long the client waits for each part of an answer, which may take twice as
     *     long altogether
     */
    public ApiClient(Duration responseTimeout) {
        this.responseTimeout = responseTimeout;
    }

    @Override
    public void configureHttpClient(HttpClientBuilder builder) {
        builder.disableAutomaticRetries()
                .disableRedirectHandling()
                .disableCookieManagement()
                // What it is given there can be aborted, and is not unpacked yet.
                .addExecInterceptorBefore(
                        ChainElement.PROTOCOL.name(),
                        "answer-in-time",
                        new AnswerInTime(responseTimeout.multipliedBy(2)));
    }
}
