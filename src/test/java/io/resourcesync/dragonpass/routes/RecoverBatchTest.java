package io.resourcesync.dragonpass.routes;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.matching;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static io.resourcesync.dragonpass.testing.PushBuilder.metadata;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import io.resourcesync.dragonpass.batch.BatchKey;
import io.resourcesync.dragonpass.batch.BatchProgress;
import io.resourcesync.dragonpass.batch.EventType;
import io.resourcesync.dragonpass.batch.Sequences;
import io.resourcesync.dragonpass.batch.SqlTime;
import io.resourcesync.dragonpass.testing.PushBuilder;
import io.resourcesync.dragonpass.testing.RouteTestSupport;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One attempt at the Event Recovery API, from the claim to what is noted of it. */
class RecoverBatchTest extends RouteTestSupport {

    /** Which would pack an answer that comes in parts as a whole. */
    private static final WireMockServer API =
            new WireMockServer(wireMockConfig().dynamicPort().gzipDisabled(true));

    private static final BatchKey KEY = new BatchKey("p", EventType.RESOURCE_METADATA, "b");
    private static final Duration AN_HOUR = Duration.ofHours(1);
    private static final Duration A_SECOND_AGO = Duration.ofSeconds(-1);

    @Override
    protected Map<String, String> settings() {
        API.start();
        return Map.of(
                "dragonpass.api.url", API.baseUrl() + "/api",
                "dragonpass.api.response-timeout-millis", "2000",
                "recovery.max-answer-bytes", "10000");
    }

    @AfterAll
    void stop() {
        API.stop();
    }

    @BeforeEach
    void forget() {
        API.resetAll();
    }

    @Test
    void shouldAskForTheBatchWithTheHeadersOfTheContract() {
        answer(okJson("[]"));

        recover(KEY);

        API.verify(
                1,
                getRequestedFor(urlPathEqualTo("/api/v2/event"))
                        .withQueryParam("eventType", equalTo("resource.metadata.updated"))
                        .withQueryParam("batchId", equalTo("b"))
                        .withHeader("X-Program-ID", equalTo("p"))
                        .withHeader("X-Request-ID", matching("[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}"))
                        .withHeader("Accept", equalTo("application/json")));
        API.getAllServeEvents().forEach(event -> assertThat(event.getRequest().getAllHeaderKeys())
                .isSubsetOf(
                        "X-Program-ID",
                        "X-Request-ID",
                        "Accept",
                        "Accept-Encoding",
                        "Host",
                        "Connection",
                        "User-Agent"));
    }

