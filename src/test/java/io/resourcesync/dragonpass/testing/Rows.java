package io.resourcesync.dragonpass.testing;

import io.resourcesync.dragonpass.batch.BatchKey;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.JdbcTemplate;

/** Writes rows of the product's tables as time and other nodes would have left them, and reads them. */
public final class Rows {

    private final JdbcTemplate jdbc;

    Rows(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** A batch that was opened so long ago and is due in so long, which may be negative. */
    public Rows open(BatchKey key, int total, Duration openedAgo, Duration dueIn) {
        OffsetDateTime now = OffsetDateTime.now();
        jdbc.update(
                "INSERT INTO push_batch (program_id, event_type, batch_id, total_sequence, status, opened_at, deadline_at)"
                        + " VALUES (?, ?, ?, ?, 'OPEN', ?, ?)",
                key.programId(),
                key.eventType().wireName(),
                key.batchId(),
                total,
                now.minus(openedAgo),
                now.plus(dueIn));
        return this;
    }

    /** A batch that was closed so long ago, as {@code APPLIED} or {@code INCOMPLETE}. */
    public Rows closed(BatchKey key, int total, String status, Duration closedAgo) {
        open(key, total, closedAgo.plusHours(1), closedAgo.negated());
        jdbc.update(
                "UPDATE push_batch SET status = ?, closed_at = ?, closed_by = ? WHERE program_id = ? AND event_type = ?"
                        + " AND batch_id = ?",
                status,
                OffsetDateTime.now().minus(closedAgo),
                status.equals("APPLIED") ? "PUSH" : "TIMEOUT",
                key.programId(),
                key.eventType().wireName(),
                key.batchId());
        return this;
    }

    /** Pushes of a batch that is there, not applied yet, of one id each. */
    public Rows pushes(BatchKey key, int... sequences) {
        for (int sequence : sequences) {
            push(key, sequence, "PUSH", payload(key, List.of("N" + sequence)));
        }
        return this;
    }

    /** The same, applied. */
    public Rows applied(BatchKey key, int... sequences) {
        pushes(key, sequences);
        for (int sequence : sequences) {
            jdbc.update(
                    "UPDATE push_message SET applied_at = received_at WHERE program_id = ? AND event_type = ?"
                            + " AND batch_id = ? AND sequence = ?",
                    key.programId(),
                    key.eventType().wireName(),
                    key.batchId(),
                    sequence);
        }
        return this;
    }

    /** One push of a batch that is there. */
    public Rows push(BatchKey key, int sequence, String source, String payload) {
        jdbc.update(
                "INSERT INTO push_message (program_id, event_type, batch_id, sequence, total_sequence, module, updated_at,"
                        + " payload, source, received_at)"
                        + " VALUES (?, ?, ?, ?, 1, 1, TIMESTAMP '2025-01-01 00:00:00+0:00', ?, ?, current_timestamp)",
                key.programId(),
                key.eventType().wireName(),
                key.batchId(),
                sequence,
                payload,
                source);
        return this;
    }

    /** The one row of a batch. */
    public Map<String, Object> batch(BatchKey key) {
        return jdbc.queryForMap(
                "SELECT * FROM push_batch WHERE program_id = ? AND event_type = ? AND batch_id = ?",
                key.programId(),
                key.eventType().wireName(),
                key.batchId());
    }

    /** How many rows a table has. */
    public int count(String table) {
        return jdbc.queryForObject("SELECT count(*) FROM " + table, Integer.class);
    }

    /** What a push of this batch's topic carries, as far as applying it needs it. */
    public static String payload(BatchKey key, List<String> ids) {
        String list = ids.isEmpty() ? "[]" : "[\"" + String.join("\",\"", ids) + "\"]";
        return switch (key.eventType()) {
            case RESOURCE_METADATA -> "{\"resources\":" + list + "}";
            case TRANSPORT_HUB_METADATA -> "{\"transportHubs\":" + list + "}";
            case RESOURCE_AVAILABILITY -> "{\"data\":[{\"changeAction\":\"added\",\"resources\":" + list + "}]}";
        };
    }
}
