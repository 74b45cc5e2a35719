package io.resourcesync.dragonpass.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is refused before a body is looked at. */
class RequestCheckTest {

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
        assertThatCode(() -> Requests.check("POST", List.of(contentType), List.of()))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
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
        assertThat(problem("POST", List.of(contentType), List.of())).isEqualTo("415 media-type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"identity", "Identity", " identity "})
    void shouldLetNoEncodingThrough(String contentEncoding) {
        assertThatCode(() -> Requests.check("POST", List.of("application/json"), List.of(contentEncoding)))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd", "x-gzip", "identity, gzip", "*"})
    void shouldRefuseAnotherEncoding(String contentEncoding) {
        assertThat(problem("POST", List.of("application/json"), List.of(contentEncoding)))
                .isEqualTo("415 content-encoding");
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "post", "PUSH"})
    void shouldRefuseAnotherMethod(String method) {
        assertThat(problem(method, List.of("application/json"), List.of())).isEqualTo("405 method-not-allowed");
    }

    @Test
    void shouldRefuseNoContentType() {
        assertThat(problem("POST", List.of(), List.of())).isEqualTo("415 media-type");
    }

    @Test
    void shouldRefuseTwoContentTypes() {
        List<String> two = List.of("application/json", "application/json");

        assertThat(problem("POST", two, List.of())).isEqualTo("415 media-type");
    }

    @Test
    void shouldRefuseASecondEncoding() {
        assertThat(problem("POST", List.of("application/json"), List.of("identity", "gzip")))
                .isEqualTo("415 content-encoding");
    }

    @Test
    void shouldLookAtTheMethodFirst() {
        assertThat(problem("GET", List.of(), List.of("gzip"))).isEqualTo("405 method-not-allowed");
    }

    private static String problem(String method, List<String> contentTypes, List<String> contentEncodings) {
        ProblemException refused = catchThrowableOfType(
                ProblemException.class, () -> Requests.check(method, contentTypes, contentEncodings));
        assertThat(refused).as("the refusal").isNotNull();
        return refused.problem().status() + " " + refused.problem().type();
    }
}
