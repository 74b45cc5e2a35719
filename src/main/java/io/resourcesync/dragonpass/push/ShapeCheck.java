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
 * "1"} are no integers. Every violation is counted, and the first are kept. Unknown fields are accepted.
 */
final class ShapeCheck {

    private static final int MAX_TOTAL_SEQUENCE = 10_000;
    private static final int MAX_IDS = 100;
    private static final int MAX_IDS_IN_GROUP = 50;
    private static final int MAX_LENGTH = 64;
    private static final Set<String> CHANGE_ACTIONS = Set.of("added", "removed");
    private static final Supplier<String> ROOT = () -> "";

    /** The groups leave out what is more than nine digits of a fraction, which Java does not read. */
    private static final Pattern RFC_3339 = Pattern.compile(
            "(\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d)(?:(\\.\\d{1,9})\\d*)?([Zz]|[+-]\\d\\d:\\d\\d)");

    private static final Instant EARLIEST = Instant.parse("1970-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

    private final List<Violation> first = new ArrayList<>();
    private int violations;
    private final Set<String> ambiguous = new HashSet<>();
    private final ParsedPush push;
    private final EventType topic;

    private ShapeCheck(ParsedPush push, EventType topic) {
        this.push = push;
        this.topic = topic;
    }

    /**
     * @return the push
     * @throws PushRejected with the first violations and the number of all, when there is one
     */
    static Push check(ParsedPush push, EventType topic) throws PushRejected {
        return new ShapeCheck(push, topic).check();
    }

    private Push check() throws PushRejected {
        JsonNode tree = push.tree();
        String programId = name(tree, ROOT, "programId");
        String batchId = name(tree, ROOT, "batchId");
        Integer total = integer(tree, "totalSequence", 1, MAX_TOTAL_SEQUENCE);
        Integer sequence = integer(tree, "sequence", 1, total == null ? MAX_TOTAL_SEQUENCE : total);
        OffsetDateTime updatedAt = time(tree, "updatedAt");
        Integer module = null;
        switch (topic) {
            case RESOURCE_METADATA -> {
                module = integer(tree, "module", 0, Integer.MAX_VALUE);
                ids(tree, ROOT, "resources", MAX_IDS);
            }
            case TRANSPORT_HUB_METADATA -> ids(tree, ROOT, "transportHubs", MAX_IDS);
            case RESOURCE_AVAILABILITY -> {
                module = integer(tree, "module", 0, Integer.MAX_VALUE);
                groups(tree);
            }
        }
        if (violations > 0) {
            throw new PushRejected(RejectionReason.INVALID, push.bytes(), first, violations);
        }
        return new Push(
                new BatchKey(programId, topic, batchId), sequence, total, module, updatedAt, push.payload(), ambiguous);
    }

    private void groups(JsonNode tree) {
        JsonNode data = array(tree, ROOT, "data");
        if (data == null) {
            return;
        }
        int ids = 0;
        Set<String> added = new HashSet<>();
        Set<String> removed = new HashSet<>();
        for (int i = 0; i < data.size(); i++) {
            JsonNode group = data.get(i);
            int index = i;
            Supplier<String> at = () -> "/data/" + index;
            if (!group.isObject()) {
                violate(at, "must be an object");
                continue;
            }
            String action = name(group, at, "changeAction");
            if (action != null && !CHANGE_ACTIONS.contains(action)) {
                violate(field(at, "changeAction"), "must be added or removed");
            }
            List<String> inGroup = ids(group, at, "resources", MAX_IDS_IN_GROUP);
            ids += inGroup.size();
            if (ids <= MAX_IDS) {
                ("added".equals(action) ? added : removed).addAll(inGroup);
            }
        }
        if (ids > MAX_IDS) {
            violate(() -> "/data", "must hold at most " + MAX_IDS + " ids in all");
        }
        added.retainAll(removed);
        added.forEach(id -> ambiguous.add(BatchKey.printable(id)));
    }

    /** The ids that are in order, and of those beyond what a push may hold only one, so that it is seen. */
    private List<String> ids(JsonNode parent, Supplier<String> at, String field, int max) {
        JsonNode list = array(parent, at, field);
        List<String> ids = new ArrayList<>();
        if (list == null) {
            return ids;
        }
        if (list.size() > max) {
            violate(field(at, field), "must hold at most " + max + " ids");
        }
        for (int i = 0; i < list.size(); i++) {
            JsonNode id = list.get(i);
            String flaw = flaw(id);
            if (flaw != null) {
                int index = i;
                violate(() -> field(at, field).get() + "/" + index, flaw);
            } else if (ids.size() <= MAX_IDS) {
                ids.add(id.textValue());
            }
        }
        return ids;
    }

    private JsonNode array(JsonNode parent, Supplier<String> at, String field) {
        JsonNode node = required(parent, at, field);
        if (node != null && !node.isArray()) {
            violate(field(at, field), "must be an array");
            return null;
        }
        return node;
    }

    private String name(JsonNode parent, Supplier<String> at, String field) {
        JsonNode node = required(parent, at, field);
        if (node == null) {
            return null;
        }
        String flaw = flaw(node);
        if (flaw != null) {
            violate(field(at, field), flaw);
            return null;
        }
        return node.textValue();
    }

    /** What is wrong with a name or an id; null when it is in order. */
    private static String flaw(JsonNode name) {
        if (!name.isTextual()) {
            return "must be a string";
        }
        if (name.textValue().isEmpty()) {
            return "must not be empty";
        }
        return name.textValue().length() > MAX_LENGTH ? "must have at most " + MAX_LENGTH + " characters" : null;
    }

    private Integer integer(JsonNode parent, String field, int min, int max) {
        JsonNode node = required(parent, ROOT, field);
        if (node == null) {
            return null;
        }
        if (!node.isIntegralNumber()) {
            violate(field(ROOT, field), "must be an integer");
        } else if (node.longValue() < min || node.longValue() > max) {
            violate(field(ROOT, field), "must be from " + min + " to " + max);
        } else {
            return node.intValue();
        }
        return null;
    }

    private OffsetDateTime time(JsonNode parent, String field) {
        JsonNode node = required(parent, ROOT, field);
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
        violate(field(ROOT, field), "must be an RFC 3339 time between the years 1970 and 9999");
        return null;
    }

    private JsonNode required(JsonNode parent, Supplier<String> at, String field) {
        JsonNode node = parent.get(field);
        if (node == null) {
            violate(field(at, field), "is required");
        }
        return node;
    }

    private static Supplier<String> field(Supplier<String> at, String field) {
        return () -> at.get() + "/" + field;
    }

    /** Where it is, is only made up for what is kept: a body can hold nearly a hundred thousand violations. */
    private void violate(Supplier<String> pointer, String detail) {
        if (violations < PushRejected.LISTED) {
            first.add(new Violation(pointer.get(), detail));
        }
        violations++;
    }
}
