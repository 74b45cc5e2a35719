package io.resourcesync.dragonpass.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.Counter;
import io.resourcesync.dragonpass.batch.BatchKey;
import io.resourcesync.dragonpass.batch.BatchProgress;
import io.resourcesync.dragonpass.batch.EventType;
import io.resourcesync.dragonpass.batch.Sequences;
import io.resourcesync.dragonpass.batch.SqlTime;
import io.resourcesync.dragonpass.recovery.RecoveryFailed;
import io.resourcesync.dragonpass.testing.RouteTestSupport;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.test.junit5.CamelContextConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is noted of an attempt: on the batch, in a metric, and for assemble-batch. */
class RecordAttemptTest extends RouteTestSupport {

    private static final BatchKey KEY = new BatchKey("p", EventType.RESOURCE_METADATA, "b");
    private static final Duration AN_HOUR = Duration.ofHours(1);
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    /** What is handed to it stays in its queue, where the tests look at it. */
    @Override
    public void configureContext(CamelContextConfiguration configuration) {
        super.configureContext(configuration);
        configuration.withAutoStartupExcludePatterns("assemble-batch");
    }

    @BeforeEach
    void forget() {
        drain("assemble-batch", BatchProgress.class);
    }

    @Test
    void shouldNoteThatEverythingArrived() {
        rows().open(KEY, 2, AN_HOUR, A_MINUTE).pushes(KEY, 1, 2);
        double recovered = attempts("recovered");

        record(null);

        assertThat(rows().batch(KEY)).containsEntry("recovery_error", null).containsEntry("status", "OPEN");
        assertThat(attempts("recovered")).isEqualTo(recovered + 1);
    }

    @Test
    void shouldForgetTheErrorOfAnEarlierAttempt() {
        rows().open(KEY, 2, AN_HOUR, A_MINUTE).pushes(KEY, 1, 2);
        jdbc().update("UPDATE push_batch SET recovery_error = 'HTTP 500'");

        record(null);

        assertThat(rows().batch(KEY)).containsEntry("recovery_error", null);
    }

    @Test
    void shouldNoteThatNothingCame() {
        rows().open(KEY, 3, AN_HOUR, A_MINUTE).pushes(KEY, 1);
        double empty = attempts("empty");

        record(null);

        assertThat(rows().batch(KEY)).containsEntry("recovery_error", "answered, but 2-3 still missing");
        assertThat(attempts("empty")).isEqualTo(empty + 1);
    }

    @Test
    void shouldNoteAFailureAndLeaveTheDeadlineThatTheClaimSet() {
        rows().open(KEY, 3, AN_HOUR, A_MINUTE).pushes(KEY, 1);
        Instant deadline = deadline();

        record(new RecoveryFailed("http-500", "HTTP 500"));

        assertThat(rows().batch(KEY)).containsEntry("recovery_error", "HTTP 500");
        assertThat(deadline()).isEqualTo(deadline);
    }

    @Test
    void shouldPutOffTheNextAttemptWhenTheApiAsksForIt() {
        rows().open(KEY, 3, AN_HOUR, A_MINUTE).pushes(KEY, 1);

        record(new RecoveryFailed("http-429", "HTTP 429", 600));

        assertThat(deadline()).isCloseTo(Instant.now().plusSeconds(600), within(30, ChronoUnit.SECONDS));
    }

    @Test
    void shouldNotHurryBecauseTheApiAsksForLess() {
        rows().open(KEY, 3, AN_HOUR, A_MINUTE).pushes(KEY, 1);
        Instant deadline = deadline();

        record(new RecoveryFailed("http-429", "HTTP 429", 1));

        assertThat(deadline()).isEqualTo(deadline);
    }

    @Test
    void shouldNotPutOffTheNextAttemptBeyondTheWindow() {
        rows().open(KEY, 3, Duration.ofHours(47), A_MINUTE).pushes(KEY, 1);

        record(new RecoveryFailed("http-429", "HTTP 429", 86_400));

        assertThat(deadline()).isCloseTo(Instant.now().plus(AN_HOUR), within(30, ChronoUnit.SECONDS));
    }

    @Test
    void shouldLeaveABatchThatWasClosedMeanwhile() {
        rows().closed(KEY, 3, "INCOMPLETE", AN_HOUR).pushes(KEY, 1);

        record(new RecoveryFailed("http-500", "HTTP 500", 600));

        assertThat(rows().batch(KEY)).containsEntry("recovery_error", null);
    }

    @Test
    void shouldTellAssembleBatchWhatIsThereAndWhenItIsDue() {
        rows().open(KEY, 3, AN_HOUR, A_MINUTE).pushes(KEY, 1, 3);

        record(null);

        assertThat(drain("assemble-batch", BatchProgress.class)).singleElement().satisfies(progress -> {
            assertThat(progress.key()).isEqualTo(KEY);
            assertThat(progress.missing()).isEqualTo("2");
            assertThat(progress.closed()).isFalse();
            assertThat(progress.deadline()).isCloseTo(deadline(), within(5, ChronoUnit.SECONDS));
        });
    }

    /** With one push stored before. */
    private void record(RecoveryFailed failure) {
        Map<String, Object> variables = new HashMap<>();
        variables.put("before", new BatchProgress(KEY, 3, Sequences.of(List.of(1)), Instant.now(), false));
        variables.put("requestId", "r");
        if (failure != null) {
            variables.put("failure", failure);
        }
        Exchange exchange = call("record-attempt", KEY, variables);
        assertThat(exchange.getException()).isNull();
    }

    private Instant deadline() {
        return SqlTime.instant(rows().batch(KEY).get("deadline_at"));
    }

    private double attempts(String outcome) {
        return metrics().find("dragonpass.recovery.attempts").tag("outcome", outcome).counters().stream()
                .mapToDouble(Counter::count)
                .sum();
    }
}
