package io.resourcesync.dragonpass.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A file in {@code routes/}, looked at as YAML.
 *
 * @param name the file's name without {@code .camel.yaml}
 * @param text the file
 * @param root the file, parsed
 */
public record RouteFile(String name, String text, JsonNode root) {

    private static final String SUFFIX = ".camel.yaml";
    private static final YAMLMapper YAML = new YAMLMapper();

    /** EIPs that send to, or fetch from, an endpoint. */
    private static final Set<String> SENDING = Set.of("to", "toD", "wireTap", "poll", "pollEnrich", "enrich");

    /** One EIP of a route, such as {@code to}, and what stands under it. */
    public record Step(String eip, JsonNode options) {

        public String id() {
            return options.path("id").textValue();
        }

        /** Whether it talks to something outside of its route. */
        public boolean isSending() {
            return SENDING.contains(eip);
        }

        public Endpoint endpoint() {
            return new Endpoint(options);
        }
    }

    /** An endpoint, as {@code uri} and {@code parameters}. */
    public record Endpoint(JsonNode options) {

        public String uri() {
            return options.path("uri").asText();
        }

        public String scheme() {
            int colon = uri().indexOf(':');
            return colon < 0 ? uri() : uri().substring(0, colon);
        }

        /** The name of a {@code direct:} or {@code seda:} endpoint, wherever it stands. */
        public String name() {
            return uri().contains(":")
                    ? uri().substring(uri().indexOf(':') + 1)
                    : options.at("/parameters/name").asText();
        }

        public Map<String, String> parameters() {
            Map<String, String> parameters = new HashMap<>();
            options.path("parameters")
                    .properties()
                    .forEach(e -> parameters.put(e.getKey(), e.getValue().asText()));
            return parameters;
        }

        @Override
        public String toString() {
            return scheme() + ":" + name();
        }
    }

    /** The files of a folder such as {@code routes} or {@code routes/demo}; none when it is not there. */
    public static List<RouteFile> in(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(SUFFIX))
                    .sorted()
                    .map(RouteFile::read)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RouteFile read(Path file) {
        try {
            String name = file.getFileName().toString();
            return of(name.substring(0, name.length() - SUFFIX.length()), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static RouteFile of(String name, String text) throws IOException {
        return new RouteFile(name, text, YAML.readTree(text));
    }

    public boolean isRoute() {
        return root.at("/0").has("route");
    }

    /** What stands under {@code route} or {@code routeConfiguration}. */
    public JsonNode definition() {
        return root.at(isRoute() ? "/0/route" : "/0/routeConfiguration");
    }

    /** Where the route begins; of a route only. */
    public Endpoint from() {
        return new Endpoint(definition().get("from"));
    }

    /** Every EIP, however deep. */
    public List<Step> steps() {
        List<Step> steps = new ArrayList<>();
        collect(root, steps);
        return steps;
    }

    private static void collect(JsonNode node, List<Step> steps) {
        if (node.isArray()) {
            node.forEach(item -> collect(item, steps));
        }
        node.properties().forEach(field -> {
            if (field.getKey().equals("parameters")) {
                return;
            }
            if (field.getValue().isObject()) {
                steps.add(new Step(field.getKey(), field.getValue()));
            }
            collect(field.getValue(), steps);
        });
    }

    @Override
    public String toString() {
        return name;
    }
}
