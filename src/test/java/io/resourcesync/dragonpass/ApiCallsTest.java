package io.resourcesync.dragonpass;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.equalToJson;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import io.resourcesync.dragonpass.testing.PushBuilder;
import io.resourcesync.dragonpass.testing.RsaPair;
import io.resourcesync.dragonpass.testing.SyncApp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The calls to DragonPass: who they say they are, and what they bear with. */
@Tag("database")
class ApiCallsTest {

    private static final String SECRET = "0123456789abcdef0123456789abcdef";

    @RegisterExtension
    static WireMockExtension dragonpass = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort().dynamicHttpsPort())
            .build();

    private static SyncApp start(Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        all.put("dragonpass.api.url", plainUrl() + "/api");
        all.put("batch.timeout", "1s");
        all.put("recovery.backoff.initial", "1s");
        all.putAll(settings);
        return SyncApp.start(all);
    }

    /** WireMock's own base URL is that of HTTPS. */
    private static String plainUrl() {
        return "http://localhost:" + dragonpass.getPort();
    }

    private static void stubEvent(String batch) {
        dragonpass.stubFor(get(urlPathEqualTo("/api/v2/event"))
                .withQueryParam("batchId", equalTo(batch))
                .willReturn(aResponse().withBody("[" + push(batch, 2) + "]")));
    }

    private static String push(String batch, int sequence) {
        return PushBuilder.metadata("N" + sequence)
                .batch(batch)
                .sequence(sequence, 2)
                .json();
    }

    private static void awaitRecovered(SyncApp app, String batch) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(app.query("SELECT closed_by FROM push_batch WHERE batch_id = ?", batch))
                        .extracting(row -> row.get("closed_by"))
                        .containsExactly("RECOVERY"));
    }

    private static void awaitError(SyncApp app, String batch, String error) {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                        app.query("SELECT recovery_error FROM push_batch WHERE batch_id = ?", batch))
                .extracting(row -> String.valueOf(row.get("recovery_error")))
                .allMatch(text -> text.contains(error)));
    }

    private static void assertSigned(JWSVerifier verifier) throws Exception {
        List<LoggedRequest> calls = dragonpass.findAll(getRequestedFor(urlPathEqualTo("/api/v2/event")));
        assertThat(calls).isNotEmpty();
        for (LoggedRequest call : calls) {
            String header = call.getHeader("Authorization");
            assertThat(header).startsWith("Bearer ");
            SignedJWT token = SignedJWT.parse(header.substring("Bearer ".length()));
            assertThat(token.verify(verifier)).isTrue();
            assertThat(token.getJWTClaimsSet().getIssuer()).isEqualTo("client");
            assertThat(token.getJWTClaimsSet().getExpirationTime()).isInTheFuture();
        }
    }

    @Test
    void shouldSignCallsWithThePrivateKey(@TempDir Path folder) throws Exception {
        RsaPair pair = RsaPair.generate();
        Path key = Files.writeString(folder.resolve("key.pem"), pair.pkcs1PrivatePem());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        stubEvent("rs256");
        try (SyncApp app = start(Map.of(
                "dragonpass.api.auth", "rs256",
                "dragonpass.api.issuer", "client",
                "dragonpass.api.private-key", key.toString()))) {
            app.push(push("rs256", 1));
            awaitRecovered(app, "rs256");
        }
        assertSigned(new RSASSAVerifier(pair.publicKey()));
    }

    @Test
    void shouldSignCallsWithTheSharedSecret() throws Exception {
        stubEvent("hs256");
        try (SyncApp app = start(Map.of(
                "dragonpass.api.auth", "hs256",
                "dragonpass.api.issuer", "client",
                "dragonpass.api.secret", SECRET))) {
            app.push(push("hs256", 1));
            awaitRecovered(app, "hs256");
        }
        assertSigned(new MACVerifier(SECRET));
    }

    @Test
    void shouldAskForOneTokenHoweverManyBatchesWait() {
        dragonpass.stubFor(post(urlPathEqualTo("/api/v2/auth/token"))
                .willReturn(aResponse()
                        .withFixedDelay(300)
                        .withBody("{\"code\":0,\"data\":{\"token\":\"t-1\",\"expiresIn\":3600}}")));
        for (int i = 0; i < 8; i++) {
            stubEvent("many-" + i);
        }
        try (SyncApp app = start(Map.of(
                "dragonpass.api.auth", "token",
                "dragonpass.api.client-id", "id",
                "dragonpass.api.secret", "marked-secret",
                "recovery.parallel", "8"))) {
            for (int i = 0; i < 8; i++) {
                app.push(push("many-" + i, 1));
            }
            for (int i = 0; i < 8; i++) {
                awaitRecovered(app, "many-" + i);
            }
        }
        dragonpass.verify(
                1,
                postRequestedFor(urlPathEqualTo("/api/v2/auth/token"))
                        .withRequestBody(equalToJson("{\"clientId\":\"id\",\"secret\":\"marked-secret\"}")));
        dragonpass.verify(
                8, getRequestedFor(urlPathEqualTo("/api/v2/event")).withHeader("Authorization", equalTo("Bearer t-1")));
    }

    @Test
    void shouldTellWhyThereIsNoTokenAndWaitAsLongAsTheApiAsks() {
        dragonpass.stubFor(post(urlPathEqualTo("/api/v2/auth/token"))
                .willReturn(aResponse().withStatus(403).withHeader("Retry-After", "900")));
        try (SyncApp app = start(Map.of(
                "dragonpass.api.auth", "token",
                "dragonpass.api.client-id", "id",
                "dragonpass.api.secret", "marked-secret"))) {
            app.push(push("token", 1));
            awaitError(app, "token", "the token request was answered HTTP 403");
            assertThat(app.query("SELECT batch_id FROM push_batch"
                            + " WHERE deadline_at > current_timestamp + INTERVAL '800' SECOND"))
                    .hasSize(1);
        }
        dragonpass.verify(1, postRequestedFor(urlPathEqualTo("/api/v2/auth/token")));
    }

    @Test
    void shouldRenewTheTokenOnceWhenItIsRefusedWithAFreshRequestId() {
        dragonpass.stubFor(post(urlPathEqualTo("/api/v2/auth/token"))
                .inScenario("renewal")
                .whenScenarioStateIs("Started")
                .willReturn(aResponse().withBody("{\"token\":\"old\"}"))
                .willSetStateTo("asked"));
        dragonpass.stubFor(post(urlPathEqualTo("/api/v2/auth/token"))
                .inScenario("renewal")
                .whenScenarioStateIs("asked")
                .willReturn(aResponse().withBody("{\"token\":\"new\"}")));
        dragonpass.stubFor(get(urlPathEqualTo("/api/v2/event"))
                .withHeader("Authorization", equalTo("Bearer old"))
                .willReturn(aResponse().withStatus(401)));
        dragonpass.stubFor(get(urlPathEqualTo("/api/v2/event"))
                .withHeader("Authorization", equalTo("Bearer new"))
                .willReturn(aResponse().withBody(push("renew", 2))));
        try (SyncApp app = start(Map.of(
                "dragonpass.api.auth", "token",
                "dragonpass.api.client-id", "id",
                "dragonpass.api.secret", "marked-secret"))) {
            app.push(push("renew", 1));
            awaitRecovered(app, "renew");
            assertThat(app.query("SELECT recovery_attempts FROM push_batch"))
                    .containsExactly(Map.of("recovery_attempts", 1));
        }
        assertThat(dragonpass.findAll(getRequestedFor(urlPathEqualTo("/api/v2/event"))))
                .extracting(call -> call.getHeader("X-Request-ID"))
                .hasSize(2)
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldLeaveAnApiAloneThatFailsCallAfterCall() {
        dragonpass.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(500)));
        try (SyncApp app = start(Map.of("recovery.backoff.max", "1s"))) {
            for (int i = 0; i < 30; i++) {
                app.push(push("dead-" + i, 1));
            }
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(
                            app.query("SELECT count(*) AS n FROM push_batch WHERE recovery_attempts > 0"))
                    .containsExactly(Map.of("n", 30L)));
            assertThat(app.observe("/observe/metrics").body()).containsPattern("outcome=\"spared\"[^}]*} [0-9]+");
        }
        assertThat(dragonpass.findAll(getRequestedFor(urlPathEqualTo("/api/v2/event"))))
                .hasSizeBetween(5, 12);
    }

    @Test
    void shouldFollowNoRedirect() {
        dragonpass.stubFor(get(urlPathEqualTo("/api/v2/event"))
                .willReturn(aResponse().withStatus(302).withHeader("Location", plainUrl() + "/elsewhere")));
        try (SyncApp app = start(Map.of())) {
            app.push(push("redirect", 1));
            awaitError(app, "redirect", "HTTP 302");
        }
        dragonpass.verify(0, getRequestedFor(urlPathEqualTo("/elsewhere")));
    }

    @Test
    void shouldReadNoMoreOfAnAnswerThanTheLimit() {
        dragonpass.stubFor(get(urlPathEqualTo("/api/v2/event"))
                .willReturn(aResponse().withBody("[\"" + "x".repeat(200_000) + "\"]")));
        try (SyncApp app = start(Map.of("recovery.max-answer-bytes", "100000"))) {
            app.push(push("large", 1));
            awaitError(app, "large", "the answer is larger than 100000 bytes");
        }
    }

    @Test
    void shouldGiveUpOnAnAnswerThatDoesNotCome() {
        dragonpass.stubFor(get(urlPathEqualTo("/api/v2/event"))
                .willReturn(aResponse().withFixedDelay(5_000).withBody("[]")));
        try (SyncApp app = start(Map.of("dragonpass.api.response-timeout-millis", "200"))) {
            app.push(push("slow", 1));
            awaitError(app, "slow", "did not answer in time");
        }
    }

    @Test
    void shouldTrustNoCertificateThatNobodyVouchesFor() {
        stubEvent("tls");
        try (SyncApp app =
                start(Map.of("dragonpass.api.url", "https://localhost:" + dragonpass.getHttpsPort() + "/api"))) {
            app.push(push("tls", 1));
            awaitError(app, "tls", "the API cannot be reached");
        }
        dragonpass.verify(0, getRequestedFor(urlPathEqualTo("/api/v2/event")));
    }
}
