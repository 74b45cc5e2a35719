package io.resourcesync.dragonpass.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form of an answer that the contract holds possible, and what is none. */
class RecoveryAnswerTest {

    private static final String ONE = "{\"eventType\":\"resource.metadata.updated\",\"sequence\":1}";
    private static final String TWO = "{\"eventType\":\"resource.metadata.updated\",\"sequence\":2}";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "E",
                "[E]",
                "{\"events\":[E]}",
                "{\"list\":[E]}",
                "{\"code\":0,\"data\":E}",
                "{\"code\":\"0\",\"data\":E}",
                "{\"code\":0,\"data\":[E]}",
                "{\"code\":0,\"msg\":\"ok\",\"data\":{\"events\":[E]}}",
                "{\"code\":0,\"data\":{\"events\":E}}",
                "{\"code\":0,\"data\":{\"list\":[E],\"total\":1}}"
            })
    void shouldFindAnEventInEveryForm(String form) throws RecoveryFailed {
        assertThat(events(form.replace("E", ONE))).containsExactly(ONE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[E]", "{\"code\":0,\"data\":[E]}", "{\"code\":0,\"data\":{\"list\":[E]}}"})
    void shouldKeepTheOrderOfEvents(String form) throws RecoveryFailed {
        assertThat(events(form.replace("E", TWO + "," + ONE))).containsExactly(TWO, ONE);
    }

    @Test
    void shouldNotTakeAFieldCodeOfAnEventForAnEnvelope() throws RecoveryFailed {
        String event = "{\"eventType\":\"resource.metadata.updated\",\"code\":7}";

        assertThat(events(event)).containsExactly(event);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "{}",
                "[]",
                "{\"code\":0}",
                "{\"code\":0,\"data\":null}",
                "{\"code\":0,\"data\":{}}",
                "{\"code\":0,\"data\":[]}",
                "{\"code\":0,\"data\":{\"events\":[]}}",
                "{\"code\":0,\"data\":{\"list\":null}}"
            })
    void shouldFindNothingWhereTheApiHasNoData(String answer) throws RecoveryFailed {
        assertThat(events(answer)).isEmpty();
    }

    @Test
    void shouldFindNothingInNoBody() throws RecoveryFailed {
        assertThat(RecoveryAnswer.events(null, 100)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "-1", "401", "\"1001\"", "null", "true", "0.5", "\"\"", "18446744073709551616", "[]"})
    void shouldTakeACodeOtherThanZeroForAnError(String code) {
        RecoveryFailed failed = failure("{\"code\":" + code + ",\"data\":[" + ONE + "]}");

        assertThat(failed.outcome()).isEqualTo("error-code");
    }

    @Test
    void shouldNameTheCode() {
        assertThat(failure("{\"code\":1001,\"msg\":\"no such batch\"}")).hasMessage("the API answered code 1001");
    }

    @Test
    void shouldCutAnEndlessCode() {
        assertThat(failure("{\"code\":\"" + "x".repeat(5000) + "\"}").getMessage())
                .hasSizeLessThan(100);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<!DOCTYPE html><html><body>502 Bad Gateway</body></html>",
                "Service Unavailable",
                "{\"code\":0,\"data\":[",
                "\u0000",
                "[1e99999999999]"
            })
    void shouldRefuseWhatIsNoJson(String answer) {
        assertThat(failure(answer)).hasMessage("the answer is not JSON");
        assertThat(failure(answer).outcome()).isEqualTo("unreadable");
    }

    @Test
    void shouldRefuseAnAnswerOfADepthThatNoEventHas() {
        assertThat(failure("[".repeat(100_000)).outcome()).isEqualTo("unreadable");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "\"none\"",
                "true",
                "{\"message\":\"ok\"}",
                "{\"code\":0,\"data\":\"none\"}",
                "{\"code\":0,\"data\":{\"total\":0}}",
                "{\"code\":0,\"data\":{\"list\":\"none\"}}"
            })
    void shouldRefuseAnUnknownForm(String answer) {
        assertThat(failure(answer)).hasMessage("the answer holds no events in any known form");
        assertThat(failure(answer).outcome()).isEqualTo("unreadable");
    }

    @Test
    void shouldReadAnAnswerOfTheLargestSize() throws RecoveryFailed {
        assertThat(RecoveryAnswer.events(stream(ONE), ONE.length())).hasSize(1);
    }

    @Test
    void shouldRefuseALargerAnswer() {
        RecoveryFailed failed =
                catchThrowableOfType(RecoveryFailed.class, () -> RecoveryAnswer.events(stream(ONE), ONE.length() - 1));

        assertThat(failed.outcome()).isEqualTo("too-large");
    }

    @Test
    void shouldNotReadAnEndlessAnswerToItsEnd() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return ' ';
            }
        };

        RecoveryFailed failed =
                catchThrowableOfType(RecoveryFailed.class, () -> RecoveryAnswer.events(endless, 1_000_000));

        assertThat(failed.outcome()).isEqualTo("too-large");
    }

    @Test
    void shouldTellThatAnAnswerBrokeOff() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("reset");
            }
        };

        RecoveryFailed failed = catchThrowableOfType(RecoveryFailed.class, () -> RecoveryAnswer.events(broken, 100));

        assertThat(failed.outcome()).isEqualTo("unreachable");
    }

    @Test
    void shouldTellThatAnAnswerTookTooLong() {
        InputStream slow = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new SocketTimeoutException();
            }
        };

        RecoveryFailed failed = catchThrowableOfType(RecoveryFailed.class, () -> RecoveryAnswer.events(slow, 100));

        assertThat(failed.outcome()).isEqualTo("timeout");
    }

    /** An event is judged by the routes of the pushes, so what is wrong with it must not be mended on the way. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"eventType\":\"e\",\"sequence\":1.0}",
                "{\"eventType\":\"e\",\"sequence\":1E+2}",
                "{\"eventType\":\"e\",\"sequence\":\"1\"}",
                "{\"eventType\":\"e\",\"sequence\":9223372036854775808}",
                "{\"eventType\":\"e\",\"batchId\":\"\\u0000\"}",
                "{\"eventType\":\"e\",\"batchId\":\"\\uD800\"}",
                "{\"eventType\":\"e\",\"batchId\":\"é😀\"}",
                "1",
                "null"
            })
    void shouldHandOnAnEventAsItIs(String event) throws RecoveryFailed {
        assertThat(events("{\"code\":0,\"data\":[" + event + "]}")).containsExactly(event);
    }

    private static List<String> events(String answer) throws RecoveryFailed {
        return RecoveryAnswer.events(stream(answer), 1_000_000).stream()
                .map(event -> new String(event, UTF_8))
                .toList();
    }

    private static RecoveryFailed failure(String answer) {
        RecoveryFailed failed = catchThrowableOfType(RecoveryFailed.class, () -> events(answer));
        assertThat(failed).as("the failure").isNotNull();
        return failed;
    }

    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }
}
