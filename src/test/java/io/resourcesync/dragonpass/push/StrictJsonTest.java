package io.resourcesync.dragonpass.push;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.HexFormat;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is JSON and what is not, and how the place of a defect is named. */
class StrictJsonTest {

    @ParameterizedTest
    @ValueSource(strings = {"{}", "[]", "null", "true", "1", "\"N1\"", " \t\r\n{ } ", "{\"a\":{\"a\":1},\"b\":[1,1]}"})
    void shouldAcceptOneJsonValue(String body) throws PushRejected {
        assertThat(parse(body).payload()).isEqualTo(body);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9223372036854775807",
                "-9223372036854775808",
                "1.7976931348623157e308",
                "-1.7976931348623157E+308",
                "1e-400",
                "0.1000000000000000055511151231257827021181583404541015625"
            })
    void shouldAcceptANumberThatALongOrADoubleCanHold(String number) throws PushRejected {
        assertThat(parse("[" + number + "]").tree().get(0).isNumber()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"é", "名前", "😀", "\\ud83d\\ude00", "\\u0001", "\\u00ff", "\\\\u0000"})
    void shouldAcceptTextInAnyScript(String text) throws PushRejected {
        assertThat(parse("[\"" + text + "\"]").tree().get(0).isTextual()).isTrue();
    }

    @Test
    void shouldRefuseNoBodyAtAll() {
        assertThat(sentence(rejected((byte[]) null))).isEqualTo("the document is empty");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\r\n"})
    void shouldRefuseAnEmptyBody(String body) {
        assertThat(sentence(rejected(body))).isEqualTo("the document is empty");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[1",
                "]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "[1,]",
                "{a:1}",
                "{'a':1}",
                "[\"\t\"]",
                "[\"\\x\"]",
                "[\"\\u12\"]",
                "[\"",
                "[01]",
                "[+1]",
                "[.5]",
                "[1.]",
                "[1e]",
                "[0x1]",
                "[NaN]",
                "[Infinity]",
                "[undefined]",
                "[True]",
                "/* none */ {}",
                "// none\n{}",
                "# none\n{}",
                "\uFEFF{}",
                "<html></html>",
                "sequence=1&totalSequence=1"
            })
    void shouldRefuseWhatIsNoJson(String body) {
        PushRejected rejected = rejected(body);

        assertThat(rejected.reason()).isEqualTo(RejectionReason.NOT_JSON);
        assertThat(sentence(rejected)).contains("is malformed at line ");
    }

    @Test
    void shouldNameThePlaceOfASyntaxError() {
        PushRejected rejected = rejected("{\"module\":1,\n \"resources\":[\"N1\",oops]}");

        assertThat(rejected.problem().errors()).singleElement().satisfies(error -> {
            assertThat(error).containsEntry("pointer", "/resources/1");
            assertThat(error.get("detail")).startsWith("is malformed at line 2, column ");
        });
    }

    @Test
    void shouldNotRepeatWhatIsWrong() {
        assertThat(sentence(rejected("{\"a\":<script>}"))).doesNotContain("script");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}{}", "{} {}", "{}\n1", "[]null", "1 2", "{},{}", "{}]", "{}garbage"})
    void shouldRefuseASecondValue(String body) {
        assertThat(rejected(body).reason()).isEqualTo(RejectionReason.NOT_JSON);
    }

    @Test
    void shouldNameThePlaceOfASecondValue() {
        assertThat(sentence(rejected("{} {}"))).isEqualTo("the document has a second value at line 1, column 4");
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
                    {"a":1,"a":1}            | /a
                    {"a":1,"b":2,"a":3}      | /a
                    {"a":1,"\\u0061":2}      | /a
                    {"data":[{"b":1,"b":2}]} | /data/0/b
                    """)
    void shouldRefuseADuplicateKey(String body, String pointer) {
        PushRejected rejected = rejected(body);

        assertThat(rejected.problem().errors().get(0)).containsEntry("pointer", pointer);
        assertThat(sentence(rejected)).contains("is a duplicate key at line 1, column ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "80",
                "c328",
                "c080",
                "e0808080",
                "eda080",
                "edb080",
                "f4908080",
                "f5808080",
                "e282",
                "ff",
                "fe",
                "f09f98"
            })
    void shouldRefuseBytesThatAreNoUtf8(String hex) {
        byte[] body = concat("[\"".getBytes(UTF_8), HexFormat.of().parseHex(hex), "\"]".getBytes(UTF_8));

        assertThat(sentence(rejected(body))).isEqualTo("the document is not UTF-8 at byte 2");
    }

    @Test
    void shouldRefuseLatin1() {
        assertThat(rejected("[\"é\"]".getBytes(ISO_8859_1)).reason()).isEqualTo(RejectionReason.NOT_JSON);
    }

    @Test
    void shouldRefuseUtf16() {
        assertThat(rejected("{}".getBytes(UTF_16LE)).reason()).isEqualTo(RejectionReason.NOT_JSON);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[\"\0\"]", "{\"\0\":1}", "\0{}", "{}\0", "{\0}"})
    void shouldRefuseARawNul(String body) {
        assertThat(rejected(body).reason()).isEqualTo(RejectionReason.NOT_JSON);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\u0000",
                "N1\\u0000",
                "\\ud800",
                "\\uD83D",
                "\\udc00",
                "\\ude00\\ud83d",
                "\\ud83d\\ud83d\\ude00",
                "\\ud83dx"
            })
    void shouldRefuseAnEscapedNulOrLoneSurrogate(String text) {
        PushRejected rejected = rejected("{\"resources\":[\"N1\",\"" + text + "\"]}");

        assertThat(sentence(rejected)).isEqualTo("/resources/1 has a NUL or a lone surrogate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0000", "a\\udfff"})
    void shouldRefuseAFieldWhoseNameHoldsThem(String name) {
        PushRejected rejected = rejected("{\"data\":[{\"" + name + "\":1}]}");

        assertThat(sentence(rejected)).isEqualTo("/data/0 has a field whose name holds a NUL or a lone surrogate");
    }

    @Test
    void shouldNotNameAPlaceByAHostileName() {
        assertThat(sentence(rejected("{\"a\\u0000b\":{\"c\":oops}}"))).doesNotContain("\0");
    }

    @Test
    void shouldEscapeAFieldNameAsAJsonPointerDoes() {
        assertThat(sentence(rejected("{\"a/b~c\":\"\\u0000\"}"))).startsWith("/a~1b~0c ");
    }

    @Test
    void shouldAcceptThirtyTwoLevels() throws PushRejected {
        assertThat(parse(nested(32)).tree().isArray()).isTrue();
    }

    @Test
    void shouldRefuseThirtyThreeLevels() {
        assertThat(sentence(rejected(nested(33)))).contains("is nested deeper than 32 levels");
    }

    @Test
    void shouldCountObjectsAsLevels() {
        assertThat(sentence(rejected("{\"a\":" + nested(32) + "}"))).contains("is nested deeper than 32 levels");
    }

    @Test
    void shouldSurviveAHundredThousandLevels() {
        assertThat(rejected("[".repeat(100_000)).reason()).isEqualTo(RejectionReason.NOT_JSON);
    }

    @Test
    void shouldAcceptAHundredThousandTokens() throws PushRejected {
        assertThat(parse("[" + "1,".repeat(99_997) + "1]").tree()).hasSize(99_998);
    }

    @Test
    void shouldRefuseMoreTokens() {
        assertThat(sentence(rejected("[" + "1,".repeat(99_998) + "1]"))).contains("has more than 100000 tokens");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9223372036854775808",
                "-9223372036854775809",
                "100000000000000000000000000000000",
                "1.8e308",
                "1e400",
                "-1e400",
                "1e2147483647"
            })
    void shouldRefuseANumberOutOfRange(String number) {
        assertThat(sentence(rejected("{\"sequence\":" + number + "}"))).isEqualTo("/sequence is a number out of range");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e2147483648", "1e-2147483649", "1e99999999999999999999"})
    void shouldRefuseAnExponentThatNothingHolds(String number) {
        assertThat(sentence(rejected("{\"sequence\":" + number + "}")))
                .startsWith("/sequence is a number out of range at line 1, column ");
    }

    @Test
    void shouldRefuseANumberOfAThousandDigits() {
        assertThat(rejected("[1" + "0".repeat(1000) + "]").reason()).isEqualTo(RejectionReason.NOT_JSON);
    }

    @Test
    @Timeout(5)
    void shouldNotBeKeptBusyByNumbers() throws PushRejected {
        long begin = System.nanoTime();

        parse("[" + "1e-999999999,".repeat(50_000) + "1]");

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
    }

    @Test
    void shouldKeepWhatArrivedByteForByte() {
        byte[] body = {'[', (byte) 0xff, 0, ']'};

        assertThat(rejected(body).payload()).isEqualTo(body);
    }

    /** Whatever arrives is a push to look at or a rejection to keep; no third thing happens. */
    @Property(tries = 2000)
    void shouldParseOrRejectAnyBytes(@ForAll("bodies") String body) {
        try {
            ParsedPush push = new Pushes().parse(body.getBytes(UTF_8));
            assertThat(StrictJson.reparse(push.payload())).isEqualTo(push.tree());
        } catch (PushRejected e) {
            assertThat(e.reason()).isEqualTo(RejectionReason.NOT_JSON);
            assertThat(e.problem().detail()).isNotBlank();
        }
    }

    @Provide
    Arbitrary<String> bodies() {
        Arbitrary<String> tokens = Arbitraries.of(
                "{",
                "}",
                "[",
                "]",
                ",",
                ":",
                "\"",
                "\"a\"",
                "\"a\":",
                "\"\\u0000\"",
                "\\",
                "1",
                "-",
                ".",
                "e",
                "0",
                "null",
                "true",
                "9223372036854775808",
                "1e999999999",
                "\0",
                "\ud83d\ude00",
                "\n",
                " ",
                "/");
        return tokens.list().ofMaxSize(40).map(list -> String.join("", list));
    }

    private static ParsedPush parse(String body) throws PushRejected {
        return StrictJson.parse(body.getBytes(UTF_8));
    }

    private static PushRejected rejected(String body) {
        return rejected(body.getBytes(UTF_8));
    }

    private static PushRejected rejected(byte[] body) {
        PushRejected rejected = catchThrowableOfType(PushRejected.class, () -> StrictJson.parse(body));
        assertThat(rejected).as("the rejection").isNotNull();
        return rejected;
    }

    private static String sentence(PushRejected rejected) {
        return rejected.problem().detail();
    }

    private static String nested(int levels) {
        return "[".repeat(levels) + "]".repeat(levels);
    }

    private static byte[] concat(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
