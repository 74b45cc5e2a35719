package io.resourcesync.dragonpass;

import static io.resourcesync.dragonpass.testing.PushBuilder.availability;
import static io.resourcesync.dragonpass.testing.PushBuilder.hubs;
import static io.resourcesync.dragonpass.testing.PushBuilder.metadata;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.resourcesync.dragonpass.testing.Product;
import io.resourcesync.dragonpass.testing.PushBuilder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every bad request over real HTTP: what the sender is told, and what is kept. */
abstract class BadRequests {

    private static final int LIMIT = 1_048_576;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Without a spool a push that the database cannot take must be refused. */
    static final Map<String, String> SETTINGS = Map.of("spool.max-bytes", "0");

    /** Set by the class that extends this one. */
    static Product app;

    /** One for each test, so that the tests share the application and nothing else. */
    private final String batch = UUID.randomUUID().toString();

    private Map<String, Object> before;

    @AfterAll
    static void stop() {
        app.close();
    }

    @BeforeEach
    void count() {
        before = rows();
    }

    // --- Duplicates and conflicts ---------------------------------------------------------------

    @Test
    void shouldAcknowledgeADuplicateAlike() {
        HttpResponse<String> first = post(push().json());
        Map<String, Object> stored = stored();
        double duplicates = metric("dragonpass_pushes_total", "outcome=\"duplicate\"");

        HttpResponse<String> second = post(push().json());

        assertThat(first.statusCode()).isEqualTo(200);
        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(second.body()).isEqualTo(first.body());
        assertThat(stored()).isEqualTo(stored);
        assertThat(metric("dragonpass_pushes_total", "outcome=\"duplicate\"")).isEqualTo(duplicates + 1);
        assertThatOnly("push_message", 1, "push_batch", 1);
    }

    @Test
    void shouldTakeADuplicateInAnotherFormatForOne() {
        post(
                "{\"eventType\":\"resource.metadata.updated\",\"batchId\":\"%s\",\"sequence\":1,\"totalSequence\":3,"
                                .formatted(batch)
                        + "\"updatedAt\":\"2024-12-31T00:00:00Z\",\"programId\":\"é\",\"module\":1,\"resources\":[],\"x\":1.50}");
        Map<String, Object> stored = stored();

        HttpResponse<String> second = post(
                "{ \"x\" : 15e-1,\n\t\"resources\" : [ ], \"module\" : 1, \"programId\" : \"\\u00e9\", \"totalSequence\":3,\r\n"
                        + "\"sequence\":1,\"updatedAt\":\"2024-12-31T00:00:00Z\", \"batchId\" : \"%s\","
                                .formatted(batch)
                        + "\"eventType\":\"resource.metadata\\u002eupdated\"} ");

        assertThat(second.statusCode()).isEqualTo(200);
        assertThat(stored()).isEqualTo(stored);
        assertThatOnly("push_message", 1, "push_batch", 1);
    }

    @Test
    void shouldRefuseOtherContentUnderTheSameKey() {
        post(push().json());
        Map<String, Object> stored = stored();
        String other = push().with("resources", List.of("N9")).json();

        HttpResponse<String> answer = post(other);

        assertProblem(answer, 409, "conflicting-content");
        assertThat(pointers(answer)).containsExactly("/sequence");
        assertQuarantined(other, "CONFLICTING_CONTENT", 1);
        assertThat(stored()).isEqualTo(stored);
        assertThatOnly("push_message", 1, "push_batch", 1, "quarantine", 1);
    }

    @Test
    void shouldRefuseAnotherTotal() {
        post(push().sequence(1, 2).json());
        String other = push().sequence(2, 3).json();

        HttpResponse<String> answer = post(other);

        assertProblem(answer, 409, "conflicting-total");
        assertThat(pointers(answer)).containsExactly("/totalSequence");
        assertQuarantined(other, "CONFLICTING_TOTAL", 1);
        assertThatOnly("push_message", 1, "push_batch", 1, "quarantine", 1);
    }

    @Test
    void shouldNotCompleteABatchByAnotherTotal() {
        post(push().sequence(1, 2).json());

        post(push().sequence(1, 1).json());

        assertThat(app.query("SELECT status, total_sequence FROM push_batch WHERE batch_id = ?", batch))
                .containsExactly(Map.of("status", "OPEN", "total_sequence", 2));
    }

