package io.resourcesync.dragonpass.push;

import com.fasterxml.jackson.databind.JsonNode;
import io.resourcesync.dragonpass.batch.BatchKey;
import io.resourcesync.dragonpass.batch.EventType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks the tree of a push against the shape of its topic, as the push contract gives it. The tree
 * is looked at as it is, never bound to a class, so that nothing is coerced: {@code 1.0} and {@code
 * "1"} are no integers. Every violation is collected. Unknown fields are accepted.
 */
final class ShapeCheck {

    private static final int MAX_TOTAL_SEQUENCE = 10_000;
    private static final int MAX_IDS = 100;
    private static final int MAX_IDS_IN_GROUP = 50;
    private static final int MAX_LENGTH = 64;
    private static final Set<String> CHANGE_ACTIONS = Set.of("added", "removed");

    /** The groups leave out what is more than nine digits of a fraction, which Java does not read. */
    private static final Pattern RFC_3339 = Pattern.compile(
            "(\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d)(?:(\\.\\d{1,9})\\d*)?([Zz]|[+-]\\d\\d:\\d\\d)");

    private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private final List<Violation> violations = new ArrayList<>();
    private final Set<String> ambiguous = new HashSet<>();
    private final ParsedPush push;
    private final EventType topic;

    private ShapeCheck(ParsedPush push, EventType topic) {
        this.push = push;
        this.topic = topic;
    }

    /**
     * @return the push
     * @throws PushRejected with every violation, when there is one
     */
    static Push check(ParsedPush push, EventType topic) throws PushRejected {
        return new ShapeCheck(push, topic).check();
    }

    private Push check() throws PushRejected {
        JsonNode tree = push.tree();
        String programId = name(tree, "", "programId");
        String batchId = name(tree, "", "batchId");
        Integer total = integer(tree, "totalSequence", 1, MAX_TOTAL_SEQUENCE);
        Integer sequence = integer(tree, "sequence", 1, total == null ? MAX_TOTAL_SEQUENCE : total);
        OffsetDateTime updatedAt = time(tree, "updatedAt");
        Integer module = null;
        switch (topic) {
            case RESOURCE_METADATA -> {
                module = integer(tree, "module", 0, Integer.MAX_VALUE);
                ids(tree, "", "resources", MAX_IDS);
            }
            case TRANSPORT_HUB_METADATA -> ids(tree, "", "transportHubs", MAX_IDS);
            case RESOURCE_AVAILABILITY -> {
                module = integer(tree, "module", 0, Integer.MAX_VALUE);
                groups(tree);
            }
        }
        if (!violations.isEmpty()) {
            throw new PushRejected(RejectionReason.INVALID, push.bytes(), violations);
        }
        return new Push(
                new BatchKey(programId, topic, batchId), sequence, total, module, updatedAt, push.payload(), ambiguous);
    }

    private void groups(JsonNode tree) {
        JsonNode data = array(tree, "", "data");
        if (data == null) {
            return;
        }
        int ids = 0;
        Set<String> added = new HashSet<>();
        Set<String> removed = new HashSet<>();
        for (int i = 0; i < data.size(); i++) {
            JsonNode group = data.get(i);
            String at = "/data/" + i;
            if (!group.isObject()) {
                violate(at, "must be an object");
                continue;
            }
            String action = name(group, at, "changeAction");
            if (action != null && !CHANGE_ACTIONS.contains(action)) {
                violate(at + "/changeAction", "must be added or removed");
            }
            List<String> inGroup = ids(group, at, "resources", MAX_IDS_IN_GROUP);
            ids += inGroup.size();
            ("added".equals(action) ? added : removed).addAll(inGroup);
        }
        if (ids > MAX_IDS) {
            violate("/data", "must hold at most " + MAX_IDS + " ids in all");
        }
        added.retainAll(removed);
        ambiguous.addAll(added);
    }

    private List<String> ids(JsonNode parent, String at, String field, int max) {
        JsonNode list = array(parent, at, field);
        List<String> ids = new ArrayList<>();
        if (list == null) {
            return ids;
        }
        if (list.size() > max) {
            violate(at + "/" + field, "must hold at most " + max + " ids");
        }
        for (int i = 0; i < list.size(); i++) {
            int index = i;
            String id = name(list.get(i), () -> at + "/" + field + "/" + index);
            if (id != null) {
                ids.add(id);
            }
        }
        return ids;
    }

    private JsonNode array(JsonNode parent, String at, String field) {
        JsonNode node = required(parent, at, field);
        if (node != null && !node.isArray()) {
            violate(at + "/" + field, "must be an array");
            return null;
        }
        return node;
    }

    private String name(JsonNode parent, String at, String field) {
        JsonNode node = required(parent, at, field);
        return node == null ? null : name(node, () -> at + "/" + field);
    }

    /** Where it is, is only made up for a violation: there are a hundred ids in a push. */
    private String name(JsonNode node, Supplier<String> pointer) {
        if (!node.isTextual()) {
            violate(pointer.get(), "must be a string");
        } else if (node.textValue().isEmpty()) {
            violate(pointer.get(), "must not be empty");
        } else if (node.textValue().length() > MAX_LENGTH) {
            violate(pointer.get(), "must have at most " + MAX_LENGTH + " characters");
        } else {
            return node.textValue();
        }
        return null;
    }

    private Integer integer(JsonNode parent, String field, int min, int max) {
        JsonNode node = required(parent, "", field);
        if (node == null) {
            return null;
        }
        if (!node.isIntegralNumber()) {
            violate("/" + field, "must be an integer");
        } else if (node.longValue() < min || node.longValue() > max) {
            violate("/" + field, "must be from " + min + " to " + max);
        } else {
            return node.intValue();
        }
        return null;
    }

    private OffsetDateTime time(JsonNode parent, String field) {
        JsonNode node = required(parent, "", field);
        if (node == null) {
            return null;
        }
        Matcher parts = RFC_3339.matcher(node.isTextual() ? node.textValue() : "");
        if (parts.matches()) {
            try {
                String fraction = parts.group(2) == null ? "" : parts.group(2);
                OffsetDateTime time =
                        OffsetDateTime.parse((parts.group(1) + fraction + parts.group(3)).toUpperCase(Locale.ROOT));
                if (!time.toInstant().isBefore(EARLIEST) && time.toInstant().isBefore(LATEST)) {
                    return time.withOffsetSameInstant(ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
                }
            } catch (DateTimeException e) {
                // No such day or time: it is reported like any other text that is no time.
            }
        }
        violate("/" + field, "must be an RFC 3339 time between the years 1970 and 9999");
        return null;
    }

    private JsonNode required(JsonNode parent, String at, String field) {
        JsonNode node = parent.get(field);
        if (node == null) {
            violate(at + "/" + field, "is required");
        }
        return node;
    }

    private void violate(String pointer, String detail) {
        violations.add(new Violation(pointer, detail));
    }
}