    @Test
    void shouldEncodeWhatTheSenderCalledTheBatch() {
        BatchKey odd = new BatchKey("p", EventType.TRANSPORT_HUB_METADATA, "a b/c&d=é?#%2F");
        answer(okJson("[]"));

        recover(odd);

        API.verify(
                1,
                getRequestedFor(urlPathEqualTo("/api/v2/event"))
                        .withQueryParam("batchId", equalTo(odd.batchId()))
                        .withQueryParam("eventType", equalTo("transportHub.metadata.updated")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[2,3]",
                "{\"code\":0,\"data\":[2,3]}",
                "{\"code\":0,\"data\":{\"events\":[3,2]}}",
                "{\"code\":0,\"data\":{\"list\":[1,2,3,3]}}"
            })
    void shouldApplyABatchThatWasRecovered(String form) {
        answer(okJson(events(form)));

        recover(KEY);

        await().untilAsserted(() -> assertThat(rows().batch(KEY))
                .containsEntry("status", "APPLIED")
                .containsEntry("closed_by", "RECOVERY")
                .containsEntry("recovery_attempts", 1)
                .containsEntry("recovery_error", null));
        assertThat(jdbc().queryForList("SELECT source FROM push_message ORDER BY sequence", String.class))
                .containsExactly("PUSH", "RECOVERY", "RECOVERY");
        assertThat(rows().count("resource_change")).isEqualTo(3);
    }

    @Test
    void shouldKeepAHalf() {
        answer(okJson(events("[3]")));

        recover(KEY);

        assertNoted("answered, but 2 still missing");
        assertThat(rows().count("push_message")).isEqualTo(2);
    }

    @Test
    void shouldStoreAnotherBatchsEventsUnderTheirOwnBatch() {
        answer(okJson(
                "[" + metadata("N9").program("p").batch("other").sequence(2, 3).json() + "]"));

        recover(KEY);

        assertNoted("answered, but 2-3 still missing");
        assertThat(jdbc().queryForList("SELECT batch_id FROM push_message WHERE sequence = 2", String.class))
                .containsExactly("other");
    }

    @Test
    void shouldQuarantineAPoisonedEventAndStoreTheOthers() {
        answer(okJson("[{\"eventType\":\"resource.metadata.updated\"}," + event(2) + ",7," + event(3) + "]"));

        recover(KEY);

        await().untilAsserted(() -> assertThat(rows().batch(KEY)).containsEntry("status", "APPLIED"));
        assertThat(rows().count("quarantine")).isEqualTo(2);
    }

    @Test
    void shouldQuarantineAnEventThatContradictsAPushAndStoreTheOthers() {
        String contradiction = pushBuilder(1).with("resources", List.of("N9")).json();
        answer(okJson("[" + contradiction + "," + event(2) + "," + event(3) + "]"));

        recover(KEY);

        await().untilAsserted(() -> assertThat(rows().batch(KEY)).containsEntry("status", "APPLIED"));
        assertThat(jdbc().queryForList("SELECT reason FROM quarantine", String.class))
                .containsExactly("CONFLICTING_CONTENT");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 302, 400, 401, 403, 404, 429, 500, 502, 503})
    void shouldNoteAnyOtherStatus(int status) {
        answer(aResponse().withStatus(status).withHeader("Location", "/elsewhere"));

        recover(KEY);

        assertNoted("HTTP " + status);
        assertThat(deadline())
                .isBetween(Instant.now().plusSeconds(30), Instant.now().plusSeconds(75));
        API.verify(1, getRequestedFor(anyUrl()));
    }

    @Test
    void shouldWaitAsManySecondsAsTheApiAsksFor() {
        answer(aResponse().withStatus(429).withHeader("Retry-After", "7200"));

        recover(KEY);

        assertNoted("HTTP 429");
        assertThat(deadline()).isCloseTo(Instant.now().plusSeconds(7200), within(30, ChronoUnit.SECONDS));
    }

