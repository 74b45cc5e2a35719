package io.resourcesync.dragonpass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resourcesync.dragonpass.testing.PushBuilder;
import io.resourcesync.dragonpass.testing.RsaPair;
import io.resourcesync.dragonpass.testing.StandaloneProcess;
import io.resourcesync.dragonpass.testing.TokenBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar with {@code push.auth=jwt}: who gets in, over real HTTP, and who does not. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TokensIT {

    private static final RsaPair FIRST = RsaPair.generate();
    private static final RsaPair SECOND = RsaPair.generate();
    private static final RsaPair STRANGER = RsaPair.generate();

    @TempDir
    static Path folder;

    private static Path keys;
    private static StandaloneProcess product;

    @BeforeAll
    static void start() throws IOException {
        keys = Files.createDirectories(folder.resolve("config/keys"));
        Files.writeString(keys.resolve("first.pem"), FIRST.publicPem());
        Files.writeString(keys.resolve("second.pem"), SECOND.publicPem());
        product = new StandaloneProcess(folder, StandaloneProcess.packagedJar());
        product.start(Map.of("push.auth", "jwt"));
    }

    @AfterAll
    static void stop() {
        product.close();
    }

    private static HttpResponse<String> push(String batch, String... authorization) {
        return product.push(
                PushBuilder.metadata("N1").batch(batch).sequence(1, 1).json(), List.of(authorization));
    }

    private static TokenBuilder valid() {
        return TokenBuilder.valid("first", FIRST);
    }

    @Test
    @Order(1)
    void shouldAcceptBothActiveKeys() {
        assertThat(push("first", "Bearer " + valid().build()).statusCode()).isEqualTo(200);
        assertThat(push(
                                "second",
                                "Bearer " + TokenBuilder.valid("second", SECOND).build())
                        .statusCode())
                .isEqualTo(200);
        assertThat(push("bare", valid().build()).statusCode())
                .as("without Bearer")
                .isEqualTo(200);
    }

    @Test
    @Order(2)
    void shouldRefuseEveryOtherTokenAlike() throws GeneralSecurityException {
        Instant now = Instant.now();
        String good = valid().build();
        Map<String, String> tokens = new TreeMap<>();
        tokens.put("empty", "");
        tokens.put("scheme only", "Bearer ");
        tokens.put("alg none", valid().withHeader("alg", "none").unsigned() + ".");
        tokens.put("HS256 with the public key as the secret", hs256WithPublicKey());
        tokens.put("RS384", valid().withHeader("alg", "RS384").build());
        tokens.put("PS256", valid().withHeader("alg", "PS256").build());
        tokens.put("ES256", valid().withHeader("alg", "ES256").build());
        tokens.put("unknown kid", TokenBuilder.valid("third", FIRST).build());
        tokens.put("no kid", valid().withoutHeader("kid").build());
        tokens.put("kid as a path", TokenBuilder.valid("../keys/first", FIRST).build());
        tokens.put("kid as SQL", TokenBuilder.valid("first' OR '1'='1", FIRST).build());
        tokens.put(
                "jwk",
                valid().withHeader("jwk", STRANGER.jwk("first"))
                        .signedBy(STRANGER)
                        .build());
        tokens.put("jku", valid().withHeader("jku", "http://127.0.0.1:1/keys").build());
        tokens.put("x5u", valid().withHeader("x5u", "http://127.0.0.1:1/keys").build());
        tokens.put("x5c", valid().withHeader("x5c", List.of("MIIB")).build());
        tokens.put("another issuer", valid().withClaim("iss", "dragonpas").build());
        tokens.put("no issuer", valid().withoutClaim("iss").build());
        tokens.put("expired", valid().withTime("exp", now.minusSeconds(120)).build());
        tokens.put(
                "not yet valid", valid().withTime("nbf", now.plusSeconds(120)).build());
        tokens.put(
                "issued in the future",
                valid().withTime("iat", now.plusSeconds(120)).build());
        tokens.put("signature of a stranger", valid().signedBy(STRANGER).build());
        tokens.put(
                "signature over another token",
                valid().withClaim("jti", "x").unsigned() + good.substring(good.lastIndexOf('.')));
        tokens.put("no signature", valid().unsigned() + ".");
        tokens.put("two in one header", good + ", " + good);
        tokens.put("oversized", valid().withClaim("pad", "a".repeat(9_000)).build());
        tokens.put("no token at all", "let me in");

        String body = null;
        for (Map.Entry<String, String> token : tokens.entrySet()) {
            HttpResponse<String> answer = push("refused", "Bearer " + token.getValue());
            assertThat(answer.statusCode()).as(token.getKey()).isEqualTo(401);
            assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
            body = body == null ? answer.body() : body;
            assertThat(answer.body()).as(token.getKey()).isEqualTo(body);
        }
        assertThat(push("refused").statusCode()).as("none").isEqualTo(401);
        assertThat(push("refused", "Bearer " + good, "Bearer " + good).statusCode())
                .as("two headers")
                .isEqualTo(401);
        assertThat(product.push("/dragonpass/push?Authorization=" + good, "{}", List.of())
                        .statusCode())
                .as("in the query")
                .isEqualTo(401);
        assertThat(product.observe("/observe/metrics").body())
                .contains("dragonpass_tokens_rejected_total")
                .contains("reason=\"algorithm\"")
                .contains("reason=\"unknown-key\"")
                .contains("reason=\"expired\"");
        assertThat(product.console()).contains("Refused a push without a valid token: unknown-key (kid third)");
    }

    @Test
    @Order(3)
    void shouldSeeKeysThatComeAndGoWithinSeconds() throws IOException {
        String third = TokenBuilder.valid("third", STRANGER).build();
        assertThat(push("third", "Bearer " + third).statusCode()).isEqualTo(401);

        Files.writeString(keys.resolve("broken.pem"), "-----BEGIN PUBLIC KEY-----\nnothing\n");
        Files.writeString(keys.resolve("third.pem"), STRANGER.publicPem());
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(push("third", "Bearer " + third).statusCode())
                        .isEqualTo(200));
        assertThat(push("after", "Bearer " + valid().build()).statusCode())
                .as("a broken file leaves the good ones alone")
                .isEqualTo(200);

        Files.delete(keys.resolve("third.pem"));
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(push("third", "Bearer " + third).statusCode())
                        .isEqualTo(401));
        assertThat(product.console()).contains("broken");
    }

    @Test
    @Order(4)
    void shouldLeaveNoTraceOfWhatWasRefused() {
        product.terminate();

        assertThat(product.tables().queryForList("SELECT DISTINCT batch_id FROM push_message", String.class))
                .doesNotContain("refused")
                .contains("first", "second", "bare", "third", "after");
        assertThat(product.tables().queryForObject("SELECT count(*) FROM quarantine", Long.class))
                .isZero();
        assertThat(product.console()).doesNotContain("eyJ");
    }

    @Test
    @Order(5)
    void shouldRefuseToStartWithoutAUsableKey(@TempDir Path elsewhere) throws IOException {
        Files.createDirectories(elsewhere.resolve("config/keys"));
        Files.writeString(elsewhere.resolve("config/keys/private.pem"), FIRST.privatePem());
        try (StandaloneProcess fails = new StandaloneProcess(elsewhere, StandaloneProcess.packagedJar())) {
            fails.launch(Map.of("push.auth", "jwt"), List.of());

            assertThat(fails.exitCode(Duration.ofSeconds(20))).isEqualTo(1);
            assertThat(fails.console())
                    .contains("Cannot start: push.jwt.keys: there is no usable public key")
                    .doesNotContain(FIRST.privatePem().substring(60, 100));
        }
    }

    @Test
    @Order(6)
    void shouldRefuseAPrivateKeyThatEverybodyMayRead(@TempDir Path elsewhere) throws IOException {
        Path key = Files.writeString(elsewhere.resolve("key.pem"), FIRST.privatePem());
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        Map<String, String> settings = Map.of(
                "dragonpass.api.auth", "rs256",
                "dragonpass.api.issuer", "client",
                "dragonpass.api.private-key", key.toString());
        try (StandaloneProcess fails = new StandaloneProcess(elsewhere, StandaloneProcess.packagedJar())) {
            fails.launch(settings, List.of());

            assertThat(fails.exitCode(Duration.ofSeconds(20))).isEqualTo(1);
            assertThat(fails.console())
                    .contains("Cannot start: dragonpass.api.private-key: ")
                    .contains("chmod 600");
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private static String hs256WithPublicKey() throws GeneralSecurityException {
        String unsigned = valid().withHeader("alg", "HS256").unsigned();
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(FIRST.publicPem().getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return unsigned + "." + TokenBuilder.base64Url(mac.doFinal(unsigned.getBytes(StandardCharsets.UTF_8)));
    }
}
