package io.resourcesync.dragonpass.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
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
 * @param changes one row of {@code resource_change} for each id of each push, in the order of the
 *     sequences and, within a push, of the payload
 * @param states for each resource or hub the one change of {@code changes} that decides its state:
 *     the newest {@code updatedAt}, then the greatest sequence, then the last in its push
 * @param pushes the pushes that these rows come from, to be marked as applied
 * @param total how many changes the batch has with these
 */
public record BatchChanges(
        List<Map<String, Object>> changes,
        List<Map<String, Object>> states,
        List<Map<String, Object>> pushes,
        int total) {

    private static final ObjectMapper JSON = new ObjectMapper();

    private record Entity(Integer module, String id) {}

    /**
     * @param key the batch
     * @param rows some of its pushes, by ascending sequence, as {@code read-unapplied.sql} gives them
     * @param before how many changes of the batch were written before
     * @throws IllegalStateException for a payload that cannot be read, which the check at the door prevents
     */
    public static BatchChanges of(BatchKey key, List<Map<String, Object>> rows, int before) {
        List<Map<String, Object>> changes = new ArrayList<>();
        List<Map<String, Object>> pushes = new ArrayList<>();
        Map<Entity, Map<String, Object>> newest = new LinkedHashMap<>();
        for (Map<String, Object> row : rows) {
            Map<String, Object> push = new HashMap<>(key.parameters());
            push.put("sequence", row.get("sequence"));
            push.put("module", row.get("module"));
            push.put("updatedAt", utc(row.get("updated_at")));
            pushes.add(push);
            JsonNode payload = parse((String) row.get("payload"));
            switch (key.eventType()) {
                case RESOURCE_METADATA -> add(changes, newest, push, "METADATA_UPDATED", payload.get("resources"));
                case TRANSPORT_HUB_METADATA ->
                    add(changes, newest, push, "METADATA_UPDATED", payload.get("transportHubs"));
                case RESOURCE_AVAILABILITY ->
                    payload.get("data")
                            .forEach(group -> add(
                                    changes,
                                    newest,
                                    push,
                                    group.get("changeAction").textValue().toUpperCase(Locale.ROOT),
                                    group.get("resources")));
            }
        }
        return new BatchChanges(changes, List.copyOf(newest.values()), pushes, before + changes.size());
    }

    private static void add(
            List<Map<String, Object>> changes,
            Map<Entity, Map<String, Object>> newest,
            Map<String, Object> push,
            String change,
            JsonNode ids) {
        for (JsonNode id : ids) {
            Map<String, Object> row = new HashMap<>(push);
            row.put("entityId", id.textValue());
            row.put("change", change);
            row.put("available", change.equals("ADDED"));
            Entity entity = new Entity((Integer) push.get("module"), id.textValue());
            Map<String, Object> before = newest.get(entity);
            boolean superseded = before != null && updatedAt(before).isAfter(updatedAt(row));
            row.put("superseded", superseded);
            if (!superseded) {
                newest.put(entity, row);
            }
            changes.add(row);
        }
    }

    private static OffsetDateTime updatedAt(Map<String, Object> row) {
        return (OffsetDateTime) row.get("updatedAt");
    }

    private static OffsetDateTime utc(Object column) {
        Instant instant = SqlTime.instant(column);
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static JsonNode parse(String payload) {
        try {
            return JSON.readTree(payload);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored payload is not JSON", e);
        }
    }
}
