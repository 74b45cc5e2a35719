package io.resourcesync.dragonpass.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.resourcesync.dragonpass.batch.BatchKey;
import io.resourcesync.dragonpass.batch.BatchProgress;
import io.resourcesync.dragonpass.batch.EventType;
import io.resourcesync.dragonpass.batch.Sequences;
import java.io.ByteArrayInputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an attempt asks for, and what came of it. */
class RecoveryTest {

    private static final Instant NOW = Instant.parse("2025-10-28T12:00:00Z");
    private static final BatchKey KEY = new BatchKey("p", EventType.RESOURCE_METADATA, "b");

    private final Recovery recovery = new Recovery(
            Duration.ofHours(48),
            Duration.ofMinutes(1),
            Duration.ofHours(1),
            1000,
            new Random(1),
            Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void shouldNameTheParametersOfAClaim() {
        assertThat(recovery.claim(KEY))
                .containsAllEntriesOf(KEY.parameters())
                .containsEntry("windowSeconds", 172_800L)
                .containsEntry("initialSeconds", 60L)
                .containsEntry("maxSeconds", 3_600L);
    }

    @ParameterizedTest
    @EnumSource
    void shouldClaimOnlyWhatTheApiAnswersFor(EventType topic) {
        assertThat(recovery.claim(new BatchKey("p", topic, "b")))
                .containsEntry("recoverable", topic != EventType.RESOURCE_AVAILABILITY);
    }

    @Test
    void shouldSpreadAttemptsByAFifth() {
        List<Double> jitter = IntStream.range(0, 1000)
                .mapToObj(i -> (Double) recovery.claim(KEY).get("jitter"))
                .toList();

        assertThat(jitter).allSatisfy(factor -> assertThat(factor).isBetween(0.8, 1.2));
        assertThat(jitter).anyMatch(factor -> factor < 0.85).anyMatch(factor -> factor > 1.15);
    }

    @Test
    void shouldReadTheEventsOfAnAnswer() throws RecoveryFailed {
        assertThat(recovery.events(200, null, body("[{\"eventType\":\"e\"}]")))
                .singleElement()
                .isEqualTo("{\"eventType\":\"e\"}".getBytes(UTF_8));
    }

    @Test
    void shouldBoundTheAnswer() {
        RecoveryFailed failed =
                catchThrowableOfType(RecoveryFailed.class, () -> recovery.events(200, null, body(" ".repeat(1001))));

        assertThat(failed.outcome()).isEqualTo("too-large");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 206, 302, 400, 401, 403, 404, 429, 500, 502, 503, 504})
    void shouldTakeAnyOtherStatusForAFailure(int status) {
        RecoveryFailed failed = failed(status, null);

        assertThat(failed.outcome()).isEqualTo("http-" + status);
        assertThat(failed).hasMessage("HTTP " + status);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0                              | 0",
                "120                            | 120",
                "' 120 '                        | 120",
                "86400                          | 86400",
                "86401                          | 86400",
                "99999999999999999999           | 86400",
                "Tue, 28 Oct 2025 12:02:00 GMT  | 120",
                "Tuesday, 28-Oct-25 12:02:00 GMT| 120",
                "Tue, 28 Oct 2025 11:59:00 GMT  | 0",
                "Fri, 31 Dec 2027 23:59:59 GMT  | 86400"
            })
    void shouldHonourRetryAfter(String retryAfter, int seconds) {
        assertThat(failed(429, retryAfter).retryAfterSeconds()).isEqualTo(seconds);
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "soon", "-5", "1.5", "2025-10-28T12:02:00Z", "Tue, 28 Okt 2025 12:02:00 GMT"})
    void shouldIgnoreARetryAfterThatSaysNothing(String retryAfter) {
        assertThat(failed(503, retryAfter).retryAfterSeconds()).isZero();
    }

    @Test
    void shouldTellATimeout() {
        assertThat(recovery.failure(new SocketTimeoutException("Read timed out"))
                        .outcome())
                .isEqualTo("timeout");
    }

    @Test
    void shouldTellThatTheApiCannotBeReached() {
        assertThat(recovery.failure(new ConnectException("Connection refused")).outcome())
                .isEqualTo("unreachable");
        assertThat(recovery.failure(new SSLHandshakeException("expired")).outcome())
                .isEqualTo("unreachable");
    }

    @Test
    void shouldTellAnythingElseWithoutItsMessage() {
        RecoveryFailed failed = recovery.failure(new IllegalStateException("Bearer eyJ"));

        assertThat(failed.outcome()).isEqualTo("failed");
        assertThat(failed).hasMessage("the attempt failed: IllegalStateException");
    }

    @Test
    void shouldPassOnWhatIsAFailureAlready() {
        RecoveryFailed failed = new RecoveryFailed("error-code", "the API answered code 1", 3);

        assertThat(recovery.failure(failed)).isSameAs(failed);
    }

    @Test
    void shouldNoteThatABatchWasRecovered() {
        assertThat(recovery.outcome(progress(1), progress(1, 2, 3), null))
                .containsAllEntriesOf(KEY.parameters())
                .containsEntry("outcome", "recovered")
                .containsEntry("error", null)
                .containsEntry("retryAfterSeconds", 0)
                .containsEntry("windowSeconds", 172_800L);
    }

    @Test
    void shouldNoteThatAHalfWasRecovered() {
        assertThat(recovery.outcome(progress(1), progress(1, 3), null))
                .containsEntry("outcome", "partial")
                .containsEntry("error", "answered, but 2 still missing");
    }

    @Test
    void shouldNoteThatNothingCame() {
        assertThat(recovery.outcome(progress(1), progress(1), null))
                .containsEntry("outcome", "empty")
                .containsEntry("error", "answered, but 2-3 still missing");
    }

    @Test
    void shouldNoteAFailure() {
        RecoveryFailed failed = new RecoveryFailed("http-429", "HTTP 429", 60);

        assertThat(recovery.outcome(progress(1), progress(1), failed))
                .containsEntry("outcome", "http-429")
                .containsEntry("error", "HTTP 429")
                .containsEntry("retryAfterSeconds", 60);
    }

    @Test
    void shouldNotMindAFailureWhenEverythingArrivedMeanwhile() {
        Map<String, Object> outcome =
                recovery.outcome(progress(1), progress(1, 2, 3), new RecoveryFailed("timeout", "too slow"));

        assertThat(outcome).containsEntry("outcome", "recovered").containsEntry("error", null);
    }

    @Test
    void shouldCutAListOfTheMissingThatNobodyReads() {
        List<Integer> even =
                IntStream.rangeClosed(1, 5000).filter(i -> i % 2 == 0).boxed().toList();
        BatchProgress progress = new BatchProgress(KEY, 5000, Sequences.of(even), NOW, false);

        assertThat((String) recovery.outcome(progress, progress, null).get("error"))
                .startsWith("answered, but 1,3,5,")
                .hasSizeLessThan(1000);
    }

    private RecoveryFailed failed(int status, String retryAfter) {
        RecoveryFailed failed =
                catchThrowableOfType(RecoveryFailed.class, () -> recovery.events(status, retryAfter, body("[]")));
        assertThat(failed).as("the failure").isNotNull();
        return failed;
    }

    private static BatchProgress progress(Integer... stored) {
        return new BatchProgress(KEY, 3, Sequences.of(List.of(stored)), NOW, false);
    }

    private static ByteArrayInputStream body(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }
}
