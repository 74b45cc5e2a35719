package io.resourcesync.dragonpass.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.resourcesync.dragonpass.model.Event.Batch;
import io.resourcesync.dragonpass.model.Event.Cell;
import io.resourcesync.dragonpass.model.Event.Change;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What the tables show of the programs whose ids begin alike, in the model's own terms. Reads the
 * columns that are an interface, and those that ties are decided by.
 */
final class Tables {

    record BatchRow(
            int total, String status, String missing, boolean closed, String closedBy, int attempts, String error) {}

    record PushRow(int total, Integer module, Instant updatedAt, JsonNode payload, String source, boolean applied) {}

    /** A push, in a map of the rows of {@code push_message}. */
    record PushKey(Batch batch, int sequence) {}

    /** A row of {@code resource_change}. */
    record FeedRow(long id, Change change, boolean superseded) {

        PushKey push() {
            return new PushKey(change.batch(), change.sequence());
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JdbcTemplate jdbc;
    private final String from;
    private final String all;

    /** @param prefix digits that no other program's id begins with */
    Tables(JdbcTemplate jdbc, String prefix) {
        this.jdbc = jdbc;
        this.from = prefix;
        this.all = prefix + "%";
    }

    Map<Batch, BatchRow> batches() {
        Map<Batch, BatchRow> rows = new HashMap<>();
        jdbc.query(
                "SELECT * FROM push_batch WHERE program_id LIKE ?",
                row -> {
                    rows.put(
                            batch(row),
                            new BatchRow(
                                    row.getInt("total_sequence"),
                                    row.getString("status"),
                                    row.getString("missing"),
                                    row.getObject("closed_at") != null,
                                    row.getString("closed_by"),
                                    row.getInt("recovery_attempts"),
                                    row.getString("recovery_error")));
                },
                all);
        return rows;
    }

    Map<PushKey, PushRow> pushes() {
        Map<PushKey, PushRow> rows = new HashMap<>();
        jdbc.query(
                "SELECT * FROM push_message WHERE program_id LIKE ?",
                row -> {
                    rows.put(
                            new PushKey(batch(row), row.getInt("sequence")),
                            new PushRow(
                                    row.getInt("total_sequence"),
                                    (Integer) row.getObject("module"),
                                    instant(row, "updated_at"),
                                    json(row.getString("payload")),
                                    row.getString("source"),
                                    row.getObject("applied_at") != null));
                },
                all);
        return rows;
    }

    /** Every push that is stored, and whether it is applied. */
    Map<PushKey, Boolean> applied() {
        Map<PushKey, Boolean> applied = new HashMap<>();
        jdbc.query(
                "SELECT program_id, event_type, batch_id, sequence, applied_at FROM push_message"
                        + " WHERE program_id LIKE ?",
                row -> {
                    applied.put(new PushKey(batch(row), row.getInt("sequence")), row.getObject("applied_at") != null);
                },
                all);
        return applied;
    }

    /** Both state tables, as the changes that decided them. */
    Map<Cell, Change> state() {
        Map<Cell, Change> state = new HashMap<>();
        jdbc.query(
                "SELECT * FROM resource WHERE program_id LIKE ?",
                row -> {
                    String program = row.getString("program_id");
                    Integer module = row.getInt("module");
                    String id = row.getString("resource_id");
                    Object available = row.getObject("available");
                    if (available != null) {
                        String change = (Boolean) available ? "ADDED" : "REMOVED";
                        put(state, new Cell(program, "RESOURCE", module, id, true), change, row, "availability");
                    }
                    if (row.getObject("metadata_updated_at") != null) {
                        put(
                                state,
                                new Cell(program, "RESOURCE", module, id, false),
                                "METADATA_UPDATED",
                                row,
                                "metadata");
                    }
                    if ((available == null) != (row.getObject("availability_updated_at") == null)) {
                        throw new AssertionError(id + " is half known to be available");
                    }
                },
                all);
        jdbc.query(
                "SELECT * FROM transport_hub WHERE program_id LIKE ?",
                row -> {
                    Cell cell = new Cell(
                            row.getString("program_id"),
                            "TRANSPORT_HUB",
                            null,
                            row.getString("transport_hub_id"),
                            false);
                    put(state, cell, "METADATA_UPDATED", row, "metadata");
                },
                all);
        return state;
    }

    private static void put(Map<Cell, Change> state, Cell cell, String change, ResultSet row, String side)
            throws SQLException {
        Topic topic = cell.availability()
                ? Topic.AVAILABILITY
                : cell.module() == null ? Topic.HUB_METADATA : Topic.RESOURCE_METADATA;
        state.put(
                cell,
                new Change(
                        cell,
                        change,
                        instant(row, side + "_updated_at"),
                        new Batch(cell.program(), topic, row.getString(side + "_batch_id")),
                        row.getInt(side + "_sequence")));
    }

    /** The greatest change id so far, of any program. */
    long lastChange() {
        return jdbc.queryForObject("SELECT COALESCE(MAX(change_id), 0) FROM resource_change", Long.class);
    }

    /** What a reader of the feed gets that has read up to a change id. */
    List<FeedRow> feedAfter(long changeId) {
        return jdbc.query(
                "SELECT * FROM resource_change WHERE change_id > ? ORDER BY change_id",
                (row, i) -> {
                    Batch batch = batch(row);
                    Cell cell = new Cell(
                            batch.program(),
                            row.getString("entity"),
                            (Integer) row.getObject("module"),
                            row.getString("entity_id"),
                            batch.topic() == Topic.AVAILABILITY);
                    return new FeedRow(
                            row.getLong("change_id"),
                            new Change(
                                    cell,
                                    row.getString("change"),
                                    instant(row, "updated_at"),
                                    batch,
                                    row.getInt("sequence")),
                            row.getBoolean("superseded"));
                },
                changeId);
    }

    /** The payloads in quarantine in which the programs are named. */
    Set<String> quarantined() {
        Set<String> payloads = new HashSet<>();
        jdbc.query("SELECT payload FROM quarantine", row -> {
            String payload = new String(row.getBytes("payload"), StandardCharsets.UTF_8);
            if (payload.contains("\"programId\":\"" + from)) {
                payloads.add(payload);
            }
        });
        return payloads;
    }

    private static Batch batch(ResultSet row) throws SQLException {
        String eventType = row.getString("event_type");
        Topic topic = Arrays.stream(Topic.values())
                .filter(t -> t.eventType.equals(eventType))
                .findFirst()
                .orElseThrow(() -> new AssertionError("event_type " + eventType));
        return new Batch(row.getString("program_id"), topic, row.getString("batch_id"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** Numbers are read as doubles, so that they are equal however they were written. */
    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("stored as a payload: " + text, e);
        }
    }
}