    // --- Not strict JSON ------------------------------------------------------------------------

    static Stream<Arguments> notStrictJson() {
        String valid = metadata("N1").json();
        return Stream.of(
                notJson("empty", "", "the document is empty"),
                notJson("blank", " \n", "the document is empty"),
                notJson(
                        "syntax",
                        valid.replace("\"module\":1", "\"module\":"),
                        "/module is malformed at line 1, column "),
                notJson(
                        "cut off",
                        valid.substring(0, valid.length() - 3),
                        "/resources/0 is malformed at line 1, column "),
                notJson("HTML", "<html></html>", "the document is malformed at line 1, column "),
                notJson("a comment", "/**/" + valid, "the document is malformed at line 1, column "),
                notJson("a byte order mark", "\uFEFF" + valid, "the document is malformed at line 1, column "),
                notJson("a second value", valid + "{}", "the document has a second value at line 1, column "),
                notJson("something after it", valid + "x", "the document is malformed at line 1, column "),
                notJson(
                        "a duplicate key",
                        valid.replaceFirst("\\{", "{\"module\":1,"),
                        "/module is a duplicate key at line 1"),
                notJson("a raw NUL", valid.replace("N1", "N\0"), "/resources/0 is malformed at line 1, column "),
                notJson(
                        "an escaped NUL",
                        valid.replace("N1", "N\\u0000"),
                        "/resources/0 has a NUL or a lone surrogate"),
                notJson(
                        "an escaped lone surrogate",
                        valid.replace("N1", "\\ud83d"),
                        "/resources/0 has a NUL or a lone surrogate"),
                notJson(
                        "a NUL in a name",
                        valid.replace("module", "\\u0000"),
                        "the document has a field whose name holds a NUL"),
                notJson("33 levels", "[".repeat(33) + "]".repeat(33), "is nested deeper than 32 levels"),
                notJson("100,001 tokens", "[" + "1,".repeat(99_998) + "1]", "has more than 100000 tokens"),
                notJson(
                        "an integer out of range",
                        valid.replace(":1,", ":9223372036854775808,"),
                        "/sequence is a number out of range"),
                notJson(
                        "a fraction out of range",
                        valid.replace(":1,", ":-1e309,"),
                        "/sequence is a number out of range"),
                notJson(
                        "an exponent out of range",
                        valid.replace(":1,", ":1e9999999999,"),
                        "/sequence is a number out of range"),
                argumentSet(
                        "a raw lone surrogate", bytes(valid, 0xed, 0xa0, 0xbd), "the document is not UTF-8 at byte "),
                argumentSet("an overlong NUL", bytes(valid, 0xc0, 0x80), "the document is not UTF-8 at byte "),
                argumentSet("Latin-1", bytes(valid, 0xe9), "the document is not UTF-8 at byte "),
                argumentSet("UTF-16", valid.getBytes(UTF_16), "the document is not UTF-8 at byte 0"));
    }

    private static Arguments notJson(String name, String body, String detail) {
        return argumentSet(name, body.getBytes(UTF_8), detail);
    }

    private static byte[] bytes(String valid, int... id) {
        int at = valid.indexOf("N1");
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(valid.substring(0, at).getBytes(UTF_8));
        Arrays.stream(id).forEach(body::write);
        body.writeBytes(valid.substring(at + 2).getBytes(UTF_8));
        return body.toByteArray();
    }

    @ParameterizedTest
    @MethodSource("notStrictJson")
    void shouldRefuseWhatIsNoStrictJson(byte[] body, String detail) {
        HttpResponse<String> answer = post(body);

        JsonNode problem = assertProblem(answer, 400, "not-json");
        assertThat(problem.get("detail").textValue()).contains(detail);
        assertQuarantined(body, "NOT_JSON", 1);
        assertThatOnly("quarantine", 1);

        post(body);

        assertQuarantined(body, "NOT_JSON", 2);
        assertThatOnly("quarantine", 1);
    }

    @Test
    void shouldAcceptThirtyTwoLevels() {
        String push = push().json().replaceFirst("\\{", "{\"extra\":" + "[".repeat(31) + "]".repeat(31) + ",");

        assertThat(post(push).statusCode()).isEqualTo(200);
    }

