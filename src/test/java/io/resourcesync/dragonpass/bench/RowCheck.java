package io.resourcesync.dragonpass.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Compares the rows with what was acknowledged: all of it must be there, and nothing else. The key of
 * {@code push_message} makes a batch's count, first and last sequence tell of every single one.
 */
final class RowCheck {

    private record Stored(long pushes, long applied, int first, int last, long payloadBytes) {}

    private final JdbcTemplate tables;
    private final Map<String, Sent> sent = new HashMap<>();
    private final List<String> problems = new ArrayList<>();
    private long unapplied;

    /**
     * @param tables of a database that only this contender has written to
     */
    RowCheck(JdbcTemplate tables, List<Sent> sent) {
        this.tables = tables;
        sent.forEach(batch -> this.sent.put(batch.batchId(), batch));
    }

    /** Every acknowledged push is a row of {@code push_message}. */
    RowCheck stored() {
        Map<String, Stored> rows = new HashMap<>();
        tables.query(
                "SELECT batch_id, count(*), count(applied_at), min(sequence), max(sequence),"
                        + " sum(character_length(payload)) FROM push_message GROUP BY batch_id",
                row -> {
                    rows.put(
                            row.getString(1),
                            new Stored(row.getLong(2), row.getLong(3), row.getInt(4), row.getInt(5), row.getLong(6)));
                });
        sent.forEach((id, batch) -> {
            Stored row = rows.remove(id);
            if (row == null
                    || row.pushes != batch.pushes()
                    || row.first != 1
                    || row.last != batch.pushes()
                    || row.payloadBytes != batch.payloadBytes()) {
                problems.add("acknowledged " + batch + ", stored " + row);
            } else if (row.applied != 0 && row.applied != batch.pushes()) {
                problems.add("half applied " + batch + ": " + row);
            }
        });
        rows.forEach((id, row) -> problems.add("never sent batch " + id + ": " + row));
        return this;
    }

    /**
     * Every complete batch is applied as a whole or, where there was no time left for it, not at all.
     */
    RowCheck applied() {
        Map<String, String> status = new HashMap<>();
        tables.query("SELECT batch_id, status FROM push_batch", row -> {
            status.put(row.getString(1), row.getString(2));
        });
        Map<String, Long> changes = changes();
        sent.forEach((id, batch) -> {
            boolean closed = "APPLIED".equals(status.get(id));
            long expected = closed ? (long) batch.pushes() * Cell.IDS : 0;
            if (!Objects.equals(changes.getOrDefault(id, 0L), expected) || closed && !batch.isComplete()) {
                problems.add(batch + " is " + status.get(id) + " with " + changes.get(id) + " changes");
            }
            unapplied += batch.isComplete() && !closed ? batch.pushes() : 0;
        });
        return this;
    }

    /** The same, without a look at any table but that of changes. */
    RowCheck changed() {
        Map<String, Long> changes = changes();
        sent.forEach((id, batch) -> {
            long found = changes.getOrDefault(id, 0L);
            if (found != 0 && (!batch.isComplete() || found != (long) batch.pushes() * Cell.IDS)) {
                problems.add(batch + " has " + found + " changes");
            }
            unapplied += batch.isComplete() && found == 0 ? batch.pushes() : 0;
        });
        return this;
    }

    private Map<String, Long> changes() {
        Map<String, Long> changes = new HashMap<>();
        tables.query("SELECT batch_id, count(*) FROM resource_change GROUP BY batch_id", row -> {
            changes.put(row.getString(1), row.getLong(2));
        });
        return changes;
    }

    /**
     * @throws IllegalStateException when a row is not as it must be
     */
    Verified verified() {
        if (!problems.isEmpty()) {
            throw new IllegalStateException(
                    problems.size() + " batches are not what was acknowledged, the first: " + problems.get(0));
        }
        long pushes = sent.values().stream().mapToLong(Sent::pushes).sum();
        return new Verified(sent.size(), pushes, unapplied);
    }
}
