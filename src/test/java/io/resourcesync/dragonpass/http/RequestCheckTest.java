package io.resourcesync.dragonpass.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before a body is looked at. */
class RequestCheckTest {

    private final Requests requests = new Requests();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "Application/JSON",
                " application/json ",
                "application/json;charset=utf-8",
                "application/json; charset=UTF-8",
                "application/json ; charset=\"utf-8\"",
                "application/json;",
                "application/json; profile=push",
                "application/cloudevents+json"
            })
    void shouldLetJsonThrough(String contentType) {
        assertThatCode(() -> requests.check("POST", contentType, null)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                ";",
                " ; ",
                "json",
                "text/json",
                "text/plain",
                "text/html",
                "application/xml",
                "application/jsonp",
                "application/x-ndjson",
                "application/json-seq",
                "application/x-www-form-urlencoded",
                "multipart/form-data; boundary=x",
                "application/octet-stream",
                "application/json, text/plain",
                "application/json; charset=iso-8859-1",
                "application/json; charset=utf-16",
                "application/json; charset=utf-8; charset=utf-16",
                "${body}"
            })
    void shouldRefuseAnotherContentType(String contentType) {
        assertThat(problem("POST", contentType, null)).isEqualTo("415 media-type");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"identity", "Identity", " identity "})
    void shouldLetNoEncodingThrough(String contentEncoding) {
        assertThatCode(() -> requests.check("POST", "application/json", contentEncoding))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd", "x-gzip", "identity, gzip", "*"})
    void shouldRefuseAnotherEncoding(String contentEncoding) {
        assertThat(problem("POST", "application/json", contentEncoding)).isEqualTo("415 content-encoding");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "post", "PUSH"})
    void shouldRefuseAnotherMethod(String method) {
        assertThat(problem(method, "application/json", null)).isEqualTo("405 method-not-allowed");
    }

    @Test
    void shouldLookAtTheMethodFirst() {
        assertThat(problem("GET", null, "gzip")).isEqualTo("405 method-not-allowed");
    }

    private String problem(String method, String contentType, String contentEncoding) {
        ProblemException refused = catchThrowableOfType(
                ProblemException.class, () -> requests.check(method, contentType, contentEncoding));
        assertThat(refused).as("the refusal").isNotNull();
        return refused.problem().status() + " " + refused.problem().type();
    }
}
