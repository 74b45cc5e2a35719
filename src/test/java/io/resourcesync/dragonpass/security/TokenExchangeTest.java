package io.resourcesync.dragonpass.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bodies of the request for a token, in every form that is held possible. */
class TokenExchangeTest {

    private static FetchedToken answer(String body) throws TokenUnavailable {
        return TokenExchange.answer(200, null, stream(body));
    }

    private static InputStream stream(String body) {
        return new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8));
    }

    private static TokenUnavailable failure(int status, String retryAfter, InputStream body) {
        return assertThatExceptionOfType(TokenUnavailable.class)
                .isThrownBy(() -> TokenExchange.answer(status, retryAfter, body))
                .withNoCause()
                .actual();
    }

    private static String failure(String body) {
        return failure(200, null, stream(body)).getMessage();
    }

    @Test
    void shouldSendClientIdAndSecretAsJson() throws Exception {
        byte[] body = TokenExchange.request("client \"1\"", "s\\e\ncret");

        var json = new ObjectMapper().readTree(body);
        assertThat(json.path("clientId").asText()).isEqualTo("client \"1\"");
        assertThat(json.path("secret").asText()).isEqualTo("s\\e\ncret");
        assertThat(json.size()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'code':0,'data':{'token':'abc','expiresIn':600}}",
                "{'code':0,'data':{'accessToken':'abc','expires_in':600},'msg':'ok'}",
                "{'code':'0','data':{'access_token':'abc','expiresIn':'600'}}",
                "{'code':0,'token':'abc','expires_in':600}",
                "{'access_token':'abc','token_type':'bearer','expires_in':600}",
                "{'data':{'token':'abc','expiresIn':600}}"
            })
    void shouldReadEveryFormOfAnAnswer(String body) throws Exception {
        assertThat(answer(body.replace('\'', '"'))).isEqualTo(new FetchedToken("abc", Duration.ofMinutes(10)));
    }

    @Test
    void shouldTakeAnHourWhenTheAnswerDoesNotSay() throws Exception {
        assertThat(answer("{\"token\":\"abc\"}").validity()).isEqualTo(Duration.ofHours(1));
        assertThat(answer("{\"token\":\"abc\",\"expiresIn\":null}").validity()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void shouldNotBelieveAValidityBeyondADay() throws Exception {
        assertThat(answer("{\"token\":\"abc\",\"expiresIn\":3600000}").validity())
                .isEqualTo(Duration.ofDays(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1.5", "\"soon\"", "true", "[]", "\"\"", "99999999999999999999999999", "1e3"})
    void shouldRefuseAValidityThatIsNone(String validity) {
        assertThat(failure("{\"token\":\"abc\",\"expiresIn\":" + validity + "}"))
                .contains("cannot be used");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a\\r\\nX-Injected: 1", "\\u00e9", "a\\u0000"})
    void shouldRefuseATokenThatIsNoHeaderValue(String token) {
        assertThat(failure("{\"token\":\"" + token + "\"}")).contains("cannot be used");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "<html>", "[]", "\"abc\"", "{\"token\":\"abc\"", "{\"token\":\"a\",\"token\":\"b\"}"})
    void shouldRefuseWhatIsNoJsonObject(String body) {
        assertThat(failure(body)).contains("no JSON object");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"data\":{}}", "{\"code\":0,\"data\":null}", "{\"token\":1}", "{\"token\":null}"})
    void shouldRefuseAnAnswerWithoutAToken(String body) {
        assertThat(failure(body)).contains("no token");
    }

    @Test
    void shouldTakeACodeOtherThanZeroForAnErrorEvenBesideAToken() {
        assertThat(failure("{\"code\":40101,\"data\":{\"token\":\"abc\"}}")).contains("code 40101");
        assertThat(failure("{\"code\":null,\"data\":{\"token\":\"abc\"}}")).contains("code null");
        assertThat(failure("{\"code\":\"" + "x\\n".repeat(200) + "\"}"))
                .hasSizeLessThan(100)
                .doesNotContain("\n");
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 301, 400, 401, 403, 404, 429, 500, 503})
    void shouldNameAStatusThatIsNoSuccess(int status) {
        assertThat(failure(status, null, stream("{\"token\":\"abc\"}")).getMessage())
                .contains("HTTP " + status)
                .doesNotContain("abc");
    }

    @ParameterizedTest
    @CsvSource({"30,30", "' 30 ',30", "999999,3600", "-1,0", "soon,0", "'Wed, 21 Oct 2026 07:28:00 GMT',0"})
    void shouldPassOnHowLongToWait(String header, int seconds) {
        assertThat(failure(429, header, null).retryAfter()).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void shouldReadNoMoreThanATokenCanTake() {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return ' ';
            }
        };

        assertThat(failure(200, null, endless).getMessage()).contains("no JSON object");
    }

    @Test
    void shouldReportAnAnswerThatTakesTooLong() {
        InputStream slow = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new SocketTimeoutException();
            }
        };

        assertThat(failure(200, null, slow).getMessage()).contains("not answered in time");
    }

    @Test
    void shouldReportAnAnswerThatBreaksOff() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset, secret=abc");
            }
        };

        assertThat(failure(200, null, broken).getMessage())
                .contains("broke off")
                .doesNotContain("abc");
    }

    @Test
    void shouldNotShowTheToken() {
        assertThat(new FetchedToken("abc", Duration.ofHours(1)).toString()).doesNotContain("abc");
    }
}
