package io.resourcesync.dragonpass.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/** One design under load: a process that serves or writes, and, where it serves, one that makes load. */
final class Contender implements AutoCloseable {

    private final String name;
    private final boolean withheld;
    private final Loader loader;
    private final JavaProcess server;
    private final Progress progress;
    private final Store store;
    private final Check check;
    private final RowCheck.Before before;
    private final Access access;

    /** What the rows of a contender must be. */
    interface Check {

        /** For one that stores nothing. */
        Check NOTHING = rows -> {};

        void on(RowCheck rows) throws SQLException;
    }

    /**
     * @param name as in tables and options
     * @param withheld whether a push of each batch never comes
     * @param server the process that is measured; null where it is the load process itself
     * @param progress how many batches it has applied; null when it applies none
     * @param access its database; null when it has none
     * @param before what is in there already
     */
    Contender(
            String name,
            boolean withheld,
            Loader loader,
            JavaProcess server,
            Progress progress,
            Store store,
            Access access,
            RowCheck.Before before,
            Check check) {
        this.name = name;
        this.withheld = withheld;
        this.loader = loader;
        this.server = server;
        this.progress = progress;
        this.store = store;
        this.access = access;
        this.before = before;
        this.check = check;
    }

    String name() {
        return name;
    }

    boolean withheld() {
        return withheld;
    }

    /** How far its work behind the acknowledgement is; null when it has none. */
    Progress progress() {
        return progress;
    }

    /** Carries out a load while nothing else runs. */
    Turn take(Load load) throws IOException {
        thaw();
        long pid = server == null ? loader.pid() : server.pid();
        double serverBefore = Usage.cpuSeconds(pid);
        double databaseBefore = store.cpuSeconds();
        Outcome outcome = loader.run(load);
        Turn turn = new Turn(
                outcome,
                server == null ? outcome.cpuSeconds() : Usage.cpuSeconds(pid) - serverBefore,
                store.cpuSeconds() - databaseBefore,
                Usage.peakRssMib(pid));
        freeze();
        return turn;
    }

    /** The same without a look at what it takes; it must not be frozen. */
    Outcome push(Load load) {
        return loader.run(load);
    }

    void freeze() throws IOException {
        if (server != null) {
            server.freeze();
        }
    }

    void thaw() throws IOException {
        if (server != null) {
            server.thaw();
        }
    }

    /**
     * Completes what has begun, waits for the work behind it, stops everything and compares the rows.
     *
     * @param load the last one
     * @param drainSeconds how long to wait at most for what is to be applied
     */
    Verified finish(Load load, double drainSeconds) throws IOException {
        thaw();
        loader.run(load.rest());
        List<Sent> sent = loader.sent();
        if (progress != null) {
            awaitClosed(sent.stream().filter(Sent::isComplete).count(), drainSeconds);
        }
        loader.close();
        if (server != null) {
            server.terminate();
        }
        if (check == Check.NOTHING) {
            return Verified.NOTHING;
        }
        return verify(store.afterwards(access), before, sent, check);
    }

    /** Compares the rows of one that has ended. */
    static Verified verify(Access access, RowCheck.Before before, List<Sent> sent, Check check) throws IOException {
        try (RowCheck rows = new RowCheck(access, before, sent)) {
            check.on(rows);
            return rows.verified();
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /**
     * Waits until so many batches are closed since the start.
     *
     * @throws IllegalStateException when they are not in that time
     */
    void requireClosed(long batches, double seconds) throws IOException {
        if (!awaitClosed(batches, seconds)) {
            throw new IllegalStateException("not applied after " + seconds + " s");
        }
    }

    private boolean awaitClosed(long batches, double seconds) throws IOException {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (progress.closedBatches() < batches) {
            if (System.nanoTime() > end) {
                return false;
            }
            Pause.millis(50);
        }
        return true;
    }

    /** How many batches were acknowledged as a whole so far. */
    long completeBatches() {
        return loader.sent().stream().filter(Sent::isComplete).count();
    }

    double rssMib() throws IOException {
        return Usage.rssMib(server.pid());
    }

    double peakRssMib() throws IOException {
        return Usage.peakRssMib(server.pid());
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
        loader.kill();
    }
}
