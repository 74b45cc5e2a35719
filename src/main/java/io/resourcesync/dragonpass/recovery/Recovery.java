package io.resourcesync.dragonpass.recovery;

import io.resourcesync.dragonpass.batch.BatchKey;
import io.resourcesync.dragonpass.batch.BatchProgress;
import io.resourcesync.dragonpass.security.TokenUnavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.apache.hc.client5.http.utils.DateUtils;

/** What the recovery routes need beyond YAML: the parameters of an attempt, and what came of it. */
public final class Recovery {

    /** A Retry-After beyond this is cut: the API cannot put a batch off for longer than a day. */
    private static final int LONGEST_RETRY_AFTER_SECONDS = 86_400;

    private final Duration window;
    private final Duration initialBackoff;
    private final Duration maxBackoff;
    private final int maxAnswerBytes;
    private final RandomGenerator random;
    private final Clock clock;

    public Recovery(
            Duration window,
            Duration initialBackoff,
            Duration maxBackoff,
            int maxAnswerBytes,
            RandomGenerator random,
            Clock clock) {
        this.window = window;
        this.initialBackoff = initialBackoff;
        this.maxBackoff = maxBackoff;
        this.maxAnswerBytes = maxAnswerBytes;
        this.random = random;
        this.clock = clock;
    }

    /** The named parameters of {@code claim-recovery-attempt.sql}; the jitter is a fifth up or down. */
    public Map<String, Object> claim(BatchKey key) {
        Map<String, Object> parameters = new HashMap<>(key.parameters());
        parameters.put("recoverable", key.eventType().recoverable());
        parameters.put("windowSeconds", window.toSeconds());
        parameters.put("initialSeconds", initialBackoff.toSeconds());
        parameters.put("maxSeconds", maxBackoff.toSeconds());
        parameters.put("jitter", random.nextDouble(0.8, 1.2));
        return parameters;
    }

    /**
     * The events in the API's answer.
     *
     * @throws RecoveryFailed for any status but 200, and for a body that holds no events in a known form
     */
    public List<byte[]> events(
            @Header(Exchange.HTTP_RESPONSE_CODE) int status,
            @Header("Retry-After") String retryAfter,
            @Body InputStream body)
            throws RecoveryFailed {
        if (status != 200) {
            throw new RecoveryFailed("http-" + status, "HTTP " + status, seconds(retryAfter));
        }
        return RecoveryAnswer.events(body, maxAnswerBytes);
    }

    /** Retry-After by RFC 9110 is a number of seconds or a date; what is neither says nothing. */
    private int seconds(String retryAfter) {
        if (retryAfter == null) {
            return 0;
        }
        String text = retryAfter.strip();
        if (text.matches("\\d+")) {
            return text.length() > 9 ? LONGEST_RETRY_AFTER_SECONDS : bounded(Long.parseLong(text));
        }
        Instant date = DateUtils.parseStandardDate(text);
        return date == null
                ? 0
                : bounded(Duration.between(clock.instant(), date).toSeconds());
    }

    private static int bounded(long seconds) {
        return (int) Math.max(0, Math.min(seconds, LONGEST_RETRY_AFTER_SECONDS));
    }

    /**
     * Whatever ended an attempt, as a failure that a metric and an operator can do with.
     *
     * @param cause null when the circuit breaker let no call through
     */
    public RecoveryFailed failure(Exception cause) {
        if (cause instanceof RecoveryFailed failed) {
            return failed;
        }
        if (cause instanceof TokenUnavailable none) {
            return new RecoveryFailed(
                    "no-token",
                    none.getMessage(),
                    Math.toIntExact(none.retryAfter().toSeconds()));
        }
        if (cause == null) {
            return new RecoveryFailed("spared", "not asked, as the API failed call after call");
        }
        if (cause instanceof InterruptedIOException) {
            return RecoveryFailed.timeout();
        }
        if (cause instanceof IOException) {
            return new RecoveryFailed(
                    "unreachable",
                    "the API cannot be reached: " + cause.getClass().getSimpleName());
        }
        return new RecoveryFailed(
                "failed", "the attempt failed: " + cause.getClass().getSimpleName());
    }

    /**
     * What an attempt brought.
     *
     * @param before the batch before it
     * @param after the batch after it
     * @param failure what ended it early, or null
     * @return the named parameters of {@code record-attempt.sql}, and the {@code outcome} for the metric
     */
    public Map<String, Object> outcome(BatchProgress before, BatchProgress after, RecoveryFailed failure) {
        Map<String, Object> parameters = new HashMap<>(after.key().parameters());
        String outcome = "recovered";
        String error = null;
        if (!after.missing().isEmpty()) {
            if (failure != null) {
                outcome = failure.outcome();
                error = failure.getMessage();
            } else {
                outcome = after.stored().size() > before.stored().size() ? "partial" : "empty";
                error = "answered, but " + shortened(after.missing()) + " still missing";
            }
        }
        parameters.put("outcome", outcome);
        parameters.put("error", error);
        parameters.put("retryAfterSeconds", failure == null ? 0 : failure.retryAfterSeconds());
        parameters.put("windowSeconds", window.toSeconds());
        return parameters;
    }

    private static String shortened(String missing) {
        return missing.length() <= 200 ? missing : missing.substring(0, 200) + "…";
    }
}
