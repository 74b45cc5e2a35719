package io.resourcesync.dragonpass.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.resourcesync.dragonpass.testing.PushBuilder;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One push of a plan, as it goes over the wire and as the tables must show it.
 *
 * @param module null for transport hubs
 * @param updatedAt to the microsecond, as SQL keeps it
 * @param changes in the order of the payload
 * @param json the push
 */
record Event(
        Batch batch,
        int sequence,
        int total,
        Integer module,
        Instant updatedAt,
        List<Change> changes,
        ObjectNode json) {

    /** What identifies a batch. */
    record Batch(String program, Topic topic, String id) {}

    /** What one id of one push says about one side, availability or metadata, of a resource or a hub. */
    record Change(Cell cell, String change, Instant updatedAt, Batch batch, int sequence) {}

    /** One side of one row of {@code resource} or {@code transport_hub}. */
    record Cell(String program, String entity, Integer module, String id, boolean availability) {}

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Every push of a planned batch. */
    static List<Event> of(String programPrefix, Plan.Batch plan) {
        Batch batch = new Batch(programPrefix + plan.program(), plan.topic(), plan.batchId());
        return IntStream.rangeClosed(1, plan.pushes().size())
                .mapToObj(i -> of(batch, i, plan.pushes().size(), plan.pushes().get(i - 1)))
                .toList();
    }

    private static Event of(Batch batch, int sequence, int total, Plan.Push push) {
        List<String> ids =
                push.groups().stream().flatMap(group -> group.ids().stream()).toList();
        Integer module = batch.topic() == Topic.HUB_METADATA ? null : push.module();
        Instant updatedAt = OffsetDateTime.parse(push.updatedAt().toUpperCase(Locale.ROOT))
                .toInstant()
                .truncatedTo(ChronoUnit.MICROS);
        PushBuilder builder =
                switch (batch.topic()) {
                    case RESOURCE_METADATA -> PushBuilder.metadata(ids.toArray(String[]::new));
                    case HUB_METADATA -> PushBuilder.hubs(ids.toArray(String[]::new));
                    case AVAILABILITY ->
                        PushBuilder.availability(List.of(), List.of())
                                .with(
                                        "data",
                                        push.groups().stream().map(Event::json).toList());
                };
        if (module != null) {
            builder.with("module", module);
        }
        ObjectNode json = builder.batch(batch.id())
                .program(batch.program())
                .sequence(sequence, total)
                .updatedAt(push.updatedAt())
                .with("unknown", Map.of("number", 1.5, "text", "⟂ \"é\""))
                .tree();
        List<Change> changes = new ArrayList<>();
        for (Plan.Group group : push.groups()) {
            for (String id : group.ids()) {
                changes.add(change(batch, sequence, module, updatedAt, id, group.added()));
            }
        }
        return new Event(batch, sequence, total, module, updatedAt, changes, json);
    }

    private static Change change(
            Batch batch, int sequence, Integer module, Instant updatedAt, String id, boolean added) {
        boolean availability = batch.topic() == Topic.AVAILABILITY;
        String entity = batch.topic() == Topic.HUB_METADATA ? "TRANSPORT_HUB" : "RESOURCE";
        String change = !availability ? "METADATA_UPDATED" : added ? "ADDED" : "REMOVED";
        return new Change(
                new Cell(batch.program(), entity, module, id, availability), change, updatedAt, batch, sequence);
    }

    private static Map<String, Object> json(Plan.Group group) {
        return Map.of("changeAction", group.added() ? "added" : "removed", "resources", group.ids());
    }

    /** Equal as a JSON value, but with the fields in reverse, blanks, escapes and another way to write a number. */
    String reformatted() {
        List<String> fields = new ArrayList<>();
        json.properties().forEach(field -> fields.add(0, text(field.getKey()) + " :\t" + pretty(field.getValue())));
        return "\n{ " + String.join(" ,\r\n", fields).replace("1.5", "15.0E-1") + "}\n";
    }

    private static String pretty(JsonNode node) {
        StringBuilder escaped = new StringBuilder();
        node.toPrettyString()
                .chars()
                .forEach(c -> escaped.append(c < 128 ? String.valueOf((char) c) : "\\u%04x".formatted(c)));
        return escaped.toString();
    }

    private static String text(String value) {
        return JSON.getNodeFactory().textNode(value).toString();
    }

    /** The same sequence with other content. */
    String otherContent() {
        ObjectNode other = json.deepCopy();
        String field =
                switch (batch.topic()) {
                    case RESOURCE_METADATA -> "resources";
                    case HUB_METADATA -> "transportHubs";
                    case AVAILABILITY -> "data";
                };
        ArrayNode list = (ArrayNode) other.get(field);
        if (batch.topic() == Topic.AVAILABILITY) {
            list.insertObject(0).put("changeAction", "added").putArray("resources");
        } else {
            list.insert(0, "CONTRADICTION");
        }
        return other.toString();
    }

    /** The same push with another number of pushes in its batch. */
    String otherTotal() {
        return json.deepCopy().put("totalSequence", total + 1).toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Event that && batch.equals(that.batch) && sequence == that.sequence;
    }

    @Override
    public int hashCode() {
        return 31 * batch.hashCode() + sequence;
    }

    @Override
    public String toString() {
        return json.toString();
    }
}
