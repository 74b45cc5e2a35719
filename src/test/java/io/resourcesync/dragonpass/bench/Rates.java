package io.resourcesync.dragonpass.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How many pushes a second each contender takes at most, how long the product's acknowledgement takes at
 * half of that, and how long a commit of raw JDBC at the same rate. The contenders take turns, so that a
 * drift of the machine hits all alike.
 */
final class Rates {

    /** Begins the names of figures at half of the peak rate. */
    static final String HALF = "at half rate ";

    private static final List<String> FIGURES_AT_HALF = List.of("p50 ms", "p99 ms", "p99.9 ms");

    private final Session session;
    private final Cell cell;
    private final List<Contender> running = new ArrayList<>();

    Rates(Session session, Cell cell) {
        this.session = session;
        this.cell = cell;
    }

    void run() throws IOException {
        Options options = session.options();
        Session.say("%n== Rates: %s", cell);
        Contenders contenders = session.contenders("rates-" + cell.connections() + "x" + cell.batchSize());
        try {
            for (String name : options.contenders()) {
                Contender contender = contenders.start(name);
                running.add(contender);
                say(contender, "warm-up", contender.take(peak(contender, options.warmUp())));
            }
            Machine machine = new Machine(session.work());
            for (int round = 1; round <= options.rounds(); round++) {
                machine.measure(cell, session);
                for (Contender contender : running) {
                    Turn turn = contender.take(peak(contender, options.seconds()));
                    session.results().add(cell, contender.name(), turn);
                    say(contender, "round " + round, turn);
                }
            }
            ratios();
            atHalf();
            for (Contender contender : running) {
                Session.say("%-10s %s", contender.name(), contender.finish(peak(contender, 0), options.drain()));
            }
        } finally {
            running.forEach(Contender::close);
        }
    }

    private void atHalf() throws IOException {
        for (int round = 1; round <= session.options().rounds(); round++) {
            for (Contender contender : running) {
                String ofWhich = contender.name().equals("B") ? "C-open" : contender.name();
                double rate = session.results().median(cell, ofWhich, Results.RATE) / 2;
                if (!ofWhich.startsWith("C") || Double.isNaN(rate)) {
                    continue;
                }
                double seconds = Load.SETTLING_SECONDS + session.options().seconds();
                Turn turn = contender.take(peak(contender, 0).at(rate, seconds));
                say(contender, "half " + round, turn);
                Outcome outcome = turn.outcome();
                double[] values = {outcome.p50(), outcome.p99(), outcome.p999()};
                for (int i = 0; i < values.length; i++) {
                    session.results().add(cell, contender.name(), HALF + FIGURES_AT_HALF.get(i), values[i]);
                }
            }
        }
    }

    private void ratios() {
        for (String product : List.of("C-open", "C-complete")) {
            for (String other : List.of("A", "A2", "B", "D")) {
                session.results().addRatio(cell, product, other, Results.RATE);
                double ratio = session.results().median(cell, product + "/" + other, Results.RATE);
                if (!Double.isNaN(ratio)) {
                    Session.say("%s/%s: %.2f", product, other, ratio);
                }
            }
        }
    }

    private Load peak(Contender contender, double seconds) {
        return Load.closed(cell, contender.withheld(), seconds);
    }

    private static void say(Contender contender, String what, Turn turn) {
        Session.say("%-10s %-8s %s", contender.name(), what, text(turn));
    }

    private static String text(Turn turn) {
        Outcome outcome = turn.outcome();
        double thousands = outcome.pushes() / 1000.0;
        return String.format(
                Locale.ROOT,
                "%7.0f pushes/s  p50 %6.2f  p99 %6.2f  p99.9 %6.2f ms  CPU s/1000 %.3f + %.3f (load %.3f)  peak RSS %4.0f MiB",
                outcome.rate(),
                outcome.p50(),
                outcome.p99(),
                outcome.p999(),
                turn.serverCpuSeconds() / thousands,
                turn.databaseCpuSeconds() / thousands,
                outcome.cpuSeconds() / thousands,
                turn.peakRssMib());
    }
}
