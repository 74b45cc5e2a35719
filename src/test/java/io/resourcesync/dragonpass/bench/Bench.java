package io.resourcesync.dragonpass.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Measures the product against the ceilings above it and against what users would write instead, and
 * writes what it found as JSON, as Markdown and as a picture.
 */
public final class Bench {

    private static final String UNFINISHED = "NOT FINISHED; ";

    private final Options options;
    private final Results results = new Results();
    private final Path output;

    private Bench(Options options) throws IOException {
        this.options = options;
        this.output = Files.createDirectories(options.output().toAbsolutePath());
    }

    /**
     * @param args see {@link Options}
     */
    public static void main(String[] args) throws Exception {
        Options options = Options.parse(args);
        if (options.isHelp()) {
            Session.say("%s", Options.help());
            return;
        }
        new Bench(options).run();
    }

    /** @return all that was measured */
    static Results run(String... args) throws Exception {
        Bench bench = new Bench(Options.parse(args));
        bench.run();
        return bench.results;
    }

    private void run() throws Exception {
        Instant begin = Instant.now();
        Path work = Files.createTempDirectory(output, "work-");
        boolean finished = false;
        try {
            for (String database : options.databases()) {
                try (Store store = Store.open(database, Files.createDirectories(work.resolve(database)))) {
                    measure(new Session(options, database, store, work, results));
                }
            }
            finished = true;
        } finally {
            report(begin, finished);
            if (finished && !options.keep()) {
                delete(work);
            }
        }
    }

    private void measure(Session session) throws Exception {
        List<String> parts = options.parts();
        if (parts.contains("rates")) {
            for (int connections : options.connections()) {
                for (int batchSize : options.batchSizes()) {
                    new Rates(session, session.cell(connections, batchSize)).run();
                    // What was measured stays, whatever happens to the rest.
                    results.writeJson(UNFINISHED + options, output.resolve("results.json"));
                }
            }
        }
        if (parts.contains("visible")) {
            new Visible(session).run();
        }
        if (parts.contains("linear")) {
            new Linear(session).run();
        }
        if (parts.contains("startup")) {
            new Startup(session).run();
        }
        if (parts.contains("end-to-end")) {
            new EndToEnd(session).run();
        }
        if (parts.contains("history")) {
            new History(session).run();
        }
    }

    private void report(Instant begin, boolean finished) throws IOException {
        String about = (finished ? "" : UNFINISHED)
                + "%s cores, Java %s, %s, in %d minutes; options: %s"
                        .formatted(
                                Runtime.getRuntime().availableProcessors(),
                                Runtime.version(),
                                begin,
                                Duration.between(begin, Instant.now()).toMinutes(),
                                options);
        results.writeJson(about, output.resolve("results.json"));
        Report.write(results, about, output.resolve("results.md"));
        if (Chart.isDrawnOf(results)) {
            Chart.write(results, output.resolve("rates.svg"));
        }
        Session.say("%n%s", Files.readString(output.resolve("results.md")));
        Session.say("Written to %s", output);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