    // --- Wrong shape ----------------------------------------------------------------------------

    static Stream<Arguments> wrongShapes() {
        String tooLong = "x".repeat(65);
        return Stream.of(
                shape("no programId", metadata("N1").without("programId"), "/programId"),
                shape("no batchId", hubs("A1").without("batchId"), "/batchId"),
                shape("no sequence", metadata("N1").without("sequence"), "/sequence"),
                shape("no totalSequence", metadata("N1").without("totalSequence"), "/totalSequence"),
                shape("no updatedAt", metadata("N1").without("updatedAt"), "/updatedAt"),
                shape("no module", metadata("N1").without("module"), "/module"),
                shape("no resources", metadata("N1").without("resources"), "/resources"),
                shape("no transportHubs", hubs("A1").without("transportHubs"), "/transportHubs"),
                shape("no data", availability(List.of(), List.of()).without("data"), "/data"),
                shape("no eventType", metadata("N1").without("eventType"), "/eventType"),
                shape("eventType no string", metadata("N1").with("eventType", 1), "/eventType"),
                shape("eventType empty", metadata("N1").with("eventType", ""), "/eventType"),
                shape("programId no string", metadata("N1").with("programId", 123_321), "/programId"),
                shape("sequence 1.0", metadata("N1").with("sequence", 1.0), "/sequence"),
                shape("sequence \"1\"", metadata("N1").with("sequence", "1"), "/sequence"),
                shape("module 1.0", metadata("N1").with("module", 1.0), "/module"),
                shape("totalSequence true", metadata("N1").with("totalSequence", true), "/totalSequence"),
                shape("empty batchId", metadata("N1").with("batchId", ""), "/batchId"),
                shape("empty programId", metadata("N1").with("programId", ""), "/programId"),
                shape("empty id", metadata("N1", ""), "/resources/1"),
                shape("sequence 0", metadata("N1").sequence(0, 3), "/sequence"),
                shape("sequence negative", metadata("N1").sequence(-1, 3), "/sequence"),
                shape("sequence above the total", metadata("N1").sequence(4, 3), "/sequence"),
                shape("totalSequence 0", metadata("N1").sequence(1, 0), "/totalSequence"),
                shape("totalSequence 10,001", metadata("N1").sequence(1, 10_001), "/totalSequence"),
                shape("updatedAt without offset", metadata("N1").updatedAt("2024-12-31T00:00:00"), "/updatedAt"),
                shape("updatedAt no day", metadata("N1").updatedAt("2024-02-30T00:00:00Z"), "/updatedAt"),
                shape("updatedAt a number", metadata("N1").with("updatedAt", 1_735_603_200), "/updatedAt"),
                shape("batchId of 65", metadata("N1").batch(tooLong), "/batchId"),
                shape("programId of 65", metadata("N1").program(tooLong), "/programId"),
                shape("id of 65", hubs("A1", tooLong), "/transportHubs/1"),
                shape("id no string", metadata().with("resources", List.of("N1", 2)), "/resources/1"),
                shape("unknown changeAction", group("changed", "N1"), "/data/0/changeAction"),
                shape("101 resources", metadata(ids(101)), "/resources"),
                shape("101 hubs", hubs(ids(101)), "/transportHubs"),
                shape("51 in a group", availability(List.of(ids(51)), List.of()), "/data/0/resources"),
                shape(
                        "several at once",
                        metadata("").without("batchId").with("sequence", "1").updatedAt("now"),
                        "/batchId",
                        "/sequence",
                        "/updatedAt",
                        "/resources/0"));
    }

    private static Arguments shape(String name, PushBuilder push, String... pointers) {
        return argumentSet(name, push.json(), pointers);
    }

    private static PushBuilder group(String action, String id) {
        return availability(List.of(), List.of())
                .with("data", List.of(Map.of("changeAction", action, "resources", List.of(id))));
    }

