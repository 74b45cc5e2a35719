package io.resourcesync.dragonpass.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the command line asks for: {@code --name value}, and presets that stand for several of these. */
final class Options {

    /** In the order in which they take turns. */
    static final List<String> CONTENDERS = List.of("A", "A2", "B", "C-open", "C-complete", "D", "E");

    private record Option(String value, String quick, String meaning) {}

    private static final Map<String, Option> ALL = new LinkedHashMap<>();

    static {
        option("databases", "hsqldb,postgresql", null, "");
        option("parts", "rates,visible,linear,startup,end-to-end", null, "what to measure; history only on request");
        option("contenders", "A,A2,B,C-open,C-complete,D,E", null, "in rates; of these E and D in end-to-end");
        option("connections", "1,16,64", "16,64", "in rates: how many pushes are under way at most");
        option("batches", "1,20,200", "20", "in rates: pushes in a batch");
        option("rounds", "5", "3", "of all parts");
        option("seconds", "5", "2", "of one contender's turn in a round");
        option(
                "warm-up",
                "120",
                "5",
                "seconds of load on each contender before its first round, in all parts but startup");
        option("drain", "60", "5", "in rates: seconds to wait at most for what is still to be applied");
        option("pushes", "2000", "500", "in end-to-end and history: pushes in a round");
        option("hold", "120", "10", "in end-to-end: seconds to hold nearly the rate that was found");
        option("hold-share", "0.95", null, "in end-to-end: of that rate, what is to be held");
        option("burst", "5", "2", "in end-to-end: seconds of pushes beyond that rate");
        option("history-pushes", "5000000", "100000", "in history: stored before");
        option("history-changes", "50000000", "1000000", "in history: stored before");
        option("output", "target/bench", null, "folder for the results");
        option("jar", "", null, "the packaged jar; when empty the one in target/");
        option(
                "jvm",
                "-Xms160m -Xmx320m -Xmn112m -XX:SurvivorRatio=3 -XX:MinHeapFreeRatio=70 -XX:+UseSerialGC",
                null,
                "options of the product's JVM, as the README gives them");
        option("keep", "false", null, "whether the folders of the contenders stay, with their logs");
    }

    private static void option(String name, String value, String quick, String meaning) {
        ALL.put(name, new Option(value, quick == null ? value : quick, meaning));
    }

    private final Map<String, String> values = new LinkedHashMap<>();

    private boolean help;

    private Options() {}

    /**
     * @throws IllegalArgumentException for an option that is not there
     */
    static Options parse(String... arguments) {
        Options options = new Options();
        boolean quick = List.of(arguments).contains("--quick");
        ALL.forEach((name, option) -> options.values.put(name, quick ? option.quick : option.value));
        for (int i = 0; i < arguments.length; i++) {
            String name = arguments[i].replaceFirst("^--", "");
            if (name.equals("quick")) {
                continue;
            }
            if (name.equals("help")) {
                options.help = true;
                continue;
            }
            if (!ALL.containsKey(name) || i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + " is no option with a value\n" + help());
            }
            options.values.put(name, arguments[++i]);
        }
        return options;
    }

    /** Every option with its default, and what --quick makes of it. */
    static String help() {
        StringBuilder text = new StringBuilder("--quick: the essential figures, in about a quarter of an hour\n");
        ALL.forEach((name, option) -> text.append("--%s %s%s  %s%n"
                .formatted(
                        name,
                        option.value,
                        option.quick.equals(option.value) ? "" : " (quick: " + option.quick + ")",
                        option.meaning)));
        return text.toString();
    }

    boolean isHelp() {
        return help;
    }

    List<String> parts() {
        return list("parts");
    }

    int pushes() {
        return Integer.parseInt(values.get("pushes"));
    }

    double hold() {
        return Double.parseDouble(values.get("hold"));
    }

    double holdShare() {
        return Double.parseDouble(values.get("hold-share"));
    }

    double burst() {
        return Double.parseDouble(values.get("burst"));
    }

    long historyPushes() {
        return Long.parseLong(values.get("history-pushes"));
    }

    long historyChanges() {
        return Long.parseLong(values.get("history-changes"));
    }

    boolean keep() {
        return Boolean.parseBoolean(values.get("keep"));
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
