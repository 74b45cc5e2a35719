package io.resourcesync.dragonpass;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.Scenario;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.resourcesync.dragonpass.testing.PushBuilder;
import io.resourcesync.dragonpass.testing.SyncApp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeSendingEvent;
import org.apache.camel.support.SimpleEventNotifierSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Whoever is outside, a sender, an operator or the API, puts headers and parameters into what it sends
 * that Camel's components or the statements would act on. Route by route nothing of them is there any
 * more when a step is taken, and the tables are those of a run without them.
 */
class HostileHeadersTest {

    private static final String HOSTILE = "hostile";

    private static final List<String> NAMES = List.of(
            "CamelSqlQuery",
            "CamelSqlParameters",
            "CamelSqlRetrieveGeneratedKeys",
            "CamelHttpUri",
            "CamelHttpPath",
            "CamelHttpQuery",
            "CamelHttpMethod",
            "CamelHttpResponseText",
            "CamelFileName",
            "CamelBeanMethodName",
            "CamelMetricsName",
            "camelsqlquery",
            "camelhttpuri",
            "programId",
            "eventType",
            "batchId",
            "sequence",
            "totalSequence",
            "payload",
            "source",
            "missing",
            "windowSeconds",
            "timeoutSeconds",
            "recoverable",
            "jitter",
            "error",
            "retentionDays",
            "maxRows",
            "payloadHash",
            "quarantineId",
            "record",
            "outcome");

    /** Schedulers start them, and no exchange from outside ever comes to them. */
    private static final Set<String> FROM_WITHIN =
            Set.of("sweep-batches", "purge-expired", "purge-batch", "trim-quarantine", "watch-database", "drain-spool");

    @RegisterExtension
    static WireMockExtension dragonpass = WireMockExtension.newInstance()
            .options(wireMockConfig().dynamicPort())
            .configureStaticDsl(true)
            .build();

    /** What each step is given, and which routes are passed. */
    private static final class Witness extends SimpleEventNotifierSupport {

        private final Set<String> routes = new ConcurrentSkipListSet<>();
        private final Set<String> found = new ConcurrentSkipListSet<>();

        Witness() {
            setIgnoreExchangeEvents(false);
            setIgnoreExchangeSendingEvents(false);
        }

        @Override
        public void notify(CamelEvent event) {
            if (event instanceof ExchangeSendingEvent sending) {
                String to = sending.getEndpoint().getEndpointUri();
                routes.add(String.valueOf(sending.getExchange().getFromRouteId()));
                routes.add(to.replaceAll("^(direct|seda)://([^?]*).*", "$2"));
                hostile(sending.getExchange()).forEach(name -> found.add(to + " is given " + name));
            }
        }

        private static Stream<String> hostile(Exchange exchange) {
            return exchange.getMessage().getHeaders().entrySet().stream()
                    .filter(header -> String.valueOf(header.getValue()).contains(HOSTILE))
                    .map(Map.Entry::getKey);
        }
    }

    @Test
    void shouldChangeNothingOnAnyRoute() throws IOException {
        Map<String, List<Map<String, Object>>> clean = run(false, new Witness());
        Witness witness = new Witness();

        Map<String, List<Map<String, Object>>> hostile = run(true, witness);

        assertThat(hostile).isEqualTo(clean);
        assertThat(witness.found).isEmpty();
        Set<String> missed = routes();
        missed.removeAll(witness.routes);
        missed.removeAll(FROM_WITHIN);
        assertThat(missed).as("routes that no exchange came to").isEmpty();
    }

