package io.resourcesync.dragonpass.push;

import static io.resourcesync.dragonpass.testing.PushBuilder.availability;
import static io.resourcesync.dragonpass.testing.PushBuilder.hubs;
import static io.resourcesync.dragonpass.testing.PushBuilder.metadata;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.sun.management.ThreadMXBean;
import io.resourcesync.dragonpass.batch.BatchKey;
import io.resourcesync.dragonpass.batch.EventType;
import io.resourcesync.dragonpass.testing.PushBuilder;
import java.lang.management.ManagementFactory;
import java.time.OffsetDateTime;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every rule of the shape of the three topics, each broken by itself. */
class ShapeCheckTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MAX = "x".repeat(64);

    static Stream<PushBuilder> oneOfEachTopic() {
        return Stream.of(metadata("N1"), hubs("A1"), availability(List.of("N1"), List.of("N2")));
    }

    @ParameterizedTest
    @MethodSource("oneOfEachTopic")
    void shouldAcceptTheContractsExamples(PushBuilder push) throws PushRejected {
        assertThat(check(push).sequence()).isEqualTo(1);
    }

    @Test
    void shouldReadEveryField() throws PushRejected {
        PushBuilder builder = metadata("N1")
                .program("123321")
                .batch("20251028T010000Z")
                .sequence(2, 3)
                .with("module", 11)
                .updatedAt("2024-12-31T00:00:00+00:00");

        Push push = check(builder);

        assertThat(push)
                .isEqualTo(new Push(
                        new BatchKey("123321", EventType.RESOURCE_METADATA, "20251028T010000Z"),
                        2,
                        3,
                        11,
                        OffsetDateTime.parse("2024-12-31T00:00:00Z"),
                        builder.json(),
                        Set.of()));
    }

    @Test
    void shouldKnowNoModuleOfTransportHubs() throws PushRejected {
        assertThat(check(hubs("A1").with("module", 7)).module()).isNull();
    }

    @Test
    void shouldAcceptUnknownFields() throws PushRejected {
        PushBuilder push = metadata("N1").with("sentBy", Map.of("host", "a"));

        assertThat(check(push).payload()).contains("\"sentBy\":{\"host\":\"a\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"batchId", "sequence", "totalSequence", "updatedAt", "programId", "module", "resources"})
    void shouldRequireTheFieldsOfResourceMetadata(String field) {
        assertThat(violations(metadata("N1").without(field))).containsExactly("/" + field + " is required");
    }

    @ParameterizedTest
    @ValueSource(strings = {"batchId", "sequence", "totalSequence", "updatedAt", "programId", "transportHubs"})
    void shouldRequireTheFieldsOfTransportHubMetadata(String field) {
        assertThat(violations(hubs("A1").without(field))).containsExactly("/" + field + " is required");
    }

    @ParameterizedTest
    @ValueSource(strings = {"batchId", "sequence", "totalSequence", "updatedAt", "programId", "module", "data"})
    void shouldRequireTheFieldsOfResourceAvailability(String field) {
        PushBuilder push = availability(List.of("N1"), List.of()).without(field);

        assertThat(violations(push)).containsExactly("/" + field + " is required");
    }

    @Test
    void shouldNotTakeFieldsOfAnotherLetterCase() {
        assertThat(violations(metadata("N1").without("batchId").with("BatchId", "b")))
                .containsExactly("/batchId is required");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"null", "1", "true", "[\"b\"]", "{}"},
            delimiter = '|')
    void shouldRefuseABatchIdThatIsNoString(String value) {
        assertThat(violations(metadata("N1").with("batchId", json(value))))
                .containsExactly("/batchId must be a string");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {"null", "123321", "[]"},
            delimiter = '|')
    void shouldRefuseAProgramIdThatIsNoString(String value) {
        assertThat(violations(metadata("N1").with("programId", json(value))))
                .containsExactly("/programId must be a string");
    }

    @ParameterizedTest
    @ValueSource(strings = {"batchId", "programId"})
    void shouldRefuseAnEmptyName(String field) {
        assertThat(violations(metadata("N1").with(field, ""))).containsExactly("/" + field + " must not be empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"batchId", "programId"})
    void shouldAcceptANameOf64Characters(String field) throws PushRejected {
        assertThat(check(metadata("N1").with(field, MAX)).payload()).contains(MAX);
    }

    @ParameterizedTest
    @ValueSource(strings = {"batchId", "programId"})
    void shouldRefuseANameOf65Characters(String field) {
        assertThat(violations(metadata("N1").with(field, MAX + "x")))
                .containsExactly("/" + field + " must have at most 64 characters");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {"1.0", "1e0", "1.5", "\"1\"", "\"\"", "true", "null", "[1]", "{\"value\":1}"})
    void shouldNotCoerceAnInteger(String value) {
        for (String field : List.of("sequence", "totalSequence", "module")) {
            String push = metadata("N1")
                    .sequence(1, 1)
                    .json()
                    .replaceFirst("\"" + field + "\":1", "\"" + field + "\":" + value);

            assertThat(violations(push, EventType.RESOURCE_METADATA))
                    .containsExactly("/" + field + " must be an integer");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, 4, 10_000, 4_294_967_297L, Long.MAX_VALUE})
    void shouldRefuseASequenceOutsideTheBatch(long sequence) {
        assertThat(violations(metadata("N1").with("totalSequence", 3).with("sequence", sequence)))
                .containsExactly("/sequence must be from 1 to 3");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void shouldAcceptTheFirstAndTheLastSequence(int sequence) throws PushRejected {
        assertThat(check(metadata("N1").sequence(sequence, 3)).sequence()).isEqualTo(sequence);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 10_001, 4_294_967_297L})
    void shouldRefuseATotalThatNoBatchHas(long total) {
        assertThat(violations(metadata("N1").with("totalSequence", total)))
                .containsExactly("/totalSequence must be from 1 to 10000");
    }

    @Test
    void shouldAcceptABatchOfTenThousand() throws PushRejected {
        assertThat(check(metadata("N1").sequence(10_000, 10_000)).totalSequence())
                .isEqualTo(10_000);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 99, Integer.MAX_VALUE})
    void shouldAcceptAnyModule(int module) throws PushRejected {
        assertThat(check(metadata("N1").with("module", module)).module()).isEqualTo(module);
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 2_147_483_648L})
    void shouldRefuseAModuleThatAnIntegerCannotHold(long module) {
        assertThat(violations(metadata("N1").with("module", module)))
                .containsExactly("/module must be from 0 to 2147483647");
    }

    @ParameterizedTest
    @CsvSource({
        "2024-12-31T00:00:00+00:00,           2024-12-31T00:00:00Z",
        "2024-12-31T00:00:00-00:00,           2024-12-31T00:00:00Z",
        "2024-12-31T00:00:00Z,                2024-12-31T00:00:00Z",
        "2024-12-31t00:00:00z,                2024-12-31T00:00:00Z",
        "2024-12-31T08:00:00+08:00,           2024-12-31T00:00:00Z",
        "2024-12-30T18:30:00-05:30,           2024-12-31T00:00:00Z",
        "2024-02-29T23:59:59Z,                2024-02-29T23:59:59Z",
        "2024-12-31T00:00:00.5Z,              2024-12-31T00:00:00.500Z",
        "2024-12-31T00:00:00.000001Z,         2024-12-31T00:00:00.000001Z",
        "2024-12-31T00:00:00.123456789Z,      2024-12-31T00:00:00.123456Z",
        "2024-12-31T00:00:00.999999999+00:00, 2024-12-31T00:00:00.999999Z",
        "2024-12-31T00:00:00.1234567890123Z,  2024-12-31T00:00:00.123456Z",
        "1970-01-01T00:00:00Z,                1970-01-01T00:00:00Z",
    })
    void shouldReadTimesInUtcToTheMicrosecond(String text, OffsetDateTime time) throws PushRejected {
        assertThat(check(metadata("N1").updatedAt(text)).updatedAt()).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "now",
                "2024-12-31",
                "00:00:00Z",
                "2024-12-31T00:00:00",
                "2024-12-31 00:00:00Z",
                "2024-12-31T00:00Z",
                "2024-12-31T0:00:00Z",
                "2024-12-31T00:00:00,5Z",
                "2024-12-31T00:00:00.Z",
                "2024-12-31T00:00:00+0800",
                "2024-12-31T00:00:00+08",
                "2024-12-31T00:00:00+24:00",
                "2024-12-31T00:00:00Z ",
                " 2024-12-31T00:00:00Z",
                "2024-12-31T00:00:00Z[UTC]",
                "2024-12-31T00:00:00 UTC",
                "20241231T000000Z",
                "2024-366T00:00:00Z",
                "24-12-31T00:00:00Z",
                "+2024-12-31T00:00:00Z",
                "2023-02-29T00:00:00Z",
                "2024-02-30T00:00:00Z",
                "2024-04-31T00:00:00Z",
                "2024-13-01T00:00:00Z",
                "2024-00-01T00:00:00Z",
                "2024-12-00T00:00:00Z",
                "2024-12-31T24:00:00Z",
                "2024-12-31T00:60:00Z",
                "2024-12-31T00:00:61Z",
                "٢٠٢٤-12-31T00:00:00Z",
                "1969-12-31T23:59:59Z",
                "0000-01-01T00:00:00Z",
                "9999-12-31T23:59:59-18:00",
                "Tue, 31 Dec 2024 00:00:00 GMT"
            })
    void shouldRefuseWhatIsNoTime(String text) {
        assertThat(violations(metadata("N1").updatedAt(text)))
                .containsExactly("/updatedAt must be an RFC 3339 time between the years 1970 and 9999");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {"1735603200", "1735603200000", "null", "{}"})
    void shouldRefuseATimeThatIsNoString(String value) {
        assertThat(violations(metadata("N1").with("updatedAt", json(value))))
                .containsExactly("/updatedAt must be an RFC 3339 time between the years 1970 and 9999");
    }

    @Test
    void shouldAcceptEmptyListsOfIds() throws PushRejected {
        check(metadata());
        check(hubs());
        check(availability(List.of(), List.of()));
        check(availability(List.of(), List.of()).with("data", List.of()));
    }

    @Test
    void shouldAcceptAHundredIds() throws PushRejected {
        check(metadata(ids(100)));
        check(hubs(ids(100)));
        check(availability(List.of(ids(50)), List.of(ids(50))));
    }

    @Test
    void shouldRefuseAHundredAndOneResources() {
        assertThat(violations(metadata(ids(101)))).containsExactly("/resources must hold at most 100 ids");
    }

    @Test
    void shouldRefuseAHundredAndOneTransportHubs() {
        assertThat(violations(hubs(ids(101)))).containsExactly("/transportHubs must hold at most 100 ids");
    }

    @Test
    void shouldRefuseFiftyOneIdsInAGroup() {
        assertThat(violations(availability(List.of("N1"), List.of(ids(51)))))
                .containsExactly("/data/1/resources must hold at most 50 ids");
    }

    @Test
    void shouldRefuseAHundredAndOneIdsInThreeGroups() {
        PushBuilder push = availability(List.of(ids(50)), List.of(ids(50)));
        push.tree()
                .withArray("data")
                .addObject()
                .put("changeAction", "added")
                .putArray("resources")
                .add("N1");

        assertThat(violations(push)).containsExactly("/data must hold at most 100 ids in all");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {"null", "\"N1\"", "1", "{}", "{\"0\":\"N1\"}"})
    void shouldRefuseAListThatIsNoArray(String value) {
        assertThat(violations(metadata().with("resources", json(value))))
                .containsExactly("/resources must be an array");
        assertThat(violations(hubs().with("transportHubs", json(value))))
                .containsExactly("/transportHubs must be an array");
        assertThat(violations(availability(List.of(), List.of()).with("data", json(value))))
                .containsExactly("/data must be an array");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {"null", "1", "[\"N1\"]", "{\"id\":\"N1\"}"})
    void shouldRefuseAnIdThatIsNoString(String id) {
        assertThat(violations(metadata().with("resources", json("[\"N1\"," + id + "]"))))
                .containsExactly("/resources/1 must be a string");
    }

    @Test
    void shouldRefuseAnEmptyId() {
        assertThat(violations(hubs("A1", "A2", ""))).containsExactly("/transportHubs/2 must not be empty");
    }

    @Test
    void shouldAcceptAnIdOf64Characters() throws PushRejected {
        check(metadata(MAX));
    }

    @Test
    void shouldRefuseAnIdOf65Characters() {
        assertThat(violations(availability(List.of("N1", MAX + "x"), List.of())))
                .containsExactly("/data/0/resources/1 must have at most 64 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"changed", "Added", "REMOVED", "added "})
    void shouldRefuseAnUnknownChangeAction(String action) {
        assertThat(violations(group(group -> group.put("changeAction", action))))
                .containsExactly("/data/0/changeAction must be added or removed");
    }

    @Test
    void shouldRefuseAnEmptyChangeAction() {
        assertThat(violations(group(group -> group.put("changeAction", ""))))
                .containsExactly("/data/0/changeAction must not be empty");
    }

    @Test
    void shouldRefuseAChangeActionThatIsNoString() {
        assertThat(violations(group(group -> group.put("changeAction", 1))))
                .containsExactly("/data/0/changeAction must be a string");
    }

    @ParameterizedTest
    @ValueSource(strings = {"changeAction", "resources"})
    void shouldRequireTheFieldsOfAGroup(String field) {
        assertThat(violations(group(group -> group.remove(field))))
                .containsExactly("/data/0/" + field + " is required");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {"null", "\"added\"", "[]"})
    void shouldRefuseAGroupThatIsNoObject(String group) {
        PushBuilder push = availability(List.of(), List.of()).with("data", json("[" + group + "]"));

        assertThat(violations(push)).containsExactly("/data/0 must be an object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "1", "\"push\""})
    void shouldRefuseADocumentThatIsNoObject(String body) {
        assertThat(violations(body, EventType.TRANSPORT_HUB_METADATA))
                .containsExactly(
                        "/programId is required",
                        "/batchId is required",
                        "/totalSequence is required",
                        "/sequence is required",
                        "/updatedAt is required",
                        "/transportHubs is required");
    }

    @Test
    void shouldListEveryViolation() {
        PushBuilder push = availability(List.of("", "N1"), List.of())
                .with("batchId", "")
                .with("sequence", "1")
                .with("totalSequence", 0)
                .with("updatedAt", "today")
                .without("programId")
                .with("module", new TextNode("1"));

        assertThat(violations(push))
                .containsExactlyInAnyOrder(
                        "/programId is required",
                        "/batchId must not be empty",
                        "/totalSequence must be from 1 to 10000",
                        "/sequence must be an integer",
                        "/updatedAt must be an RFC 3339 time between the years 1970 and 9999",
                        "/module must be an integer",
                        "/data/0/resources/0 must not be empty");
    }

    @Test
    void shouldCutAnEndlessListOfViolations() {
        Object[] ids = IntStream.range(0, 10_000).boxed().toArray();

        PushRejected rejected = rejected(metadata().with("resources", ids).json(), EventType.RESOURCE_METADATA);

        assertThat(rejected.problem().errors()).hasSize(100);
        assertThat(rejected.problem().detail()).endsWith("; and 9996 more").hasSizeLessThan(1000);
    }

    /** The tokens of a body allow as many and more: workers that each keep a text or two for every one fill the heap together. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            resource.metadata.updated     | resources     | 1  | 39996
            transportHub.metadata.updated | transportHubs | '' | 39996
            resource.availability.changed | data          | 1  | 39995
            resource.availability.changed | data          | {} | 79995
            """)
    void shouldCountViolationsWithoutMemoryForEach(String eventType, String field, String element, int more)
            throws PushRejected {
        String valid = (field.equals("data") ? availability(List.of(), List.of()) : metadata())
                .with("eventType", eventType)
                .without(field)
                .json();
        String wrong = element.isEmpty() ? "\"\"" : element;
        String elements = String.join(",", Collections.nCopies(40_000, wrong));
        String body = valid.substring(0, valid.length() - 1) + ",\"" + field + "\":[" + elements + "]}";
        ParsedPush push = new Pushes().parse(body.getBytes(UTF_8));
        EventType topic = EventType.of(eventType).orElseThrow();

        ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
        long before = threads.getCurrentThreadAllocatedBytes();
        PushRejected rejected = catchThrowableOfType(PushRejected.class, () -> ShapeCheck.check(push, topic));
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;

        assertThat(rejected.problem().errors()).hasSize(100);
        assertThat(rejected.problem().detail()).endsWith("; and " + more + " more");
        assertThat(allocated).isLessThan(more * 100L);
    }

    @Test
    void shouldNotRepeatWhatIsWrong() {
        assertThat(violations(metadata("N1").with("batchId", "<script>".repeat(9)))
                        .toString())
                .doesNotContain("script");
    }

    @Test
    void shouldTellIdsThatAreBothAddedAndRemoved() throws PushRejected {
        Push push = check(availability(List.of("N1", "N2"), List.of("N2", "N3")));

        assertThat(push.ambiguous()).containsExactly("N2");
    }

    @Test
    void shouldNotTakeAnIdAddedTwiceForAmbiguous() throws PushRejected {
        assertThat(check(availability(List.of("N1", "N1"), List.of())).ambiguous())
                .isEmpty();
    }

    private static Push check(PushBuilder builder) throws PushRejected {
        Pushes pushes = new Pushes();
        ParsedPush parsed = pushes.parse(builder.json().getBytes(UTF_8));
        return pushes.check(parsed, pushes.eventType(parsed));
    }

    private static List<String> violations(PushBuilder push) {
        EventType topic = EventType.of(push.tree().get("eventType").textValue()).orElseThrow();
        return violations(push.json(), topic);
    }

    private static List<String> violations(String push, EventType topic) {
        return rejected(push, topic).problem().errors().stream()
                .map(error -> error.get("pointer") + " " + error.get("detail"))
                .toList();
    }

    private static PushRejected rejected(String push, EventType topic) {
        PushRejected rejected = catchThrowableOfType(
                PushRejected.class, () -> ShapeCheck.check(new Pushes().parse(push.getBytes(UTF_8)), topic));
        assertThat(rejected).as("the rejection of %s", push).isNotNull();
        assertThat(rejected.reason()).isEqualTo(RejectionReason.INVALID);
        return rejected;
    }

    private static PushBuilder group(Consumer<ObjectNode> change) {
        PushBuilder push = availability(List.of("N1"), List.of());
        change.accept((ObjectNode) push.tree().at("/data/0"));
        return push;
    }

    private static String[] ids(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> "N" + i).toArray(String[]::new);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
