package io.resourcesync.dragonpass.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * How many changes a second the product takes from push to rows: a number of pushes until all are
 * applied, against contenders E and D; then whether it holds nearly that rate, and what a burst beyond it
 * does.
 */
final class EndToEnd {

    /** Of changes that are applied. */
    static final String RATE = "changes/s";

    /** Of changes that are applied while pushes come on a schedule. */
    static final String HELD = "held: " + RATE;

    /** How much of what comes in is added to the backlog, in the second half of the time it is held. */
    static final String GROWTH = "held: backlog grows by % of the load";

    /** Of acknowledgements while the backlog of a burst is applied. */
    static final String P99_AFTER = "after the burst: p99 ms";

    static final String DRAINS = "after the burst: backlog applied, against the rate end to end";

    static final String RSS_AFTER = "after the burst: RSS MiB";

    /** Below the six at which applying gives way to pushes, as what is measured here is applying. */
    private static final int CONNECTIONS = 4;

    private static final double DRAIN_SECONDS = 1800;
    private static final long SAMPLE_MILLIS = 1000;

    /** How many times as long as the burst is pushed at half of the rate after it. */
    private static final int AFTERWARDS = 4;

    private final Session session;
    private final Cell cell;
    private final Cell burst;

    EndToEnd(Session session) {
        this.session = session;
        this.cell = session.cell(CONNECTIONS, 20);
        this.burst = session.cell(64, 20);
    }

    void run() throws IOException {
        Session.say("%n== End to end: %s", cell);
        Options options = session.options();
        Contenders contenders = session.contenders("end-to-end");
        Load load = load(cell, 0).counted(options.pushes());
        List<Contender> pushed = new ArrayList<>();
        try (Contender raw = contenders.start("E")) {
            pushed.add(contenders.start("C-complete"));
            if (options.contenders().contains("D")) {
                pushed.add(contenders.start("D"));
            }
            raw.take(load(cell, options.warmUp()));
            for (Contender contender : pushed) {
                warmUp(contender, load);
            }
            for (int round = 1; round <= options.rounds(); round++) {
                session.note(cell, "E", RATE, raw.take(load).outcome().rate() * Cell.IDS);
                for (Contender contender : pushed) {
                    session.note(cell, contender.name(), RATE, drain(contender, load));
                }
            }
            ratio("E");
            ratio("D");
            Contender product = pushed.get(0);
            hold(product, raw, load);
            burst(product);
            Session.say("E          %s", raw.finish(load, 0));
            for (Contender contender : pushed) {
                Session.say("%-10s %s", contender.name(), contender.finish(load, DRAIN_SECONDS));
            }
        } finally {
            pushed.forEach(Contender::close);
        }
    }

    private void ratio(String other) {
        session.results().addRatio(cell, "C-complete", other, RATE);
        double ratio = session.results().median(cell, "C-complete/" + other, RATE);
        if (!Double.isNaN(ratio)) {
            Session.say("C-complete/%s: %.2f", other, ratio);
        }
    }

    /** Few batches are incomplete at a time, so that what is not applied is the product's backlog. */
    private static Load load(Cell of, double seconds) {
        return Load.closed(of, false, seconds).batchByBatch();
    }

    private void warmUp(Contender contender, Load load) throws IOException {
        long begin = System.nanoTime();
        do {
            drain(contender, load);
        } while (System.nanoTime() - begin < session.options().warmUp() * 1e9);
    }

    /** Changes a second, from the first push until all batches are applied. */
    private static double drain(Contender contender, Load load) throws IOException {
        contender.thaw();
        long begin = System.nanoTime();
        long pushes =
                contender.push(load).pushes() + contender.push(load.rest()).pushes();
        contender.requireClosed(contender.completeBatches(), DRAIN_SECONDS);
        double seconds = (System.nanoTime() - begin) / 1e9;
        contender.freeze();
        return pushes * Cell.IDS / seconds;
    }

