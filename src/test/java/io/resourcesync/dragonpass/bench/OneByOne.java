package io.resourcesync.dragonpass.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Sends single batches to a product that has nothing else to do, and waits until they are applied. */
final class OneByOne implements AutoCloseable {

    private static final String APPLIED = "SELECT count(*) FROM push_batch"
            + " WHERE program_id = ? AND event_type = ? AND batch_id = ? AND status = 'APPLIED'";

    private final ProductServer product;
    private final SingleConnectionDataSource connection;
    private final JdbcTemplate applied;
    private final String token;
    private final List<Sent> sent = new ArrayList<>();
    private int lanes;

    /**
     * @param access where PostgreSQL is asked what is visible; an embedded database cannot be, and there the
     *     product's metric tells
     */
    OneByOne(ProductServer product, Access access, Tokens tokens) throws IOException {
        this.product = product;
        this.connection = access.isPostgresql()
                ? new SingleConnectionDataSource(access.url(), access.user(), access.password(), true)
                : null;
        this.applied = connection == null ? null : new JdbcTemplate(connection);
        this.token = Files.readAllLines(tokens.file()).get(0);
    }

    /** Sends batches one after the other, at least one, for so many seconds. */
    void warmUp(double seconds, int size) throws IOException {
        long begin = System.nanoTime();
        do {
            millisToApply(1, size);
        } while (System.nanoTime() - begin < seconds * 1e9);
    }

    /**
     * Sends some batches but for their last pushes, and then these.
     *
     * @return milliseconds from the first of these until all batches are applied
     */
    double millisToApply(int batches, int size) throws IOException {
        Batches source = new Batches("one-" + lanes++, size, size, 1);
        long closed = product.closedBatches();
        List<List<Batches.Push>> all =
                IntStream.range(0, batches).mapToObj(i -> source.nextBatch()).toList();
        for (List<Batches.Push> batch : all) {
            for (Batches.Push push : batch.subList(0, size - 1)) {
                send(push);
            }
        }
        // Whatever follows a push, on a quiet system it is over by then.
        Pause.millis(100);
        long begin = System.nanoTime();
        for (List<Batches.Push> batch : all) {
            send(batch.get(size - 1));
        }
        if (applied == null) {
            awaitClosed(closed + batches);
        } else {
            all.forEach(batch -> awaitApplied(batch.get(0).batch().id));
        }
        double millis = (System.nanoTime() - begin) / 1e6;
        source.all().forEach(batch -> sent.add(Sent.of(batch)));
        return millis;
    }

    private void send(Batches.Push push) throws IOException {
        if (!product.acknowledges(push, token)) {
            throw new IllegalStateException("a push was not acknowledged");
        }
    }

    /** What was acknowledged, and applied. */
    List<Sent> sent() {
        return sent;
    }

    private void awaitApplied(String batchId) {
        while (applied.queryForObject(APPLIED, Integer.class, Batches.PROGRAM, Batches.EVENT_TYPE, batchId) == 0) {
            Pause.millis(1);
        }
    }

    /** The metric counts a batch right after its commit. */
    private void awaitClosed(long batches) throws IOException {
        while (product.closedBatches() < batches) {
            Pause.millis(1);
        }
    }

    @Override
    public void close() {
        if (connection != null) {
            connection.destroy();
        }
    }
}
