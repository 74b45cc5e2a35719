package io.resourcesync.dragonpass.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the command line asks for: {@code --name value}, and presets that stand for several of these. */
final class Options {

    /** In the order in which they take turns. */
    static final List<String> CONTENDERS = List.of("A", "A2", "B", "C-open", "C-complete", "D", "E");

    private static final Map<String, String> DEFAULTS = new LinkedHashMap<>();

    static {
        DEFAULTS.put("databases", "hsqldb,postgresql");
        DEFAULTS.put("contenders", String.join(",", CONTENDERS));
        DEFAULTS.put("connections", "1,16,64");
        DEFAULTS.put("batches", "1,20,200");
        DEFAULTS.put("rounds", "5");
        DEFAULTS.put("seconds", "5");
        DEFAULTS.put("warm-up", "60");
        DEFAULTS.put("drain", "60");
        DEFAULTS.put("output", "target/bench");
        DEFAULTS.put("jar", "");
        DEFAULTS.put("jvm", "");
    }

    private static final Map<String, String> QUICK = Map.of(
            "connections", "16,64",
            "batches", "20",
            "rounds", "3",
            "seconds", "3",
            "warm-up", "10",
            "drain", "10");

    private final Map<String, String> values = new LinkedHashMap<>(DEFAULTS);

    private Options() {}

    /**
     * @throws IllegalArgumentException for an option that is not there
     */
    static Options parse(String... arguments) {
        Options options = new Options();
        if (Arrays.asList(arguments).contains("--quick")) {
            options.values.putAll(QUICK);
        }
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--quick")) {
                continue;
            }
            String name = arguments[i].replaceFirst("^--", "");
            if (!DEFAULTS.containsKey(name) || i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + " is no option with a value: " + DEFAULTS);
            }
            options.values.put(name, arguments[++i]);
        }
        return options;
    }

    List<String> databases() {
        return list("databases");
    }

    List<String> contenders() {
        List<String> wanted = list("contenders");
        return CONTENDERS.stream().filter(wanted::contains).toList();
    }

    List<Integer> connections() {
        return list("connections").stream().map(Integer::valueOf).toList();
    }

    List<Integer> batchSizes() {
        return list("batches").stream().map(Integer::valueOf).toList();
    }

    int rounds() {
        return Integer.parseInt(values.get("rounds"));
    }

    /** Of one contender's turn in a round. */
    double seconds() {
        return Double.parseDouble(values.get("seconds"));
    }

    /** Seconds of load on each contender before its first round. */
    double warmUp() {
        return Double.parseDouble(values.get("warm-up"));
    }

    /** Seconds to wait at most, after the last round, for what is to be applied. */
    double drain() {
        return Double.parseDouble(values.get("drain"));
    }

    Path output() {
        return Path.of(values.get("output"));
    }

    /** Further options of the product's JVM. */
    List<String> jvm() {
        return Stream.of(values.get("jvm").split(" ")).filter(s -> !s.isEmpty()).toList();
    }

    /** The packaged jar that is measured. */
    Path jar() throws IOException {
        if (!values.get("jar").isEmpty()) {
            return Path.of(values.get("jar"));
        }
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(file -> file.getFileName().toString().endsWith("-standalone.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("there is no jar yet: mvn package makes it"));
        }
    }

    private List<String> list(String name) {
        return Stream.of(values.get(name).split(",")).filter(s -> !s.isEmpty()).toList();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
