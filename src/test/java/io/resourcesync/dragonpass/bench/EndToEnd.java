package io.resourcesync.dragonpass.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * How many changes a second the product takes from push to rows: a number of pushes until all are
 * applied, against contender E; then whether it holds nearly that rate, and what a burst beyond it does.
 */
final class EndToEnd {

    /** Of changes that are applied. */
    static final String RATE = "changes/s";

    /** How much of what comes in is added to the backlog, in the second half of the time it is held. */
    static final String GROWTH = "held: backlog grows by % of the load";

    private static final double DRAIN_SECONDS = 1800;
    private static final long SAMPLE_MILLIS = 1000;

    private final Session session;
    private final Cell cell;
    private final Cell burst;
    private Contender product;

    EndToEnd(Session session) {
        this.session = session;
        this.cell = session.cell(4, 20);
        this.burst = session.cell(64, 20);
    }

    void run() throws IOException {
        Session.say("%n== End to end: %s", cell);
        Options options = session.options();
        Contenders contenders = session.contenders("end-to-end");
        try (Contender raw = contenders.start("E");
                Contender started = contenders.start("C-complete")) {
            product = started;
            Load load = load(cell, 0).counted(options.pushes());
            raw.take(load);
            drain(load);
            for (int round = 1; round <= options.rounds(); round++) {
                session.note(cell, "E", RATE, raw.take(load).outcome().rate() * Cell.IDS);
                session.note(cell, "C-complete", RATE, drain(load));
            }
            session.results().addRatio(cell, "C-complete", "E", RATE);
            Session.say("C-complete/E: %.2f", session.results().median(cell, "C-complete/E", RATE));
            hold();
            burst();
            Session.say("E          %s", raw.finish(load, 0));
            Session.say("C-complete %s", product.finish(load, DRAIN_SECONDS));
        }
    }

    /** Few batches are incomplete at a time, so that what is not applied is the product's backlog. */
    private static Load load(Cell of, double seconds) {
        return Load.closed(of, false, seconds).batchByBatch();
    }

    /** Changes a second, from the first push until all batches are applied. */
    private double drain(Load load) throws IOException {
        product.thaw();
        long begin = System.nanoTime();
        long pushes = product.push(load).pushes() + product.push(load.rest()).pushes();
        if (!product.awaitClosed(product.completeBatches(), DRAIN_SECONDS)) {
            throw new IllegalStateException("not applied after " + DRAIN_SECONDS + " s");
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        product.freeze();
        return pushes * Cell.IDS / seconds;
    }

    private void hold() throws IOException {
        double rate = session.results().median(cell, "C-complete", RATE)
                * session.options().holdShare()
                / Cell.IDS;
        double seconds = session.options().hold();
        long before = product.completeBatches();
        product.thaw();
        long begin = System.nanoTime();
        CompletableFuture<Outcome> pushing =
                CompletableFuture.supplyAsync(() -> product.push(load(cell, 0).at(rate, seconds)));
        List<Double> backlog = new ArrayList<>();
        while (!pushing.isDone()) {
            double sent = Math.min(seconds, (System.nanoTime() - begin) / 1e9) * rate / cell.batchSize();
            backlog.add(sent - (product.progress().closedBatches() - before));
            Pause.millis(SAMPLE_MILLIS);
        }
        Outcome outcome = join(pushing);
        int half = backlog.size() / 2;
        double middle = mean(backlog.subList(half, half + Math.max(1, half / 4)));
        double end = mean(backlog.subList(backlog.size() - Math.max(1, half / 4), backlog.size()));
        double arrived = rate / cell.batchSize() * seconds / 2;
        session.note(cell, "C-complete", "held: " + RATE, outcome.rate() * Cell.IDS);
        session.note(cell, "C-complete", "held: p99 ms", outcome.p99());
        session.note(cell, "C-complete", "held: backlog at the end, batches", end);
        session.note(cell, "C-complete", GROWTH, (end - middle) / arrived * 100);
        product.push(load(cell, 0).rest());
        product.awaitClosed(product.completeBatches(), DRAIN_SECONDS);
    }

    private void burst() throws IOException {
        double rss = product.rssMib();
        Outcome outcome = product.push(load(burst, session.options().burst()));
        product.push(load(burst, 0).rest());
        long begin = System.nanoTime();
        long applied = product.progress().closedBatches();
        long complete = product.completeBatches();
        product.awaitClosed(complete, DRAIN_SECONDS);
        double seconds = (System.nanoTime() - begin) / 1e9;
        session.note(burst, "C-complete", "burst: " + Results.RATE, outcome.rate());
        session.note(burst, "C-complete", "burst: p99 ms", outcome.p99());
        session.note(
                burst,
                "C-complete",
                "burst: drains at " + RATE,
                (complete - applied) * (double) burst.batchSize() * Cell.IDS / seconds);
        session.note(burst, "C-complete", "burst: drain s", seconds);
        session.note(burst, "C-complete", "burst: RSS MiB before", rss);
        session.note(burst, "C-complete", "burst: RSS MiB after", product.rssMib());
        session.note(burst, "C-complete", "burst: peak RSS MiB", product.peakRssMib());
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
