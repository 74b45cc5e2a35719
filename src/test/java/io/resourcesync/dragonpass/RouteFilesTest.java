package io.resourcesync.dragonpass;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.resourcesync.dragonpass.batch.Durations;
import io.resourcesync.dragonpass.testing.RouteFile;
import io.resourcesync.dragonpass.testing.RouteFile.Endpoint;
import io.resourcesync.dragonpass.testing.RouteFile.Step;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every file in {@code routes/} keeps to, so that the folder can be read, edited and looked at in an editor. */
class RouteFilesTest {

    private static final List<RouteFile> PRODUCT = RouteFile.in(Path.of("routes"));
    private static final List<RouteFile> DEMO = RouteFile.in(Path.of("routes/demo"));

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]+)}}");
    private static final Properties PROPERTIES = properties("application.properties", "application-demo.properties");

    private static final CamelCatalog CATALOG = new DefaultCamelCatalog(true);
    private static final JsonNode SCHEMA = schema();
    private static final JsonSchema CANONICAL = validator(canonical(SCHEMA.deepCopy()));

    static List<RouteFile> files() {
        return Stream.concat(PRODUCT.stream(), DEMO.stream()).toList();
    }

    static List<RouteFile> routes() {
        return files().stream().filter(RouteFile::isRoute).toList();
    }

    // --- One route a file ---------------------------------------------------------------------------

    @Test
    void shouldBeThere() {
        assertThat(PRODUCT).hasSizeGreaterThan(20);
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldHoldOneRouteOrConfigurationNamedLikeItsFile(RouteFile file) {
        assertThat(file.root()).hasSize(1);
        assertThat(file.definition().path("id").asText()).isEqualTo(file.name());
    }

    @ParameterizedTest
    @MethodSource("routes")
    void shouldBeCalledByTheNameOfItsFile(RouteFile route) {
        if (Set.of("direct", "seda").contains(route.from().scheme())) {
            assertThat(route.from().name()).isEqualTo(route.name());
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldSayWhatItIsFor(RouteFile file) {
        assertThat(file.definition().path("description").asText()).matches("(?s)[A-Z].*\\.");
    }

    /** A timer waits by the clock of the machine, and so for as long as that was set back; a scheduler does not. */
    @ParameterizedTest
    @MethodSource("routes")
    void shouldNotStopWhenTheClockIsSetBack(RouteFile route) {
        assertThat(route.from().scheme()).isNotEqualTo("timer");
    }

    @Test
    void shouldHoldNothingButRoutesAndStatements() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of("routes"))) {
            assertThat(all.filter(Files::isRegularFile).map(Path::toString))
                    .allMatch(path ->
                            path.matches("routes/(demo/)?[a-z-]+\\.camel\\.yaml|routes/(demo/)?sql/[a-z-]+\\.sql"));
        }
    }

    // --- What calls what ----------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("files")
    void shouldCallOnlyRoutesThatExist(RouteFile file) {
        Set<String> existing =
                routes().stream().map(route -> route.from().toString()).collect(Collectors.toSet());

        assertThat(called(file)).isSubsetOf(existing);
    }

    @Test
    void shouldNotDependOnTheDemo() {
        Set<String> demo = DEMO.stream()
                .filter(RouteFile::isRoute)
                .map(route -> route.from().toString())
                .collect(Collectors.toSet());

        assertThat(PRODUCT.stream().flatMap(file -> called(file).stream())).noneMatch(demo::contains);
    }

    @Test
    void shouldAllBeCalledOrStartByThemselves() {
        Set<String> called =
                files().stream().flatMap(file -> called(file).stream()).collect(Collectors.toSet());
        // From Java: the cache of the API's tokens, and the writer of pushes.
        called.add("direct:request-token");
        called.add("direct:write-group");

        assertThat(routes())
                .extracting(route -> route.from().toString())
                .filteredOn(from -> from.startsWith("direct:") || from.startsWith("seda:"))
                .allMatch(called::contains);
    }

    private static Set<String> called(RouteFile file) {
        return file.steps().stream()
                .filter(Step::isSending)
                .map(step -> step.endpoint().toString())
                .filter(name -> name.startsWith("direct:") || name.startsWith("seda:"))
                .collect(Collectors.toSet());
    }

    // --- What happens when something goes wrong -----------------------------------------------------

    @ParameterizedTest
    @MethodSource("routes")
    void shouldNameAConfigurationThatExists(RouteFile route) {
        String configuration = route.definition().path("routeConfigurationId").textValue();

        if (configuration != null) {
            assertThat(files()).anyMatch(file -> !file.isRoute() && file.name().equals(configuration));
        }
    }

    @ParameterizedTest
    @MethodSource("routes")
    void shouldNotStartByItselfWithoutAConfiguration(RouteFile route) {
        if (!route.from().scheme().equals("direct")) {
            assertThat(route.definition().has("routeConfigurationId")).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("routes")
    void shouldHandleErrorsOrBeCalledByWhatDoes(RouteFile route) {
        if (!handlesErrors(route)) {
            List<RouteFile> callers = files().stream()
                    .filter(file -> called(file).contains(route.from().toString()))
                    .toList();

            assertThat(callers).isNotEmpty().allMatch(caller -> !caller.isRoute() || handlesErrors(caller));
        }
    }

    private static boolean handlesErrors(RouteFile route) {
        return route.definition().has("routeConfigurationId")
                || route.definition().has("errorHandler");
    }

    /** A transaction rolls back by the exception, which an error handler would take from it. */
    @ParameterizedTest
    @MethodSource("routes")
    void shouldLeaveErrorsInATransactionToTheCaller(RouteFile route) {
        if (route.steps().stream().anyMatch(step -> step.eip().equals("transacted"))) {
            assertThat(route.definition().at("/errorHandler").has("noErrorHandler"))
                    .isTrue();
        }
    }

    // --- Ids ----------------------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("files")
    void shouldGiveAnIdToEveryStepThatTalksToSomethingOutside(RouteFile file) {
        assertThat(file.steps())
                .filteredOn(step -> step.isSending() || step.eip().equals("aggregate"))
                .allMatch(step -> step.id() != null);
    }

    @Test
    void shouldGiveEachIdOnce() {
        Map<String, List<String>> files = new TreeMap<>();
        for (RouteFile file : files()) {
            file.steps().stream().map(Step::id).filter(Objects::nonNull).forEach(id -> files.computeIfAbsent(
                            id, i -> new ArrayList<>())
                    .add(file.name()));
        }

        assertThat(files).allSatisfy((id, names) -> assertThat(names).hasSize(1));
    }

    // --- Statements and settings --------------------------------------------------------------------

    @Test
    void shouldUseEveryStatementAndNameNoOther() throws IOException {
        Set<String> named = new TreeSet<>();
        for (RouteFile file : files()) {
            file.steps().stream()
                    .filter(step -> step.endpoint().scheme().equals("sql"))
                    .map(step -> step.endpoint().parameters().get("query"))
                    .forEach(query -> {
                        assertThat(query).matches("(\\{\\{sql\\.base}}|classpath:routes/demo/sql)/.*");
                        named.add(query.replace("{{sql.base}}", "routes/sql").replace("classpath:", ""));
                    });
        }

        try (Stream<Path> statements =
                Stream.concat(Files.list(Path.of("routes/sql")), Files.list(Path.of("routes/demo/sql")))) {
            assertThat(statements.map(Path::toString)).containsExactlyInAnyOrderElementsOf(named);
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldUseOnlyPropertiesWithADefault(RouteFile file) {
        Set<String> used =
                PLACEHOLDER.matcher(file.text()).results().map(m -> m.group(1)).collect(Collectors.toSet());

        assertThat(PROPERTIES.stringPropertyNames()).containsAll(used);
    }

    // --- Camel's own rules --------------------------------------------------------------------------

    @ParameterizedTest
    @MethodSource("files")
    void shouldBeValidByCamelsSchemaInItsCanonicalForm(RouteFile file) {
        assertThat(CANONICAL.validate(file.text(), InputFormat.YAML)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("files")
    void shouldUseOnlyOptionsThatAnEndpointHas(RouteFile file) {
        assertThat(endpointErrors(file)).as(file.name()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{to: {uri: direct, parameters: {name: b}, pattern: InOnly}}",
                "{setBody: {expression: {simple: {expression: b}}}}"
            })
    void shouldTakeAStepInTheCanonicalForm(String step) {
        assertThat(schemaErrors(step)).isEmpty();
    }

    /** The rules above are worth nothing when they let everything through. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "an unknown EIP           | {send: {uri: direct, parameters: {name: b}}}",
                "an unknown option        | {to: {uri: direct, patern: InOnly}}",
                "a value that is none     | {to: {uri: direct, pattern: InAndOut}}",
                "a switch that is none    | {to: {uri: direct, disabled: perhaps}}",
                "no endpoint              | {to: {parameters: {name: b}}}",
                "an endpoint as text      | {to: 'direct:b'}",
                "an expression as text    | {setBody: {expression: {simple: b}}}",
                "an expression unnamed    | {setBody: {simple: {expression: b}}}",
                "an unknown language      | {setBody: {expression: {sinple: {expression: b}}}}",
                "two languages            | {setBody: {expression: {simple: {expression: b}, constant: {expression: b}}}}",
                "two EIPs in one step     | {log: {message: b}, stop: {}}",
                "a deprecated option      | {split: {expression: {simple: {expression: b}}, parallelAggregate: true}}"
            })
    void shouldRefuseABrokenStep(String defect, String step) {
        assertThat(schemaErrors(step)).as(defect).isNotEmpty();
    }

    private static Set<ValidationMessage> schemaErrors(String step) {
        String route = "[{route: {id: a, from: {uri: direct, parameters: {name: a}, steps: [" + step + "]}}}]";
        return CANONICAL.validate(route, InputFormat.YAML);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "an unknown option           | name: b, discardWhenFul: true",
                "a number that is none       | name: b, size: many",
                "a switch that is none       | name: b, discardWhenFull: perhaps",
                "an option for a from        | name: b, concurrentConsumers: 2",
                "no name                     | size: 1"
            })
    void shouldRefuseABrokenEndpoint(String defect, String parameters) throws IOException {
        RouteFile broken = RouteFile.of(
                "a",
                "[{route: {id: a, from: {uri: direct, parameters: {name: a}, steps: "
                        + "[{to: {uri: seda, parameters: {" + parameters + "}}}]}}}]");

        assertThat(endpointErrors(broken)).as(defect).hasSize(1);
    }

    private static List<String> endpointErrors(RouteFile file) {
        List<String> errors = new ArrayList<>();
        if (file.isRoute()) {
            check(file.from(), true, errors);
        }
        file.steps().stream().filter(Step::isSending).forEach(step -> check(step.endpoint(), false, errors));
        return errors;
    }

    private static void check(Endpoint endpoint, boolean consumer, List<String> errors) {
        assertThat(endpoint.uri()).doesNotContain("?");
        try {
            String uri = resolved(endpoint.uri());
            String scheme = uri.contains(":") ? uri.substring(0, uri.indexOf(':')) : uri;
            Map<String, String> properties =
                    new HashMap<>(uri.contains(":") ? CATALOG.endpointProperties(uri) : Map.of());
            endpoint.parameters().forEach((name, value) -> properties.put(name, value(scheme, name, resolved(value))));
            EndpointValidationResult result = CATALOG.validateEndpointProperties(
                    CATALOG.asEndpointUri(scheme, properties, true), true, consumer, !consumer);
            if (!result.isSuccess() || result.hasWarnings()) {
                errors.add(endpoint + ": " + result.summaryErrorMessage(true));
            }
        } catch (URISyntaxException | IllegalArgumentException e) {
            errors.add(endpoint + ": " + e.getMessage());
        }
    }

    /** The catalog holds the times of a scheduler for numbers; Camel reads durations there, too. */
    private static String value(String scheme, String name, String text) {
        return scheme.equals("scheduler") && Set.of("initialDelay", "delay").contains(name)
                ? String.valueOf(Durations.parse(text).toMillis())
                : text;
    }

    private static String resolved(String text) {
        Matcher placeholder = PLACEHOLDER.matcher(text);
        return placeholder.find()
                ? resolved(placeholder.replaceFirst(
                        Matcher.quoteReplacement(PROPERTIES.getProperty(placeholder.group(1), "unknown"))))
                : text;
    }

    // --- The schema ---------------------------------------------------------------------------------

    private static JsonNode schema() {
        try (InputStream in = RouteFilesTest.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonSchema validator(JsonNode schema) {
        return JsonSchemaFactory.getInstance(VersionFlag.V4).getSchema(schema);
    }

    /**
     * Takes out of Camel's schema what is short for something else, as Camel 4.18 ships no schema of the
     * canonical form: text in place of an object, and an expression without the word {@code expression};
     * and what is deprecated.
     */
    private static JsonNode canonical(JsonNode schema) {
        if (schema instanceof ObjectNode node) {
            node.properties().removeIf(keyword -> keyword.getKey().equals("deprecated"));
            JsonNode alternatives = node.path("oneOf");
            if (alternatives.size() == 2
                    && alternatives.at("/0/type").asText().equals("string")
                    && alternatives.at("/1/type").asText().equals("object")) {
                node.remove("oneOf");
                node.setAll((ObjectNode) alternatives.get(1));
            }
            if (node.path("properties") instanceof ObjectNode options) {
                boolean hasExpression = options.has("expression");
                options.properties().removeIf(option -> {
                    boolean language =
                            option.getValue().isEmpty() && !option.getKey().equals("expression");
                    return (hasExpression && language) || option.getValue().has("deprecated");
                });
            }
        }
        schema.forEach(RouteFilesTest::canonical);
        return schema;
    }

    private static Properties properties(String... names) {
        Properties properties = new Properties();
        for (String name : names) {
            try (InputStream in = RouteFilesTest.class.getResourceAsStream("/config/" + name)) {
                properties.load(in);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return properties;
    }
}
