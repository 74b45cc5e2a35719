package io.resourcesync.dragonpass.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.resourcesync.dragonpass.testing.SyncApp;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the simulator can be told to lose, delay, repeat and answer, seen from the application it pushes to. */
class SimulatorTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String METADATA = "resource.metadata.updated";
    private static final String HUBS = "transportHub.metadata.updated";
    private static final String AVAILABILITY = "resource.availability.changed";

    private static SyncApp app;

    @BeforeAll
    static void start() {
        app = SyncApp.start(
                "demo",
                Map.of(
                        "demo.story", "false",
                        "demo.tick", "50ms",
                        "batch.timeout", "1s",
                        "recovery.backoff.initial", "1s",
                        "recovery.backoff.max", "1s"));
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @AfterEach
    void answerAsUsual() {
        answer("{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {METADATA, HUBS})
    void shouldRecoverWhatTheSimulatorLost(String eventType) {
        String batch = order(eventType, "\"total\":5,\"lose\":[2,5]");

        eventually().untilAsserted(() -> assertThat(batch(batch))
                .containsEntry("status", "APPLIED")
                .containsEntry("closed_by", "RECOVERY"));
        assertThat(sequences("SELECT sequence FROM push_message WHERE batch_id = ? AND source = 'RECOVERY'", batch))
                .containsExactlyInAnyOrder(2, 5);
    }

    @Test
    void shouldHaveNoAvailabilityToRecover() {
        String batch = order(AVAILABILITY, "\"lose\":[2]");

        eventually().untilAsserted(() -> assertThat(batch(batch))
                .containsEntry("status", "INCOMPLETE")
                .containsEntry("missing", "2"));
        assertThat(events("?eventType=" + AVAILABILITY + "&batchId=" + batch).body())
                .isEqualTo("{\"code\":0,\"message\":\"success\",\"data\":[]}");
    }

    @Test
    void shouldPushInAscendingOrder() {
        String batch = order(AVAILABILITY, "\"total\":8,\"order\":\"ascending\"");

        assertThat(arrivals(batch, List.of(1, 2, 3, 4, 5, 6, 7, 8))).isSorted();
    }

    @Test
    void shouldPushOutOfOrderUnlessToldOtherwise() {
        JsonNode taken = json(
                post("{\"eventType\":\"" + AVAILABILITY + "\",\"total\":8}").body());
        List<Integer> pushes = ints(taken.get("pushes"));

        assertThat(pushes)
                .containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8)
                .isNotEqualTo(pushes.stream().sorted().toList());
        assertThat(arrivals(taken.get("batchId").textValue(), pushes)).isSorted();
    }

    @Test
    void shouldDelayASequence() {
        OffsetDateTime before = OffsetDateTime.now();

        String batch = order(AVAILABILITY, "\"total\":2,\"delay\":{\"1\":\"500ms\"}");

        List<OffsetDateTime> arrivals = arrivals(batch, List.of(2, 1));
        assertThat(arrivals).isSorted();
        assertThat(arrivals.get(1)).isAfterOrEqualTo(before.plus(Duration.ofMillis(500)));
    }

    @Test
    void shouldDelayASequenceUntilItIsLate() {
        String batch = order(AVAILABILITY, "\"total\":2,\"delay\":{\"1\":\"4s\"}");

        eventually().untilAsserted(() -> assertThat(batch(batch)).containsEntry("status", "INCOMPLETE"));
        eventually().untilAsserted(() -> assertThat(batch(batch))
                .containsEntry("status", "APPLIED")
                .containsEntry("closed_by", "LATE"));
    }

    @Test
    void shouldRepeatSequences() {
        double before = duplicates(AVAILABILITY);

        String batch = order(AVAILABILITY, "\"total\":2,\"repeat\":[1,1,2]");

        eventually().untilAsserted(() -> assertThat(duplicates(AVAILABILITY)).isEqualTo(before + 3));
        assertThat(sequences("SELECT sequence FROM push_message WHERE batch_id = ?", batch))
                .containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void shouldFillPushesAsItIsTold() {
        String batch = order(
                AVAILABILITY,
                "\"total\":1,\"ids\":5,\"module\":7,\"programId\":\"77\",\"updatedAt\":\"2025-01-01T00:00:00Z\"");

        eventually().untilAsserted(() -> assertThat(batch(batch)).containsEntry("status", "APPLIED"));
        assertThat(app.query("SELECT * FROM resource_change WHERE program_id = '77' ORDER BY entity_id"))
                .hasSize(5)
                .allSatisfy(row -> assertThat(row).containsEntry("module", 7))
                .allSatisfy(row -> assertThat((OffsetDateTime) row.get("updated_at"))
                        .isEqualTo(OffsetDateTime.parse("2025-01-01T00:00:00Z")))
                .extracting(row -> row.get("entity_id") + " " + row.get("change"))
                .containsExactly("N00001 ADDED", "N00002 ADDED", "N00003 ADDED", "N00004 REMOVED", "N00005 REMOVED");
    }

    @Test
    void shouldGiveUpAPushAfterFourAttempts() {
        order(METADATA, "\"batchId\":\"twice\",\"total\":1");
        eventually().untilAsserted(() -> assertThat(batch("twice")).containsEntry("status", "APPLIED"));

        order(METADATA, "\"batchId\":\"twice\",\"total\":2,\"lose\":[1]");

        eventually().untilAsserted(() -> assertThat(app.query("SELECT reason, times_seen FROM quarantine"))
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry("times_seen", 4)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"envelope", "array", "single", "events", "list"})
    void shouldAnswerEventsInEveryForm(String form) {
        answer("{\"form\":\"" + form + "\"}");

        String batch = order(METADATA, "\"lose\":[1,3]");

        eventually().untilAsserted(() -> assertThat(batch(batch)).containsEntry("status", "APPLIED"));
    }

    @Test
    void shouldShapeTheAnswerAsTheFormSays() {
        String batch = order(METADATA, "\"total\":1,\"lose\":[1]");
        Map<String, String> pointers = Map.of(
                "envelope", "/data/0",
                "array", "/0",
                "single", "",
                "events", "/data/events/0",
                "list", "/data/list/0");

        pointers.forEach((form, pointer) -> {
            answer("{\"form\":\"" + form + "\"}");
            JsonNode answer =
                    json(events("?eventType=" + METADATA + "&batchId=" + batch).body());
            assertThat(answer.at(pointer).path("batchId").asText()).as(form).isEqualTo(batch);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"status":429,"retryAfter":1} | HTTP 429
            {"status":503}                | HTTP 503
            {"code":4001}                 | the API answered code 4001
            {"body":"<html>"}             | the answer is not JSON
            {"holds":"none"}              | answered, but 1-2 still missing
            {"holds":"half"}              | answered, but 2 still missing
            """)
    void shouldAnswerErrorsUntilToldOtherwise(String told, String error) {
        answer(told);
        String batch = order(METADATA, "\"lose\":[1,2]");
        eventually().untilAsserted(() -> assertThat(batch(batch)).containsEntry("recovery_error", error));

        answer("{}");

        eventually().untilAsserted(() -> assertThat(batch(batch)).containsEntry("status", "APPLIED"));
    }

    @Test
    void shouldAnswerAsToldSoManyTimes() {
        answer("{\"status\":500,\"times\":2}");

        String batch = order(METADATA, "\"lose\":[1]");

        eventually().untilAsserted(() -> assertThat(batch(batch))
                .containsEntry("status", "APPLIED")
                .containsEntry("recovery_attempts", 3));
    }

    @Test
    void shouldAnswerTheEventsOfOtherBatches() {
        String other = order(METADATA, "\"programId\":\"88\",\"total\":1,\"lose\":[1]");
        answer("{\"holds\":\"other\"}");

        JsonNode events =
                json(send("GET", "/simulator/v2/event?batchId=none", "88", "").body());

        assertThat(events.at("/data/0/batchId").textValue()).isEqualTo(other);
    }

    @Test
    void shouldAnswerEventsWithCodeZero() {
        String batch = order(METADATA, "\"total\":1,\"lose\":[1]");
        answer("{\"code\":0,\"form\":\"array\"}");

        assertThat(json(events("?batchId=" + batch).body())).hasSize(1);
    }

    @Test
    void shouldHoldAnAnswerBack() {
        answer("{\"delay\":\"300ms\"}");
        long begin = System.nanoTime();

        events("");

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    void shouldSetRetryAfter() {
        answer("{\"status\":429,\"retryAfter\":3}");

        HttpResponse<String> refused = events("");

        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("Retry-After")).hasValue("3");
    }

    @Test
    void shouldRequireTheHeadersOfTheContract() {
        assertThat(app.send(app.request("/simulator/v2/event").build()).statusCode())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                                   | /eventType
            {"eventType":"walkin.redemption"}                                    | /eventType
            {"eventType":"resource.metadata.updated","total":0}                  | /total
            {"eventType":"resource.metadata.updated","total":"3"}                | /total
            {"eventType":"resource.metadata.updated","total":99999}              | /total
            {"eventType":"resource.metadata.updated","ids":101}                  | /ids
            {"eventType":"resource.metadata.updated","lose":[4]}                 | /lose
            {"eventType":"resource.metadata.updated","lose":2}                   | /lose
            {"eventType":"resource.metadata.updated","lose":[2],"repeat":[2]}    | /lose
            {"eventType":"resource.metadata.updated","delay":{"1":"soon"}}       | /delay/1
            {"eventType":"resource.metadata.updated","delay":{"1":"2h"}}         | /delay/1
            {"eventType":"resource.metadata.updated","delay":{"4":"1s"}}         | /delay
            {"eventType":"resource.metadata.updated","order":"descending"}       | /order
            {"eventType":"resource.metadata.updated","updatedAt":"yesterday"}    | /updatedAt
            {"eventType":"resource.metadata.updated","batchId":""}               | /batchId
            {"eventType":"resource.metadata.updated","loose":[1]}                | /loose
            """)
    void shouldRefuseAnOrderThatMakesNoSense(String told, String pointer) {
        assertRefused(post(told), pointer);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"status":99}                     | /status
            {"status":"429"}                  | /status
            {"retryAfter":-1}                 | /retryAfter
            {"code":"4001"}                   | /code
            {"body":1}                        | /body
            {"body":"x","code":1}             | /body
            {"form":"xml"}                    | /form
            {"form":"array","status":500}     | /form
            {"holds":"some"}                  | /holds
            {"delay":"-1s"}                   | /delay
            {"times":0}                       | /times
            {"staus":500}                     | /staus
            """)
    void shouldRefuseAnAnswerThatMakesNoSense(String told, String pointer) {
        assertRefused(send("PUT", "/simulator/answer", "1", told), pointer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "nonsense", "{} {}", "null"})
    void shouldRefuseWhatIsNoJsonObject(String told) {
        HttpResponse<String> refused = post(told);

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(json(refused.body()).get("detail").textValue()).startsWith("The body");
    }

    @Test
    void shouldRefuseWhatIsNotSentAsJson() {
        HttpResponse<String> refused = app.send(app.request("/simulator/batches")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("{\"eventType\":\"" + METADATA + "\"}"))
                .build());

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("sent with Content-Type: application/json");
    }

    @Test
    void shouldLeaveEveryOtherPathToTheApplication() {
        assertThat(app.send(app.request("/simulator").build()).statusCode()).isEqualTo(404);
        assertThat(app.send(app.request("/simulator/batches").build()).statusCode())
                .isEqualTo(405);
    }

    private static void assertRefused(HttpResponse<String> answer, String pointer) {
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(json(answer.body()).at("/errors"))
                .extracting(error -> error.get("pointer").textValue())
                .contains(pointer);
    }

    private static ConditionFactory eventually() {
        return await().atMost(Duration.ofSeconds(30));
    }

    /** Orders a batch and returns its id. */
    private static String order(String eventType, String more) {
        HttpResponse<String> taken = post("{\"eventType\":\"" + eventType + "\"," + more + "}");
        assertThat(taken.statusCode()).as(taken.body()).isEqualTo(202);
        return json(taken.body()).get("batchId").textValue();
    }

    private static void answer(String told) {
        assertThat(send("PUT", "/simulator/answer", "1", told).statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> post(String told) {
        return send("POST", "/simulator/batches", "1", told);
    }

    private static HttpResponse<String> events(String query) {
        return send("GET", "/simulator/v2/event" + query, "123321", "");
    }

    private static HttpResponse<String> send(String method, String path, String programId, String body) {
        return app.send(app.request(path)
                .header("Content-Type", "application/json")
                .header("X-Program-ID", programId)
                .header("X-Request-ID", "1")
                .method(method, BodyPublishers.ofString(body))
                .build());
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    private static List<Integer> ints(JsonNode array) {
        return IntStream.range(0, array.size())
                .mapToObj(i -> array.get(i).intValue())
                .toList();
    }

    private static Map<String, Object> batch(String batchId) {
        List<Map<String, Object>> found = app.query("SELECT * FROM push_batch WHERE batch_id = ?", batchId);
        assertThat(found).as("batches of id " + batchId).hasSize(1);
        return found.get(0);
    }

    private static List<Integer> sequences(String sql, String batchId) {
        return app.query(sql, batchId).stream()
                .map(row -> (Integer) row.get("sequence"))
                .toList();
    }

    /** When these sequences of a batch were stored, once all of them are. */
    private static List<OffsetDateTime> arrivals(String batchId, List<Integer> sequences) {
        Map<Integer, OffsetDateTime> bySequence = new HashMap<>();
        eventually().untilAsserted(() -> {
            app.query("SELECT sequence, received_at FROM push_message WHERE batch_id = ?", batchId)
                    .forEach(row ->
                            bySequence.put((Integer) row.get("sequence"), (OffsetDateTime) row.get("received_at")));
            assertThat(bySequence).containsOnlyKeys(sequences);
        });
        return sequences.stream().map(bySequence::get).toList();
    }

    private static double duplicates(String eventType) {
        String labels = "outcome=\"duplicate\",source=\"PUSH\",topic=\"" + eventType + "\"} ";
        return app.observe("/observe/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith("dragonpass_pushes_total{") && line.contains(labels))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
