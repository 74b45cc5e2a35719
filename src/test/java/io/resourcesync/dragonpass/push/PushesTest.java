package io.resourcesync.dragonpass.push;

import static io.resourcesync.dragonpass.testing.PushBuilder.metadata;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which push is which, and what becomes of one that cannot be accepted. */
class PushesTest {

    private final Pushes pushes = new Pushes();

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{\"a\":1,\"b\":[1,2]} | { \"b\" : [ 1, 2 ],\t\"a\" : 1 }",
                "{\"a\":\"é/\"}        | {\"a\":\"\\u00e9\\/\"}",
                "{\"a\":1.50}          | {\"a\":1.5}",
                "{\"a\":150}           | {\"a\":1.5e2}",
                "{\"a\":0}             | {\"a\":-0}",
                "{\"a\":{\"b\":null}}  | {\"a\":{\"b\":null}}"
            })
    void shouldTakeEqualJsonForADuplicateWhateverItsFormat(String one, String other) throws PushRejected {
        assertThat(Pushes.compare(withExtra(one), stored(other))).isEqualTo("duplicate");
        assertThat(Pushes.compare(withExtra(other), stored(one))).isEqualTo("duplicate");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{\"a\":1}    | {\"a\":2}",
                "{\"a\":1}    | {\"a\":\"1\"}",
                "{\"a\":1}    | {\"a\":true}",
                "{\"a\":null} | {}",
                "{\"a\":\"\"} | {\"a\":null}",
                "{\"a\":[1,2]}| {\"a\":[2,1]}",
                "{\"a\":[1]}  | {\"a\":[1,1]}",
                "{\"a\":\"n\"}| {\"a\":\"N\"}",
                "{\"a\":0.1}  | {\"a\":0.1000000000000000055}"
            })
    void shouldTakeOtherJsonForAConflict(String one, String other) throws PushRejected {
        assertThat(Pushes.compare(withExtra(one), stored(other))).isEqualTo("content");
        assertThat(Pushes.compare(withExtra(other), stored(one))).isEqualTo("content");
    }

    @ParameterizedTest
    @ValueSource(strings = {"walkin.redemption", "prebooking.statusChanged", "RESOURCE.METADATA.UPDATED", " "})
    void shouldRefuseAnEventOfNoTopic(String eventType) {
        PushRejected rejected = refused(() -> pushes.refuseUnknown(
                parsed(metadata("N1").with("eventType", eventType).json())));

        assertThat(rejected.reason()).isEqualTo(RejectionReason.UNKNOWN_EVENT_TYPE);
        assertThat(rejected.problem().errors())
                .containsExactly(Map.of("pointer", "/eventType", "detail", "is none of the subscription's topics"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "null", "{\"EventType\":\"resource.metadata.updated\"}"})
    void shouldRequireAnEventType(String body) {
        PushRejected rejected = refused(() -> pushes.refuseUnknown(parsed(body)));

        assertThat(rejected.reason()).isEqualTo(RejectionReason.INVALID);
        assertThat(rejected.problem().detail()).isEqualTo("/eventType is required");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "1", "\"\"", "[\"resource.metadata.updated\"]", "{}"})
    void shouldRefuseAnEventTypeThatIsNoName(String eventType) {
        PushRejected rejected = refused(() -> pushes.refuseUnknown(parsed("{\"eventType\":" + eventType + "}")));

        assertThat(rejected.reason()).isEqualTo(RejectionReason.INVALID);
        assertThat(rejected.problem().detail()).isEqualTo("/eventType must be a string that is not empty");
    }

    @Test
    void shouldRefuseOtherContentAsAConflict() throws PushRejected {
        Push push = push();

        PushRejected rejected = refused(() -> pushes.refuseContent(push));

        assertThat(rejected.reason()).isEqualTo(RejectionReason.CONFLICTING_CONTENT);
        assertThat(rejected.problem().status()).isEqualTo(409);
        assertThat(rejected.payload()).asString(UTF_8).isEqualTo(push.payload());
    }

    @Test
    void shouldRefuseAnotherTotalAsAConflict() throws PushRejected {
        Push push = push();

        PushRejected rejected = refused(() -> pushes.refuseTotal(push));

        assertThat(rejected.reason()).isEqualTo(RejectionReason.CONFLICTING_TOTAL);
        assertThat(rejected.problem().status()).isEqualTo(409);
        assertThat(rejected.problem().errors().get(0)).containsEntry("pointer", "/totalSequence");
    }

    @Test
    void shouldAcknowledgeWhatWasPushed() throws PushRejected {
        Push push = push();

        assertThat(UTF_8.decode(push.acknowledgement()).toString())
                .isEqualTo("{\"batchId\":\"20251028T010000Z\",\"sequence\":1,\"status\":\"success\"}");
    }

    @Test
    void shouldEscapeTheBatchIdInTheAcknowledgement() throws PushRejected {
        Push push = pushes.check(parsed(metadata("N1").batch("a\"},\n\\é").json()), "resource.metadata.updated");

        assertThat(UTF_8.decode(push.acknowledgement()).toString())
                .isEqualTo("{\"batchId\":\"a\\\"},\\n\\\\é\",\"sequence\":1,\"status\":\"success\"}");
    }

    @Test
    void shouldKeepARejectedPushWithTheReason() {
        PushRejected rejected = refused(() -> pushes.parse("{".getBytes(UTF_8)));

        Map<String, Object> row = Quarantined.parameters(rejected);

        assertThat(row)
                .containsEntry("reason", "NOT_JSON")
                .containsEntry("payload", new byte[] {'{'})
                .containsEntry("payloadHash", "021fb596db81e6d02bf3d2586ee3981fe519f275c0ac9ca76bbcf2ebb4097d96");
        assertThat((String) row.get("detail")).contains("is malformed");
    }

    @Test
    void shouldCutADetailThatItsColumnCannotHold() {
        String name = "n".repeat(500);
        PushRejected rejected = new PushRejected(
                RejectionReason.INVALID, new byte[0], Collections.nCopies(5, new Violation("/" + name, name)));

        assertThat((String) Quarantined.parameters(rejected).get("detail")).hasSize(1000);
    }

    @ParameterizedTest
    @EnumSource
    void shouldNameAReasonAlikeInEveryLanguage(RejectionReason reason) {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr"));
            assertThat(reason.label()).matches("[a-z-]+");
        } finally {
            Locale.setDefault(before);
        }
    }

    private Push push() throws PushRejected {
        return pushes.check(parsed(metadata("N1").json()), "resource.metadata.updated");
    }

    private Push withExtra(String json) throws PushRejected {
        return pushes.check(parsed(stored(json)), "resource.metadata.updated");
    }

    private static String stored(String extra) {
        String push = metadata("N1").json();
        return push.substring(0, push.length() - 1) + ",\"extra\":" + extra + "}";
    }

    private ParsedPush parsed(String body) throws PushRejected {
        return pushes.parse(body.getBytes(UTF_8));
    }

    private static PushRejected refused(ThrowingCallable call) {
        PushRejected rejected = catchThrowableOfType(PushRejected.class, call);
        assertThat(rejected).as("the rejection").isNotNull();
        return rejected;
    }
}