    private void hold(Contender product, Contender raw, Load load) throws IOException {
        double rate = session.results().median(cell, "C-complete", RATE)
                * session.options().holdShare()
                / Cell.IDS;
        double seconds = session.options().hold();
        long before = product.completeBatches();
        product.thaw();
        long begin = System.nanoTime();
        CompletableFuture<Outcome> pushing =
                CompletableFuture.supplyAsync(() -> product.push(load(cell, 0).at(rate, seconds)));
        List<Double> times = new ArrayList<>();
        List<Double> backlog = new ArrayList<>();
        long closed = before;
        while (!pushing.isDone()) {
            double time = (System.nanoTime() - begin) / 1e9;
            closed = product.progress().closedBatches();
            times.add(time);
            backlog.add(Math.min(seconds, time) * rate / cell.batchSize() - (closed - before));
            Pause.millis(SAMPLE_MILLIS);
        }
        Outcome outcome = join(pushing);
        int last = times.size() - 1;
        int half = times.size() / 2;
        double held = (closed - before) * (double) cell.batchSize() * Cell.IDS / times.get(last);
        double growth = slope(times.subList(half, last + 1), backlog.subList(half, last + 1));
        session.note(cell, "C-complete", HELD, held);
        session.note(cell, "C-complete", "held: p99 ms", outcome.p99());
        session.note(cell, "C-complete", "held: backlog at the end, batches", backlog.get(last));
        session.note(cell, "C-complete", GROWTH, growth / (rate / cell.batchSize()) * 100);
        product.push(load(cell, 0).rest());
        product.requireClosed(product.completeBatches(), DRAIN_SECONDS);
        product.freeze();
        double limit = raw.take(load).outcome().rate() * Cell.IDS;
        session.note(cell, "E", HELD, limit);
        session.note(cell, "C-complete/E", HELD, held / limit);
        product.thaw();
    }

    /** By how much the values grow in a unit of time, by the line with the least squares. */
    static double slope(List<Double> times, List<Double> values) {
        double meanTime = mean(times);
        double meanValue = mean(values);
        double product = 0;
        double square = 0;
        for (int i = 0; i < times.size(); i++) {
            double time = times.get(i) - meanTime;
            product += time * (values.get(i) - meanValue);
            square += time * time;
        }
        return product / square;
    }

    private void burst(Contender product) throws IOException {
        double rss = product.rssMib();
        Outcome during = product.push(load(burst, session.options().burst()));
        product.push(load(burst, 0).rest());
        long begin = System.nanoTime();
        long applied = product.progress().closedBatches();
        double endToEnd = session.results().median(cell, "C-complete", RATE);
        Outcome after = product.push(
                load(burst, 0).at(endToEnd / Cell.IDS / 2, session.options().burst() * AFTERWARDS));
        product.push(load(burst, 0).rest());
        long complete = product.completeBatches();
        product.requireClosed(complete, DRAIN_SECONDS);
        double seconds = (System.nanoTime() - begin) / 1e9;
        double drains = (complete - applied) * (double) burst.batchSize() * Cell.IDS / seconds;
        session.note(burst, "C-complete", "burst: " + Results.RATE, during.rate());
        session.note(burst, "C-complete", "burst: p99 ms", during.p99());
        session.note(burst, "C-complete", P99_AFTER, after.p99());
        session.note(burst, "C-complete", "after the burst: " + RATE, drains);
        session.note(burst, "C-complete", DRAINS, drains / endToEnd);
        session.note(burst, "C-complete", "after the burst: applied after s", seconds);
        session.note(burst, "C-complete", "before the burst: RSS MiB", rss);
        session.note(burst, "C-complete", RSS_AFTER, product.rssMib());
        session.note(burst, "C-complete", "peak RSS MiB", product.peakRssMib());
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(v -> v).average().orElse(Double.NaN);
    }

    private static Outcome join(CompletableFuture<Outcome> pushing) {
        try {
            return pushing.join();
        } catch (CompletionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }
}
