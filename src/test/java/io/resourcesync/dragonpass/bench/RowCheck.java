package io.resourcesync.dragonpass.bench;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Compares the rows with what was acknowledged: all of it must be there, and nothing else. */
final class RowCheck implements AutoCloseable {

    private static final String PUSHES = "SELECT sequence, total_sequence, applied_at, payload FROM push_message"
            + " WHERE program_id = ? AND event_type = ? AND batch_id = ? ORDER BY sequence";

    private static final String CHANGES = "SELECT batch_id, count(*),"
            + " sum(CAST(sequence AS bigint) * CAST(SUBSTRING(entity_id FROM 2) AS bigint))"
            + " FROM resource_change WHERE change_id > %d GROUP BY batch_id";

    private static final String NEWEST =
            "SELECT entity_id, max(updated_at) FROM resource_change WHERE change_id > %d GROUP BY entity_id";

    /**
     * What a database held before the contender wrote to it.
     *
     * @param pushes how many
     * @param lastChange the greatest {@code change_id}
     */
    record Before(long pushes, long lastChange) {

        static final Before NOTHING = new Before(0, 0);
    }

    private record Changes(long number, long ids) {}

    private final Connection connection;
    private final Before before;
    private final List<Sent> sent;
    private final List<String> problems = new ArrayList<>();

    /** Which batches have applied pushes, by {@link #stored()}. */
    private final Map<String, Boolean> applied = new HashMap<>();

    private long unapplied;

    /**
     * @param access a database that only this contender has written to since
     */
    RowCheck(Access access, Before before, List<Sent> sent) throws SQLException {
        this.connection = access.connect();
        this.before = before;
        this.sent = sent;
    }

    /** Every acknowledged push is a row of {@code push_message}, with its payload, and there is no other. */
    RowCheck stored() throws SQLException {
        try (PreparedStatement pushes = connection.prepareStatement(PUSHES)) {
            pushes.setString(1, Batches.PROGRAM);
            pushes.setString(2, Batches.EVENT_TYPE);
            for (Sent batch : sent) {
                pushes.setString(3, batch.batchId());
                try (ResultSet rows = pushes.executeQuery()) {
                    stored(batch, rows);
                }
            }
        }
        long expected = before.pushes + sent.stream().mapToLong(Sent::pushes).sum();
        long found = number("SELECT count(*) FROM push_message");
        if (found != expected) {
            problems.add(found + " pushes are stored instead of " + expected);
        }
        return this;
    }

    private void stored(Sent batch, ResultSet rows) throws SQLException {
        int pushes = 0;
        int appliedPushes = 0;
        long payloads = 0;
        while (rows.next()) {
            pushes++;
            if (rows.getInt(1) != pushes || rows.getInt(2) != batch.total()) {
                problems.add(batch + ": " + rows.getInt(1) + " of " + rows.getInt(2) + " is stored in place " + pushes);
            }
            appliedPushes += rows.getObject(3) == null ? 0 : 1;
            payloads += Batches.Push.digest(rows.getString(4).getBytes(StandardCharsets.UTF_8));
        }
        if (pushes != batch.pushes() || payloads != batch.payloads()) {
            problems.add(batch + ": " + pushes + " pushes are stored, whose payloads have the sum " + payloads);
        }
        if (appliedPushes != 0 && appliedPushes != batch.pushes()) {
            problems.add(batch + ": " + appliedPushes + " of its pushes are applied");
        }
        applied.put(batch.batchId(), appliedPushes != 0);
    }

    /**
     * Every complete batch is applied as a whole or, where there was no time left for it, not at all. To be
     * asked after {@link #stored()}.
     */
    RowCheck applied() throws SQLException {
        Map<String, String> status = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT batch_id, status FROM push_batch")) {
            while (rows.next()) {
                status.put(rows.getString(1), rows.getString(2));
            }
        }
        for (Sent batch : sent) {
            boolean closed = "APPLIED".equals(status.get(batch.batchId()));
            if (closed != applied.get(batch.batchId())) {
                problems.add(batch + " is " + status.get(batch.batchId()) + ", which its pushes contradict");
            }
        }
        return changed();
    }

    /**
     * Every complete batch is in the feed with all of its ids, or not at all; and the state of each resource
     * is of the newest change.
     */
    RowCheck changed() throws SQLException {
        Map<String, Changes> changes = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(CHANGES.formatted(before.lastChange))) {
            while (rows.next()) {
                changes.put(rows.getString(1), new Changes(rows.getLong(2), rows.getLong(3)));
            }
        }
        for (Sent batch : sent) {
            Changes found = changes.remove(batch.batchId());
            boolean expected = applied.getOrDefault(batch.batchId(), found != null);
            if (expected
                    ? !batch.isComplete() || !new Changes((long) batch.pushes() * Cell.IDS, batch.ids()).equals(found)
                    : found != null) {
                problems.add(batch + ": the feed has " + found);
            }
            unapplied += batch.isComplete() && !expected ? batch.pushes() : 0;
        }
        changes.forEach((batch, found) -> problems.add("the feed has " + found + " of " + batch + ", never sent"));
        compareState();
        return this;
    }

    private void compareState() throws SQLException {
        Map<String, Instant> newest = times(NEWEST.formatted(before.lastChange));
        Map<String, Instant> state = times("SELECT resource_id, metadata_updated_at FROM resource");
        if (!state.equals(newest)) {
            state.entrySet().removeAll(newest.entrySet());
            problems.add("of " + newest.size() + " changed resources the state contradicts the feed, as for " + state);
        }
    }

    private Map<String, Instant> times(String sql) throws SQLException {
        Map<String, Instant> times = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                times.put(
                        rows.getString(1),
                        rows.getObject(2, OffsetDateTime.class).toInstant());
            }
        }
        return times;
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /**
     * @throws IllegalStateException when a row is not as it must be
     */
    Verified verified() {
        if (!problems.isEmpty()) {
            throw new IllegalStateException(
                    problems.size() + " times the rows are not what was acknowledged, first: " + problems.get(0));
        }
        return new Verified(sent.size(), sent.stream().mapToLong(Sent::pushes).sum(), unapplied);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
