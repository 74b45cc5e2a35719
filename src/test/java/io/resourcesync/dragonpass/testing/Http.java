package io.resourcesync.dragonpass.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** How the tests ask a product that runs, wherever it runs. */
final class Http {

    /** Longer than anything takes that ends. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private Http() {}

    /**
     * Waits for the whole answer, but not for ever.
     *
     * @throws UncheckedIOException when there is none
     */
    static HttpResponse<String> send(HttpRequest request) {
        HttpRequest limited = HttpRequest.newBuilder(request, (name, value) -> true)
                .timeout(request.timeout().orElse(PATIENCE))
                .build();
        try {
            return CLIENT.send(limited, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
