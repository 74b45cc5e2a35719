package io.resourcesync.dragonpass.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Measures the product against what it could be and what it could be instead of. */
public final class Bench {

    private final Options options;
    private final Path work;

    private Bench(Options options) throws IOException {
        this.options = options;
        this.work = Files.createDirectories(options.output().toAbsolutePath())
                .resolve("work-" + System.currentTimeMillis());
    }

    /**
     * @param args see {@link Options}
     */
    public static void main(String[] args) throws Exception {
        new Bench(Options.parse(args)).run();
    }

    private void run() throws Exception {
        for (String database : options.databases()) {
            try (Store store = Store.open(database, Files.createDirectories(work.resolve(database)))) {
                for (int connections : options.connections()) {
                    for (int batchSize : options.batchSizes()) {
                        compare(store, new Cell(database, connections, batchSize));
                    }
                }
            }
        }
    }

    private void compare(Store store, Cell cell) throws Exception {
        say("== %s", cell);
        Contenders contenders = new Contenders(
                options, store, work.resolve(cell.database() + "-" + cell.connections() + "-" + cell.batchSize()));
        List<Contender> running = new ArrayList<>();
        try {
            for (String name : options.contenders()) {
                Contender contender = contenders.start(name);
                running.add(contender);
                Turn turn = contender.take(Load.closed(cell, contender.withheld(), options.warmUp()));
                say("%-10s warm-up  %s", name, text(turn));
            }
            for (int round = 1; round <= options.rounds(); round++) {
                for (Contender contender : running) {
                    Turn turn = contender.take(Load.closed(cell, contender.withheld(), options.seconds()));
                    say("%-10s round %d  %s", contender.name(), round, text(turn));
                }
            }
            for (Contender contender : running) {
                Verified verified = contender.finish(Load.closed(cell, contender.withheld(), 0), options.drain());
                say("%-10s %s", contender.name(), verified);
            }
        } finally {
            running.forEach(Contender::close);
        }
    }

    private static String text(Turn turn) {
        Outcome outcome = turn.outcome();
        return String.format(
                Locale.ROOT,
                "%8.0f pushes/s  p50 %6.2f  p99 %6.2f  p99.9 %6.2f ms  CPU s/1000 %.3f + %.3f (load %.3f)  peak RSS %4.0f MiB%s",
                outcome.rate(),
                outcome.p50(),
                outcome.p99(),
                outcome.p999(),
                turn.serverCpuSeconds() / outcome.pushes() * 1000,
                turn.databaseCpuSeconds() / outcome.pushes() * 1000,
                outcome.cpuSeconds() / outcome.pushes() * 1000,
                turn.peakRssMib(),
                outcome.errors() == 0 ? "" : "  ERRORS " + outcome.errors() + ": " + outcome.firstError());
    }

    private static void say(String format, Object... arguments) {
        System.out.printf(Locale.ROOT, format + "%n", arguments);
    }
}