    @Test
    void shouldWaitUntilTheDateThatTheApiNames() {
        Instant date = Instant.now().plusSeconds(7200);
        answer(aResponse()
                .withStatus(503)
                .withHeader("Retry-After", DateTimeFormatter.RFC_1123_DATE_TIME.format(date.atOffset(ZoneOffset.UTC))));

        recover(KEY);

        assertNoted("HTTP 503");
        assertThat(deadline()).isCloseTo(date, within(30, ChronoUnit.SECONDS));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<html>Bad Gateway</html>          | the answer is not JSON",
                "{\"code\":1001,\"data\":[]}       | the API answered code 1001",
                "{\"code\":0,\"data\":null}        | answered, but 2-3 still missing",
                "``                                | answered, but 2-3 still missing",
                "{\"message\":\"ok\"}              | the answer holds no events in any known form"
            })
    void shouldNoteAnAnswerWithoutEvents(String body, String error) {
        answer(aResponse().withStatus(200).withBody(body));

        recover(KEY);

        assertNoted(error);
    }

    @Test
    void shouldNoteAnAnswerThatIsTooLarge() {
        answer(okJson(" ".repeat(10_001)));

        recover(KEY);

        assertNoted("the answer is larger than 10000 bytes");
    }

    @Test
    void shouldNoteThatTheApiIsTooSlow() {
        answer(okJson("[]").withFixedDelay(5_000));

        recover(KEY);

        assertNoted("the API did not answer in time");
    }

    /** Each part of it is there in time. */
    @Test
    void shouldNoteThatAnAnswerTakesTooLongAsAWhole() {
        answer(aResponse().withBody("[" + " ".repeat(10) + "]").withChunkedDribbleDelay(12, 12_000));

        recover(KEY);

        assertNoted("the API did not answer in time");
    }

    /** Nobody reads it, and so nobody should wait for its end. */
    @Test
    void shouldNotWaitForTheBodyOfAnError() {
        answer(aResponse().withStatus(500).withBody("x".repeat(12)).withChunkedDribbleDelay(12, 12_000));

        recover(KEY);

        assertNoted("HTTP 500");
    }

    @ParameterizedTest
    @EnumSource(
            names = {"CONNECTION_RESET_BY_PEER", "EMPTY_RESPONSE", "RANDOM_DATA_THEN_CLOSE", "MALFORMED_RESPONSE_CHUNK"
            })
    void shouldNoteThatTheConnectionBrokeAndNotRepeatTheCall(Fault fault) {
        answer(aResponse().withFault(fault));

        recover(KEY);

        await().untilAsserted(() -> assertThat((String) rows().batch(KEY).get("recovery_error"))
                .matches("the API cannot be reached: \\w+|the answer broke off|the answer is not JSON"));
        API.verify(1, getRequestedFor(anyUrl()));
    }

    @Test
    void shouldAskOnceForAnAttemptHoweverManyClaimIt() {
        answer(okJson("[]"));
        rows().open(KEY, 3, AN_HOUR, A_SECOND_AGO).push(KEY, 1, "PUSH", event(1));

        for (int i = 0; i < 8; i++) {
            template().sendBody("seda:recover-batch", progress(KEY));
        }
        send(KEY);

        assertNoted("answered, but 2-3 still missing");
        API.verify(1, getRequestedFor(anyUrl()));
        assertThat(rows().batch(KEY)).containsEntry("recovery_attempts", 1).containsEntry("status", "OPEN");
    }

    @Test
    void shouldNeverAskForATopicThatCannotBeRecovered() {
        BatchKey key = new BatchKey("p", EventType.RESOURCE_AVAILABILITY, "b");

        recover(key);

        await().untilAsserted(() -> assertThat(rows().batch(key))
                .containsEntry("status", "INCOMPLETE")
                .containsEntry("missing", "2-3"));
        API.verify(0, getRequestedFor(anyUrl()));
    }

    @Test
    void shouldNotAskAfterTheWindowHasClosed() {
        rows().open(KEY, 3, Duration.ofHours(49), A_SECOND_AGO).push(KEY, 1, "PUSH", event(1));

        send(KEY);

        await().untilAsserted(() -> assertThat(rows().batch(KEY))
                .containsEntry("status", "INCOMPLETE")
                .containsEntry("closed_by", "TIMEOUT")
                .containsEntry("missing", "2-3"));
        API.verify(0, getRequestedFor(anyUrl()));
    }

    private static void answer(ResponseDefinitionBuilder answer) {
        API.stubFor(get(anyUrl()).willReturn(answer));
    }

    /** A batch of three that has its first push and is due. */
    private void recover(BatchKey key) {
        rows().open(key, 3, AN_HOUR, A_SECOND_AGO);
        if (key.equals(KEY)) {
            rows().push(key, 1, "PUSH", event(1));
        } else {
            rows().pushes(key, 1);
        }
        send(key);
    }

    /** Waits for the end of the attempt, or for the end of the batch. */
    private void send(BatchKey key) {
        template().sendBody("seda:recover-batch", progress(key));
        await().until(() -> !rows().batch(key).get("recovery_attempts").equals(0)
                || !rows().batch(key).get("status").equals("OPEN"));
        await().until(() -> context().getInflightRepository().size() == 0);
    }

    private void assertNoted(String error) {
        await().untilAsserted(() -> assertThat(rows().batch(KEY)).containsEntry("recovery_error", error));
        assertThat(rows().batch(KEY)).containsEntry("status", "OPEN").containsEntry("recovery_attempts", 1);
    }

    private Instant deadline() {
        return SqlTime.instant(rows().batch(KEY).get("deadline_at"));
    }

    private static BatchProgress progress(BatchKey key) {
        return new BatchProgress(key, 3, Sequences.of(List.of(1)), Instant.now(), false);
    }

    /** Puts events in the place of their sequences. */
    private static String events(String form) {
        return form.replaceAll("(?<=[\\[,])([123])(?=[],])", "EVENT$1")
                .replace("EVENT1", event(1))
                .replace("EVENT2", event(2))
                .replace("EVENT3", event(3));
    }

    private static String event(int sequence) {
        return pushBuilder(sequence).json();
    }

    private static PushBuilder pushBuilder(int sequence) {
        return metadata("N" + sequence).program("p").batch("b").sequence(sequence, 3);
    }
}
