package io.resourcesync.dragonpass.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Builds the JSON of a push: a valid one, and from it others with one defect each. */
public final class PushBuilder {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final ObjectNode push;

    private PushBuilder(ObjectNode push) {
        this.push = push;
    }

    private static PushBuilder common(String eventType) {
        ObjectNode push = JSON.createObjectNode();
        push.put("eventType", eventType);
        push.put("batchId", "20251028T010000Z");
        push.put("sequence", 1);
        push.put("totalSequence", 3);
        push.put("updatedAt", "2024-12-31T00:00:00+00:00");
        push.put("programId", "123321");
        return new PushBuilder(push);
    }

    /** A valid push of {@code resource.metadata.updated}. */
    public static PushBuilder metadata(String... ids) {
        return common("resource.metadata.updated").with("module", 1).with("resources", JSON.valueToTree(ids));
    }

    /** A valid push of {@code transportHub.metadata.updated}. */
    public static PushBuilder hubs(String... ids) {
        return common("transportHub.metadata.updated").with("transportHubs", JSON.valueToTree(ids));
    }

    /** A valid push of {@code resource.availability.changed}. */
    public static PushBuilder availability(List<String> added, List<String> removed) {
        PushBuilder builder = common("resource.availability.changed").with("module", 1);
        ArrayNode data = builder.push.putArray("data");
        data.addObject().put("changeAction", "added").set("resources", JSON.valueToTree(added));
        data.addObject().put("changeAction", "removed").set("resources", JSON.valueToTree(removed));
        return builder;
    }

    public PushBuilder batch(String batchId) {
        return with("batchId", batchId);
    }

    public PushBuilder program(String programId) {
        return with("programId", programId);
    }

    public PushBuilder sequence(int sequence, int total) {
        return with("sequence", sequence).with("totalSequence", total);
    }

    public PushBuilder updatedAt(String time) {
        return with("updatedAt", time);
    }

    /** Sets a field to anything that Jackson can write. */
    public PushBuilder with(String field, Object value) {
        push.set(field, value instanceof JsonNode node ? node : JSON.valueToTree(value));
        return this;
    }

    public PushBuilder without(String field) {
        push.remove(field);
        return this;
    }

    /** The tree itself, to be changed at will. */
    public ObjectNode tree() {
        return push;
    }

    public String json() {
        return push.toString();
    }
}