    private static Set<String> routes() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(file -> !isConfiguration(file))
                    .map(file -> file.getFileName().toString().replace(".camel.yaml", ""))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static boolean isConfiguration(Path file) {
        try {
            return Files.readString(file).startsWith("- routeConfiguration:");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Everything that can be done from outside, once; returns what the tables hold then. */
    private static Map<String, List<Map<String, Object>>> run(boolean hostile, Witness witness) {
        dragonpass.resetAll();
        dragonpass.stubFor(post(urlPathEqualTo("/v2/auth/token"))
                .willReturn(answer(hostile).withBody("{\"code\":0,\"data\":{\"token\":\"t\",\"expiresIn\":3600}}")));
        // Refused at first, so that the token is renewed and the call made again.
        dragonpass.stubFor(get(urlPathEqualTo("/v2/event"))
                .inScenario("recovery")
                .whenScenarioStateIs(Scenario.STARTED)
                .willSetStateTo("renewed")
                .willReturn(answer(hostile).withStatus(401)));
        dragonpass.stubFor(get(urlPathEqualTo("/v2/event"))
                .inScenario("recovery")
                .whenScenarioStateIs("renewed")
                .willReturn(answer(hostile)
                        .withBody("["
                                + PushBuilder.metadata("N2")
                                        .batch("recovered")
                                        .sequence(2, 2)
                                        .json()
                                + "]")));
        try (SyncApp app = SyncApp.start(Map.of(
                "dragonpass.api.url", "http://localhost:" + dragonpass.getPort(),
                "dragonpass.api.auth", "token",
                "dragonpass.api.client-id", "id",
                "dragonpass.api.secret", "secret",
                "batch.timeout", "1s",
                "spool.drain", "100ms",
                "db.watch", "1s"))) {
            witness.start();
            app.context().getManagementStrategy().addEventNotifier(witness);

            assertStatus(
                    200,
                    push(app, hostile, PushBuilder.hubs("A1").sequence(1, 1).json()));
            assertStatus(
                    200,
                    push(
                            app,
                            hostile,
                            PushBuilder.metadata("N1")
                                    .batch("recovered")
                                    .sequence(1, 2)
                                    .json()));
            assertStatus(
                    200,
                    push(
                            app,
                            hostile,
                            PushBuilder.availability(List.of("N3"), List.of("N4"))
                                    .sequence(1, 2)
                                    .json()));
            assertStatus(400, push(app, hostile, "no json"));
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(app.query("SELECT status FROM push_batch WHERE status <> 'OPEN'"))
                            .hasSize(3));
            app.context()
                    .getRegistry()
                    .lookupByNameAndType("databaseBreaker", CircuitBreaker.class)
                    .transitionToForcedOpenState();
            assertStatus(
                    200,
                    push(
                            app,
                            hostile,
                            PushBuilder.metadata("N5")
                                    .batch("spooled")
                                    .sequence(1, 1)
                                    .json()));
            await().untilAsserted(() -> assertThat(app.query(
                            "SELECT status FROM push_batch WHERE batch_id = 'spooled' AND status = 'APPLIED'"))
                    .hasSize(1));

            assertStatus(200, manage(app, hostile, "GET", "/observe/quarantine"));
            Object id = app.query("SELECT quarantine_id FROM quarantine").get(0).get("quarantine_id");
            assertStatus(200, manage(app, hostile, "GET", "/observe/quarantine/" + id));
            assertStatus(200, manage(app, hostile, "POST", "/observe/quarantine/" + id + "/replay"));
            assertStatus(200, manage(app, hostile, "POST", "/observe/quarantine/replay"));
            failOnce(app);
            assertThat(app.observe("/observe/metrics").body()).doesNotContain(HOSTILE);
            return tables(app);
        }
    }

    /** Work behind the acknowledgement that goes wrong, for the route that reports it. */
    private static void failOnce(SyncApp app) {
        app.jdbc().execute("ALTER TABLE apply_turn RENAME TO out_of_order");
        try {
            push(
                    app,
                    true,
                    PushBuilder.metadata("N6").batch("late").sequence(1, 1).json());
            await().untilAsserted(
                            () -> assertThat(app.observe("/observe/metrics").body())
                                    .containsPattern("dragonpass_failures_total\\{[^}]*route=\"apply-batch\""));
        } finally {
            app.jdbc().execute("ALTER TABLE out_of_order RENAME TO apply_turn");
        }
        await().untilAsserted(() -> assertThat(
                        app.query("SELECT status FROM push_batch WHERE batch_id = 'late' AND status = 'APPLIED'"))
                .hasSize(1));
    }

    private static ResponseDefinitionBuilder answer(boolean hostile) {
        ResponseDefinitionBuilder answer = aResponse();
        if (hostile) {
            NAMES.forEach(name -> answer.withHeader(name, HOSTILE));
        }
        return answer;
    }

    private static HttpResponse<String> push(SyncApp app, boolean hostile, String body) {
        return app.send(with(hostile, app.request("/dragonpass/push" + query(hostile)))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build());
    }

    private static HttpResponse<String> manage(SyncApp app, boolean hostile, String method, String path) {
        URI uri = app.management().resolve(path + query(hostile));
        return app.send(with(hostile, HttpRequest.newBuilder(uri))
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.noBody())
                .build());
    }

    private static HttpRequest.Builder with(boolean hostile, HttpRequest.Builder request) {
        if (hostile) {
            NAMES.forEach(name -> request.header(name, HOSTILE));
        }
        return request;
    }

    private static String query(boolean hostile) {
        return hostile
                ? NAMES.stream().map(name -> name + "=" + HOSTILE).collect(Collectors.joining("&", "?", ""))
                : "";
    }

    private static void assertStatus(int status, HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).doesNotContain(HOSTILE);
        assertThat(answer.headers().map().toString()).doesNotContain(HOSTILE);
    }

    /** But for times, and what depends on how often a scheduler came round. */
    private static Map<String, List<Map<String, Object>>> tables(SyncApp app) {
        Map<String, List<Map<String, Object>>> tables = new HashMap<>();
        for (String query : List.of(
                "SELECT program_id, event_type, batch_id, total_sequence, status, missing, closed_by FROM push_batch ORDER BY 1, 2, 3",
                "SELECT program_id, event_type, batch_id, sequence, payload, source FROM push_message ORDER BY 1, 2, 3, 4",
                "SELECT program_id, module, resource_id, available FROM resource ORDER BY 1, 2, 3",
                "SELECT program_id, transport_hub_id FROM transport_hub ORDER BY 1, 2",
                "SELECT program_id, entity, module, entity_id, change, batch_id, sequence FROM resource_change ORDER BY batch_id, entity_id",
                "SELECT reason, detail, times_seen FROM quarantine ORDER BY 1, 2")) {
            tables.put(query, app.query(query));
        }
        return tables;
    }
}
