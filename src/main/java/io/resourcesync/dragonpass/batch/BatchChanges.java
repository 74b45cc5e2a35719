package io.resourcesync.dragonpass.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Turns stored pushes into the rows that applying them writes.
 *
 * @param key the batch
 * @param changes one row of {@code resource_change} for each id of each push, in the order of the
 *     sequences and, within a push, of the payload
 * @param states for each resource or hub the one change of {@code changes} that decides its state:
 *     the newest {@code updatedAt}, then the greatest sequence, then the last in its push
 * @param sequences of the pushes that these rows come from, ascending, to be marked as applied
 * @param total how many changes the batch has with these
 */
public record BatchChanges(
        BatchKey key, List<Change> changes, List<Change> states, List<Integer> sequences, int total) {

    /**
     * What one push says of one id.
     *
     * @param module null for transport hubs
     * @param change {@code METADATA_UPDATED}, {@code ADDED} or {@code REMOVED}
     * @param superseded whether an earlier push of the batch has a newer {@code updatedAt}
     */
    public record Change(
            Integer module,
            String entityId,
            String change,
            OffsetDateTime updatedAt,
            Integer sequence,
            boolean superseded) {

        /** For availability: whether the resource entered the available list. */
        public boolean available() {
            return change.equals("ADDED");
        }
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private record Entity(Integer module, String id) {}

    /**
     * @param key the batch
     * @param rows some of its pushes, by ascending sequence, as {@code read-unapplied.sql} gives them
     * @param before how many changes of the batch were written before
     * @throws IllegalStateException for a payload that cannot be read, which the check at the door prevents
     */
    public static BatchChanges of(BatchKey key, List<Map<String, Object>> rows, int before) {
        List<Change> changes = new ArrayList<>();
        Map<Entity, Change> newest = new LinkedHashMap<>();
        for (Map<String, Object> row : rows) {
            JsonNode payload = parse((String) row.get("payload"));
            switch (key.eventType()) {
                case RESOURCE_METADATA -> add(changes, newest, row, "METADATA_UPDATED", payload.get("resources"));
                case TRANSPORT_HUB_METADATA ->
                    add(changes, newest, row, "METADATA_UPDATED", payload.get("transportHubs"));
                case RESOURCE_AVAILABILITY ->
                    payload.get("data")
                            .forEach(group -> add(
                                    changes,
                                    newest,
                                    row,
                                    group.get("changeAction").textValue().toUpperCase(Locale.ROOT),
                                    group.get("resources")));
            }
        }
        List<Integer> sequences =
                rows.stream().map(row -> (Integer) row.get("sequence")).toList();
        return new BatchChanges(key, changes, List.copyOf(newest.values()), sequences, before + changes.size());
    }

    private static void add(
            List<Change> changes, Map<Entity, Change> newest, Map<String, Object> push, String what, JsonNode ids) {
        Integer module = (Integer) push.get("module");
        Integer sequence = (Integer) push.get("sequence");
        OffsetDateTime updatedAt = SqlTime.instant(push.get("updated_at")).atOffset(ZoneOffset.UTC);
        for (JsonNode id : ids) {
            Entity entity = new Entity(module, id.textValue());
            Change before = newest.get(entity);
            boolean superseded = before != null && before.updatedAt().isAfter(updatedAt);
            Change change = new Change(module, id.textValue(), what, updatedAt, sequence, superseded);
            if (!superseded) {
                newest.put(entity, change);
            }
            changes.add(change);
        }
    }

    /** The parameters of the statements that append to the feed. */
    public Map<String, Object> changeParameters() {
        Map<String, Object> parameters = rows(changes);
        parameters.put("changes", SqlArray.texts(changes, Change::change));
        parameters.put("superseded", SqlArray.booleans(changes, Change::superseded));
        return parameters;
    }

    /** The parameters of the statements that merge into the state. */
    public Map<String, Object> stateParameters() {
        Map<String, Object> parameters = rows(states);
        parameters.put("available", SqlArray.booleans(states, Change::available));
        return parameters;
    }

    private Map<String, Object> rows(List<Change> rows) {
        Map<String, Object> parameters = new HashMap<>(key.parameters());
        parameters.put("modules", SqlArray.integers(rows, Change::module));
        parameters.put("entityIds", SqlArray.texts(rows, Change::entityId));
        parameters.put("updatedAt", SqlArray.times(rows, Change::updatedAt));
        parameters.put("sequences", SqlArray.integers(rows, Change::sequence));
        return parameters;
    }

    /** The parameters of the statement that marks the pushes. */
    public Map<String, Object> pushParameters() {
        Map<String, Object> parameters = new HashMap<>(key.parameters());
        parameters.put("first", sequences.get(0));
        parameters.put("last", last());
        parameters.put("sequences", SqlArray.integers(sequences, sequence -> sequence));
        return parameters;
    }

    /** The greatest sequence of these pushes. */
    public Integer last() {
        return sequences.get(sequences.size() - 1);
    }

    private static JsonNode parse(String payload) {
        try {
            return JSON.readTree(payload);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored payload is not JSON", e);
        }
    }
}
