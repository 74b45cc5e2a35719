package io.resourcesync.dragonpass;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import io.resourcesync.dragonpass.testing.PushBuilder;
import io.resourcesync.dragonpass.testing.RsaPair;
import io.resourcesync.dragonpass.testing.StandaloneProcess;
import io.resourcesync.dragonpass.testing.TokenBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar with marked secrets, through failures: nothing that it writes or answers shows one. */
class SecretsIT {

    private static final String SECRET = "marked-secret-0123456789abcdef-do-not-show";
    private static final String API_TOKEN = "marked-token-of-the-api";
    private static final String DB_PASSWORD = "marked-password-of-the-database";
    private static final RsaPair PAIR = RsaPair.generate();

    @RegisterExtension
    static WireMockExtension dragonpass = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .build();

    @Test
    void shouldShowNoSecretWhateverFails(@TempDir Path folder) throws IOException {
        Path keys = Files.createDirectories(folder.resolve("config/keys"));
        Files.writeString(keys.resolve("first.pem"), PAIR.publicPem());
        String good = TokenBuilder.valid("first", PAIR).build();
        String forged = good.substring(0, good.length() - 8) + "AAAAAAAA";
        StringBuilder seen = new StringBuilder();
        try (StandaloneProcess product = new StandaloneProcess(folder, StandaloneProcess.packagedJar())) {
            product.start(
                    Map.of(
                            "push.auth", "jwt",
                            "dragonpass.api.auth", "token",
                            "dragonpass.api.client-id", "client",
                            "dragonpass.api.secret", SECRET,
                            "dragonpass.api.url", dragonpass.baseUrl() + "/api",
                            "db.password", DB_PASSWORD,
                            "batch.timeout", "1s",
                            "batch.sweep", "100ms",
                            "recovery.backoff.initial", "1s",
                            "recovery.backoff.max", "1s"),
                    "-DLOG_LEVEL=DEBUG",
                    "-Dcamel.resilience4j.waitDurationInOpenState=1");
            seen.append(product.push("{", List.of("Bearer " + good)).body());
            seen.append(product.push("{}", List.of("Bearer " + forged)).body());
            seen.append(product.push("{\"eventType\":\"" + "x".repeat(100) + "\"}", List.of("Bearer " + good))
                    .body());
            seen.append(product.push(PushBuilder.metadata("N1").sequence(1, 2).json(), List.of("Bearer " + good))
                    .body());

            dragonpass.stubFor(post(urlPathEqualTo("/api/v2/auth/token"))
                    .willReturn(aResponse().withStatus(500).withBody(SECRET)));
            awaitOutcome(product, "no-token");
            dragonpass.stubFor(post(urlPathEqualTo("/api/v2/auth/token"))
                    .willReturn(aResponse().withBody("{\"token\":\"" + API_TOKEN + "\"}")));
            awaitOutcome(product, "http-404");
            dragonpass.stubFor(
                    get(urlPathEqualTo("/api/v2/event")).willReturn(aResponse().withStatus(401)));
            awaitOutcome(product, "http-401");

            for (String path : List.of("/observe/health", "/observe/metrics", "/observe/quarantine")) {
                seen.append(product.observe(path).body());
            }
            product.terminate();
            seen.append(product.console());
        }
        assertThat(seen.toString())
                .doesNotContain(SECRET, API_TOKEN, DB_PASSWORD, good, forged, good.substring(good.lastIndexOf('.') + 1))
                .contains("DEBUG");
    }

    @Test
    void shouldShowNoSecretWhenItCannotStart(@TempDir Path folder) {
        Map<String, String> settings = Map.of(
                "db.url", "jdbc:hsqldb:file:/proc/no/such/folder/db",
                "db.password", DB_PASSWORD,
                "dragonpass.api.auth", "hs256",
                "dragonpass.api.issuer", "client",
                "dragonpass.api.secret", SECRET);
        try (StandaloneProcess product = new StandaloneProcess(folder, StandaloneProcess.packagedJar())) {
            product.launch(settings, List.of("-DLOG_LEVEL=DEBUG"));

            assertThat(product.exitCode(Duration.ofSeconds(30))).isEqualTo(1);
            assertThat(product.console()).contains("Cannot start").doesNotContain(SECRET, DB_PASSWORD);
        }
    }

    private static void awaitOutcome(StandaloneProcess product, String outcome) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() ->
                        assertThat(product.observe("/observe/metrics").body()).contains("outcome=\"" + outcome + "\""));
    }
}