    private static String[] ids(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> "N" + i).toArray(String[]::new);
    }

    @ParameterizedTest
    @MethodSource("wrongShapes")
    void shouldRefuseAWrongShapeAndListEveryViolation(String push, String... pointers) {
        HttpResponse<String> answer = post(push);

        assertProblem(answer, 422, "invalid");
        assertThat(pointers(answer)).containsExactlyInAnyOrder(pointers);
        assertQuarantined(push, "INVALID", 1);
        assertThatOnly("quarantine", 1);

        post(push);

        assertQuarantined(push, "INVALID", 2);
        assertThatOnly("quarantine", 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"walkin.redemption", "prebooking.statusChanged", "resource.metadata.updated.v2"})
    void shouldRefuseAnEventOfNoTopic(String eventType) {
        String push = push().with("eventType", eventType).json();

        HttpResponse<String> answer = post(push);

        assertProblem(answer, 422, "unknown-event-type");
        assertThat(pointers(answer)).containsExactly("/eventType");
        assertQuarantined(push, "UNKNOWN_EVENT_TYPE", 1);
        assertThatOnly("quarantine", 1);
        assertThat(app.observe("/observe/metrics").body()).doesNotContain(eventType + "\"");
    }

    @Test
    void shouldCountWhatIsQuarantined() {
        double counted = metric("dragonpass_quarantined_total", "reason=\"invalid\"", "source=\"PUSH\"");
        double pushes =
                metric("dragonpass_pushes_total", "outcome=\"invalid\"", "topic=\"transportHub.metadata.updated\"");

        post(hubs("").batch(batch).json());

        assertThat(metric("dragonpass_quarantined_total", "reason=\"invalid\"", "source=\"PUSH\""))
                .isEqualTo(counted + 1);
        assertThat(metric("dragonpass_pushes_total", "outcome=\"invalid\"", "topic=\"transportHub.metadata.updated\""))
                .isEqualTo(pushes + 1);
    }

    // --- Accepted all the same --------------------------------------------------------------------

    @Test
    void shouldAcceptEmptyListsOfIds() {
        assertThat(post(push().with("resources", List.of()).json()).statusCode())
                .isEqualTo(200);
        assertThat(post(hubs().batch(batch).json()).statusCode()).isEqualTo(200);
        assertThat(post(availability(List.of(), List.of()).batch(batch).json()).statusCode())
                .isEqualTo(200);
        assertThatOnly("push_message", 3, "push_batch", 3);
    }

    @Test
    void shouldKeepUnknownFieldsInThePayload() {
        String push = "\n" + push().with("sentAt", Map.of("é", 1.50)).json() + " ";

        assertThat(post(push).statusCode()).isEqualTo(200);

        assertThat(stored()).containsEntry("payload", push);
    }

    @Test
    void shouldLetTheLaterGroupWinWhenAnIdIsAddedAndRemoved() {
        HttpResponse<String> answer = post(availability(List.of("N1", "N2"), List.of("N2"))
                .batch(batch)
                .program(batch)
                .sequence(1, 1)
                .json());

        assertThat(answer.statusCode()).isEqualTo(200);
        await().untilAsserted(() -> assertThat(app.query(
                        "SELECT resource_id, available FROM resource WHERE program_id = ? ORDER BY resource_id", batch))
                .extracting(row -> row.get("resource_id") + "=" + row.get("available"))
                .containsExactly("N1=true", "N2=false"));
    }

    @Test
    void shouldFlagInTheLogThatAnIdIsAddedAndRemoved() {
        List<String> warnings = app.warnings(() ->
                post(availability(List.of("N1"), List.of("N1")).batch(batch).json()));

        assertThat(warnings)
                .containsExactly("Push 1 of resource.availability.changed " + batch
                        + " of program 123321 both adds and removes [N1]; the later group wins");
    }

    // --- Headers, query and form --------------------------------------------------------------------

    @Test
    void shouldIgnoreHeadersOfAnyName() {
        String hub = hubs("A1").batch(batch).json();

        HttpResponse<String> answer = send(request("/dragonpass/push")
                .header("CamelSqlQuery", "DELETE FROM push_message")
                .header("CamelSqlParameters", "hostile")
                .header("CamelSqlRetrieveGeneratedKeys", "true")
                .header("CamelHttpUri", "http://127.0.0.1:1/hostile")
                .header("CamelHttpMethod", "GET")
                .header("CamelHttpResponseCode", "500")
                .header("CamelFileName", "../hostile")
                .header("CamelBeanMethodName", "hostile")
                .header("CamelVariable.outcome", "hostile")
                .header("breadcrumbId", "hostile")
                .header("programId", "hostile")
                .header("module", "99")
                .header("sequence", "2")
                .header("payload", "hostile")
                .header("source", "RECOVERY")
                .header("outcome", "hostile")
                .header("timeoutSeconds", "1")
                .header("X-Forwarded-Host", "hostile")
                .header("X-Anything", "hostile")
                .POST(BodyPublishers.ofString(hub)));

        assertAcknowledged(answer);
        assertStoredAsPushed(hub);
        assertThatOnly("push_message", 1, "push_batch", 1);
    }

    @Test
    void shouldIgnoreTheQuery() {
        String hub = hubs("A1").batch(batch).json();

        HttpResponse<String> answer = send(request(
                        "/dragonpass/push?programId=hostile&eventType=hostile&sequence=2&module=99"
                                + "&CamelSqlQuery=DELETE%20FROM%20push_message&CamelHttpResponseCode=500&source=RECOVERY"
                                + "&timeoutSeconds=1&Content-Type=text%2Fplain&Content-Encoding=gzip&hostile&=&%24%7Bbody%7D=%24%7Bbody%7D")
                .POST(BodyPublishers.ofString(hub)));

        assertAcknowledged(answer);
        assertStoredAsPushed(hub);
        assertThatOnly("push_message", 1, "push_batch", 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%00", "a=%ff", "&&=&;", "a[]={}|", "\\u0000"})
    void shouldIgnoreAnOddQuery(String query) throws IOException {
        assertThat(raw("POST", "/dragonpass/push?" + query)).startsWith("HTTP/1.1 200 ");
        assertThatOnly("push_message", 1, "push_batch", 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%", "%zz=1"})
    void shouldRefuseAQueryThatIsNone(String query) throws IOException {
        assertThat(raw("POST", "/dragonpass/push?" + query))
                .startsWith("HTTP/1.1 400 ")
                .contains("problem:malformed");
        assertThatOnly();
    }

    @Test
    void shouldNotFillAMissingFieldFromHeadersOrQuery() {
        String push = push().without("module").json();

        HttpResponse<String> answer =
                send(request("/dragonpass/push?module=1").header("module", "1").POST(BodyPublishers.ofString(push)));

        assertProblem(answer, 422, "invalid");
        assertThat(pointers(answer)).containsExactly("/module");
    }

    @Test
    void shouldNotEchoHeadersOrQueryInAProblem() {
        HttpResponse<String> answer = send(request("/dragonpass/push?CamelHttpResponseCode=200&hostile=hostile")
                .header("X-Anything", "hostile")
                .header("CamelSqlQuery", "hostile")
                .POST(BodyPublishers.ofString("{")));

        assertProblem(answer, 400, "not-json");
        assertThat(answer.headers().toString() + answer.body()).doesNotContain("hostile");
    }

    static Stream<Arguments> forms() {
        return Stream.of(
                argumentSet(
                        "urlencoded",
                        "application/x-www-form-urlencoded",
                        "programId=hostile&sequence=1&CamelSqlQuery=DELETE+FROM+push_message&CamelHttpResponseCode=200"),
                argumentSet("multipart", "multipart/form-data; boundary=b", """
                        --b
                        Content-Disposition: form-data; name="programId"

                        hostile
                        --b
                        Content-Disposition: form-data; name="CamelSqlQuery"; filename="hostile.json"
                        Content-Type: application/json

                        {"hostile":1}
                        --b--
                        """.replace("\n", "\r\n")));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void shouldRefuseAForm(String contentType, String form) {
        double refused = metric("dragonpass_pushes_total", "outcome=\"media-type\"");

        HttpResponse<String> answer = send(
                HttpRequest.newBuilder(app.request("/dragonpass/push").build().uri())
                        .header("Content-Type", contentType)
                        .POST(BodyPublishers.ofString(form)));

        assertProblem(answer, 415, "media-type");
        assertThat(answer.headers().toString() + answer.body()).doesNotContain("hostile");
        assertThat(metric("dragonpass_pushes_total", "outcome=\"media-type\"")).isEqualTo(refused + 1);
        assertThatOnly();
    }

    // --- A database that does not work ----------------------------------------------------------------

    @Test
    void shouldAskToTryAgainWhenThePushCannotBeStored() {
        assertUnavailableWithout("push_message", push().json());
    }

    @Test
    void shouldAskToTryAgainWhenARejectedPushCannotBeKept() {
        assertUnavailableWithout("quarantine", "{");
    }

    private void assertUnavailableWithout(String table, String push) {
        double unavailable = metric("dragonpass_pushes_total", "outcome=\"unavailable\"", "source=\"PUSH\"");
        app.jdbc().execute("ALTER TABLE " + table + " RENAME TO out_of_order");
        HttpResponse<String> answer;
        try {
            answer = post(push);
        } finally {
            app.jdbc().execute("ALTER TABLE out_of_order RENAME TO " + table);
        }

        assertProblem(answer, 503, "unavailable");
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("5");
        assertThat(metric("dragonpass_pushes_total", "outcome=\"unavailable\"", "source=\"PUSH\""))
                .isEqualTo(unavailable + 1);
        assertThatOnly();
    }

    // --- Size, encoding, type, method, path -----------------------------------------------------------

    @Test
    void shouldAcceptABodyOfTheLimit() {
        String push = push().json();

        assertThat(post(push + " ".repeat(LIMIT - push.length())).statusCode()).isEqualTo(200);
    }

    @Test
    void shouldRefuseALongerBodyByItsContentLength() {
        double refused = metric("dragonpass_http_refused_total", "status=\"413\"");
        String push = push().json();

        HttpResponse<String> answer = post(push + " ".repeat(LIMIT + 1 - push.length()));

        assertProblem(answer, 413, "too-large");
        assertThat(metric("dragonpass_http_refused_total", "status=\"413\"")).isEqualTo(refused + 1);
        assertThatOnly();
    }

    @Test
    void shouldRefuseALongerBodyInChunks() {
        double refused = metric("dragonpass_http_refused_total", "status=\"413\"");
        String push = push().json();
        byte[] body = (push + " ".repeat(LIMIT + 1 - push.length())).getBytes(UTF_8);

        HttpResponse<String> answer = send(
                request("/dragonpass/push").POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))));

        assertProblem(answer, 413, "too-large");
        assertThat(metric("dragonpass_http_refused_total", "status=\"413\"")).isEqualTo(refused + 1);
        assertThatOnly();
    }

    @Test
    void shouldRefuseAnAnnouncedLengthWithoutWaitingForIt() throws IOException {
        String answer = raw("POST /dragonpass/push HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                + "Content-Length: 1099511627776\r\n\r\n{");

        assertThat(answer).startsWith("HTTP/1.1 413 ").contains("application/problem+json");
        assertThatOnly();
    }

    @Test
    void shouldAcceptAPushInChunks() {
        byte[] body = push().json().getBytes(UTF_8);

        HttpResponse<String> answer = send(
                request("/dragonpass/push").POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body))));

        assertThat(answer.statusCode()).isEqualTo(200);
    }

    static Stream<Arguments> encodings() throws IOException {
        byte[] push = metadata("N1").json().getBytes(UTF_8);
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(gzip)) {
            out.write(push);
        }
        return Stream.of(
                argumentSet("gzip", "gzip", gzip.toByteArray()),
                argumentSet("gzip that is none", "gzip", push),
                argumentSet("deflate", "deflate", push),
                argumentSet("br", "br", push),
                argumentSet("two", "identity, gzip", push));
    }

    @ParameterizedTest
    @MethodSource("encodings")
    void shouldRefuseAContentEncoding(String encoding, byte[] body) {
        double refused = metric("dragonpass_pushes_total", "outcome=\"content-encoding\"");

        HttpResponse<String> answer = send(request("/dragonpass/push")
                .header("Content-Encoding", encoding)
                .POST(BodyPublishers.ofByteArray(body)));

        assertProblem(answer, 415, "content-encoding");
        assertThat(metric("dragonpass_pushes_total", "outcome=\"content-encoding\""))
                .isEqualTo(refused + 1);
        assertThatOnly();
    }

    @Test
    void shouldAcceptTheEncodingIdentity() {
        assertThat(send(request("/dragonpass/push")
                                .header("Content-Encoding", "identity")
                                .POST(BodyPublishers.ofString(push().json())))
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";",
                "text/plain",
                "text/json",
                "application/xml",
                "application/json; charset=iso-8859-1",
                "nonsense"
            })
    void shouldRefuseAContentType(String contentType) throws IOException {
        double refused = metric("dragonpass_pushes_total", "outcome=\"media-type\"");
        String push = push().json();

        String answer = raw("POST /dragonpass/push HTTP/1.1\r\nHost: a\r\nContent-Type: " + contentType
                + "\r\nContent-Length: " + push.length() + "\r\nConnection: close\r\n\r\n" + push);

        assertThat(answer).startsWith("HTTP/1.1 415 ").contains("problem:media-type");
        assertThat(metric("dragonpass_pushes_total", "outcome=\"media-type\"")).isEqualTo(refused + 1);
        assertThatOnly();
    }

    @Test
    void shouldRefuseABodyOfNoContentType() throws IOException {
        String push = push().json();

        String answer = raw("POST /dragonpass/push HTTP/1.1\r\nHost: a\r\nContent-Length: " + push.length()
                + "\r\nConnection: close\r\n\r\n" + push);

        assertThat(answer).startsWith("HTTP/1.1 415 ").contains("problem:media-type");
        assertThatOnly();
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "PROPFIND"})
    void shouldRefuseAnotherMethod(String method) {
        double refused = metric("dragonpass_pushes_total", "outcome=\"method-not-allowed\"");

        HttpResponse<String> answer = send(request("/dragonpass/push").method(method, body(method)));

        assertThat(answer.headers().allValues("Allow")).containsExactly("POST");
        if (method.equals("HEAD")) {
            assertThat(answer.statusCode()).isEqualTo(405);
            assertThat(answer.body()).isEmpty();
        } else {
            assertProblem(answer, 405, "method-not-allowed");
        }
        assertThat(metric("dragonpass_pushes_total", "outcome=\"method-not-allowed\""))
                .isEqualTo(refused + 1);
        assertThatOnly();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/favicon.ico",
                "/dragonpass",
                "/dragonpass/pus",
                "/dragonpass/pushes",
                "/dragonpass/push/1",
                "/DragonPass/push",
                "/dragonpass%2Fpush",
                "/observe/health",
                "/observe/metrics",
                "/routes/receive-push.camel.yaml",
                "/..%2f..%2fetc/passwd"
            })
    void shouldAnswerNotFoundOnAnyOtherPath(String path) {
        for (String method : List.of("GET", "POST", "OPTIONS")) {
            HttpResponse<String> answer = send(
                    request(path + "?hostile=1").header("X-Anything", "hostile").method(method, body(method)));

            assertProblem(answer, 404, "not-found");
            assertThat(answer.headers().toString() + answer.body()).doesNotContain("hostile");
        }
        assertThatOnly();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "dragonpass/push", "/%00", "/%ff", "http://a/", "http://a/dragonpass"})
    void shouldAnswerNotFoundOnAPathThatNoClientSends(String path) throws IOException {
        assertThat(raw("POST", path)).startsWith("HTTP/1.1 404 ").contains("problem:not-found");
        assertThatOnly();
    }

    private BodyPublisher body(String method) {
        return List.of("POST", "PUT", "PATCH").contains(method)
                ? BodyPublishers.ofString(push().json())
                : BodyPublishers.noBody();
    }

    // --- Helpers ------------------------------------------------------------------------------------

    private PushBuilder push() {
        return metadata("N1").batch(batch);
    }

    private static HttpResponse<String> post(String body) {
        return post(body.getBytes(UTF_8));
    }

    private static HttpResponse<String> post(byte[] body) {
        return send(request("/dragonpass/push").POST(BodyPublishers.ofByteArray(body)));
    }

    private static HttpRequest.Builder request(String path) {
        return app.request(path).header("Content-Type", "application/json");
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Sends what a client would refuse to send; reads until the server closes or the answer is whole. */
    private static String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", app.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            ByteArrayOutputStream answer = new ByteArrayOutputStream();
            byte[] buffer = new byte[8192];
            for (int n; (n = socket.getInputStream().read(buffer)) >= 0; ) {
                answer.write(buffer, 0, n);
                if (answer.toString(US_ASCII).endsWith("}")) {
                    break;
                }
            }
            return answer.toString(UTF_8);
        }
    }

    /** The push of this test to a path that a client would refuse to send. */
    private String raw(String method, String path) throws IOException {
        String push = push().json();
        return raw(method + " " + path + " HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: "
                + push.length() + "\r\nConnection: close\r\n\r\n" + push);
    }

    private static JsonNode assertProblem(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().allValues("Content-Type")).containsExactly("application/problem+json");
        JsonNode problem = json(answer.body());
        assertThat(problem.get("type").textValue()).isEqualTo("urn:dragonpass-resource-sync:problem:" + type);
        assertThat(problem.get("title").textValue()).isNotBlank();
        assertThat(problem.get("status").intValue()).isEqualTo(status);
        assertThat(problem.get("detail").textValue()).isNotBlank();
        assertThat(answer.body())
                .doesNotContainIgnoringCase(
                        "exception", "resourcesync.", "jackson", "camel", "vertx", "hsqldb", "select ", "insert ")
                .doesNotContain("\tat ", "\n");
        assertThat(answer.headers().map().keySet())
                .isSubsetOf(
                        "content-type", "content-length", "allow", "retry-after", "connection", "transfer-encoding");
        return problem;
    }

    private void assertAcknowledged(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo("{\"batchId\":\"%s\",\"sequence\":1,\"status\":\"success\"}".formatted(batch));
        assertThat(answer.headers().map().keySet()).isSubsetOf("content-type", "content-length", "transfer-encoding");
    }

    private void assertStoredAsPushed(String push) {
        assertThat(stored())
                .containsEntry("program_id", "123321")
                .containsEntry("event_type", json(push).get("eventType").textValue())
                .containsEntry("sequence", 1)
                .containsEntry("module", null)
                .containsEntry("source", "PUSH")
                .containsEntry("payload", push);
    }

    private static List<String> pointers(HttpResponse<String> answer) {
        return json(answer.body()).get("errors").findValuesAsText("pointer");
    }

    private static void assertQuarantined(String payload, String reason, int timesSeen) {
        assertQuarantined(payload.getBytes(UTF_8), reason, timesSeen);
    }

    private static void assertQuarantined(byte[] payload, String reason, int timesSeen) {
        assertThat(app.query("SELECT * FROM quarantine WHERE payload = ?", (Object) payload))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("reason", reason)
                        .containsEntry("times_seen", timesSeen)
                        .containsEntry("replayed_at", null)
                        .hasEntrySatisfying(
                                "detail", detail -> assertThat((String) detail).isNotBlank()));
    }

    /** The push of this test. */
    private Map<String, Object> stored() {
        List<Map<String, Object>> rows = app.query("SELECT * FROM push_message WHERE batch_id = ?", batch);
        assertThat(rows).hasSize(1);
        return rows.get(0);
    }

    /** Since the test began so many rows were added, in these tables and in no other. */
    private void assertThatOnly(Object... tablesAndRows) {
        Map<String, Object> expected = new HashMap<>(before);
        for (int i = 0; i < tablesAndRows.length; i += 2) {
            expected.merge(
                    (String) tablesAndRows[i],
                    ((Integer) tablesAndRows[i + 1]).longValue(),
                    (a, b) -> (Long) a + (Long) b);
        }
        assertThat(rows()).isEqualTo(expected);
    }

    private static Map<String, Object> rows() {
        return new HashMap<>(app.query("""
                SELECT (SELECT count(*) FROM push_message) AS "push_message",
                       (SELECT count(*) FROM push_batch) AS "push_batch",
                       (SELECT count(*) FROM quarantine) AS "quarantine",
                       (SELECT count(*) FROM resource) AS "resource",
                       (SELECT count(*) FROM transport_hub) AS "transport_hub",
                       (SELECT count(*) FROM resource_change) AS "resource_change"
                  FROM (VALUES (0)) AS one
                """).get(0));
    }

    private static double metric(String name, String... labels) {
        return app.observe("/observe/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + "{"))
                .filter(line -> Arrays.stream(labels).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no JSON: " + text, e);
        }
    }
}
