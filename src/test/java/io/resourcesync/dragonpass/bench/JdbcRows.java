package io.resourcesync.dragonpass.bench;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * Contender B: each thread inserts one row of {@code push_message} after the other, and commits each with
 * the statement. The rows of their batches are there before the time counts.
 */
final class JdbcRows extends Worker {

    private static final String OPEN = """
            INSERT INTO push_batch
                   (program_id, event_type, batch_id, total_sequence, status, opened_at, deadline_at, recovery_attempts)
            VALUES (?, ?, ?, ?, 'OPEN', current_timestamp, current_timestamp + INTERVAL '1' DAY, 0)
            """;

    private static final String INSERT = """
            INSERT INTO push_message
                   (program_id, event_type, batch_id, sequence, total_sequence, module, updated_at, payload, source,
                    received_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'PUSH', current_timestamp)
            """;

    private static final OffsetDateTime UPDATED_AT = OffsetDateTime.of(2026, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);

    private final Access access;
    private final List<Writer> writers = new ArrayList<>();

    /** Rows a second. A warm-up that does more opens what it lacks on the way. */
    private double expectedRate = 2_000;

    private JdbcRows(String name, Access access) {
        super(name);
        this.access = access;
    }

    /**
     * @param args a name that begins the ids of all batches, then the database's URL, user and password
     */
    public static void main(String[] args) throws Exception {
        serve(new JdbcRows(args[0], Access.of(args, 1)));
    }

    @Override
    Outcome run(Load load) throws Exception {
        List<Batches> lanes = lanes(load);
        while (writers.size() < lanes.size()) {
            writers.add(new Writer(lanes.get(writers.size())));
        }
        int ahead = (int) (load.seconds() * expectedRate * 1.3 / load.connections() / load.batchSize()) + 10;
        for (Writer writer : writers) {
            writer.openAhead(ahead, load.total());
        }
        double cpu = cpuSeconds();
        ExecutorService threads = Executors.newFixedThreadPool(load.connections());
        try {
            long begin = System.nanoTime();
            List<Callable<Latencies>> tasks = IntStream.range(0, load.connections())
                    .<Callable<Latencies>>mapToObj(i -> () -> writers.get(i).write(load, i, begin))
                    .toList();
            Latencies latencies = new Latencies();
            for (Future<Latencies> written : threads.invokeAll(tasks)) {
                latencies.add(written.get());
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            expectedRate = Math.max(1000, latencies.count() / seconds);
            return Outcome.of(latencies.count(), seconds, latencies, cpuSeconds() - cpu);
        } finally {
            threads.shutdown();
        }
    }

    @Override
    public void close() throws SQLException {
        for (Writer writer : writers) {
            writer.connection.close();
        }
        access.shutDown();
    }

    /** One connection and its statements, which stay for the next load. */
    private final class Writer {

        private final Batches batches;
        private final Connection connection;
        private final PreparedStatement open;
        private final PreparedStatement insert;
        private int opened;

        private Writer(Batches batches) throws SQLException {
            this.batches = batches;
            this.connection = access.connect();
            this.open = connection.prepareStatement(OPEN);
            this.insert = connection.prepareStatement(INSERT);
        }

        private void openAhead(int number, int total) throws SQLException {
            connection.setAutoCommit(false);
            int pending = 0;
            while (opened < batches.all().size() + number) {
                addOpen(total);
                if (++pending == 1000) {
                    open.executeBatch();
                    pending = 0;
                }
            }
            if (pending > 0) {
                open.executeBatch();
            }
            connection.commit();
            connection.setAutoCommit(true);
        }

        private void addOpen(int total) throws SQLException {
            open.setString(1, Batches.PROGRAM);
            open.setString(2, Batches.EVENT_TYPE);
            open.setString(3, batches.idOf(opened++));
            open.setInt(4, total);
            open.addBatch();
        }

        private Latencies write(Load load, int place, long begin) throws SQLException {
            Latencies latencies = new Latencies();
            long end = begin + (long) (load.seconds() * 1e9);
            double gap = load.rate() > 0 ? 1e9 / load.rate() : 0;
            long countedFrom = load.countedFrom(begin);
            for (long i = place; ; i += load.connections()) {
                long now = System.nanoTime();
                long due = gap > 0 ? begin + (long) (i * gap) : now;
                if (Math.max(due, now) >= end) {
                    return latencies;
                }
                while (due > now) {
                    LockSupport.parkNanos(due - now);
                    now = System.nanoTime();
                }
                Batches.Push push = batches.next();
                if (batches.all().size() > opened) {
                    openAhead(1, load.total());
                }
                insert(push);
                if (due >= countedFrom) {
                    latencies.record(System.nanoTime() - due);
                }
                push.acknowledged();
                batches.answered(push);
            }
        }

        private void insert(Batches.Push push) throws SQLException {
            insert.setString(1, Batches.PROGRAM);
            insert.setString(2, Batches.EVENT_TYPE);
            insert.setString(3, push.batch().id);
            insert.setInt(4, push.sequence());
            insert.setInt(5, push.batch().total);
            insert.setInt(6, 1);
            insert.setObject(7, UPDATED_AT);
            insert.setString(8, new String(push.body(), StandardCharsets.US_ASCII));
            insert.executeUpdate();
        }
    }
}
