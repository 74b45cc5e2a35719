package io.resourcesync.dragonpass.testing;

import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.awaitility.core.ConditionTimeoutException;

/** A product in a process of its own, by what it tells of itself. */
public interface Observed {

    /** Where the management server listens. */
    int managementPort();

    /** Asks the management server. */
    default HttpResponse<String> observe(String path) {
        return Http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + managementPort() + path))
                .build());
    }

    /** The value of a metric that has no labels, such as {@code dragonpass_spool_records}; NaN when there is none. */
    default double metric(String name) {
        return observe("/observe/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }

    /** Waits until nothing is left to do: no batch is open, as a sweep saw it, and the spool is empty. */
    default void awaitQuiet(Duration atMost) {
        try {
            await().atMost(atMost)
                    .pollInterval(Duration.ofMillis(250))
                    .during(Duration.ofSeconds(1))
                    .until(() -> batchesOpen() == 0 && spooled() == 0);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "after %s %.0f batches are open, %.0f pushes are in the spool, the database is up: %.0f"
                            .formatted(atMost, batchesOpen(), spooled(), metric("dragonpass_database_up")),
                    e);
        }
    }

    private double batchesOpen() {
        return metric("dragonpass_batches_open");
    }

    private double spooled() {
        return metric("dragonpass_spool_records");
    }
}
