package io.resourcesync.dragonpass.demo;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.resourcesync.dragonpass.batch.Durations;
import io.resourcesync.dragonpass.http.Problem;
import io.resourcesync.dragonpass.http.ProblemException;
import io.resourcesync.dragonpass.push.Violation;
import java.io.IOException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What somebody tells the simulator: a JSON object, read field by field. A field that is absent takes
 * its default; all that is wrong is told at once, in a 400, by {@link #finish()}.
 */
final class ControlInput {

    private static final int LONGEST_TEXT = 64;
    private static final Duration LONGEST_DURATION = Duration.ofHours(1);

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final JsonNode json;
    private final Set<String> known = new TreeSet<>();
    private final List<Violation> violations = new ArrayList<>();

    private ControlInput(JsonNode json) {
        this.json = json;
    }

    /**
     * @param body null when it was sent as no JSON
     * @throws ProblemException 400, when it is no JSON object
     */
    static ControlInput parse(byte[] body) throws ProblemException {
        try {
            JsonNode json = body == null ? null : JSON.readTree(body);
            if (json != null && json.isObject()) {
                return new ControlInput(json);
            }
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw problem("The body is not JSON at line " + at.getLineNr() + ", column " + at.getColumnNr(), List.of());
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory cannot fail to be read", e);
        }
        throw problem("The body must be a JSON object, sent with Content-Type: application/json", List.of());
    }

    boolean has(String field) {
        return json.hasNonNull(field);
    }

    /** A whole number, or the default. */
    Integer integer(String field, Integer absent, int min, int max) {
        JsonNode node = field(field);
        if (node == null) {
            return absent;
        }
        if (!isInteger(node, min, max)) {
            wrong(field, "must be a whole number from " + min + " to " + max);
            return absent;
        }
        return node.intValue();
    }

    /** A string of 1 to 64 characters, or the default. */
    String name(String field, String absent) {
        JsonNode node = field(field);
        if (node == null) {
            return absent;
        }
        String text = node.textValue();
        if (text == null || text.isEmpty() || text.length() > LONGEST_TEXT) {
            wrong(field, "must be a string of 1 to " + LONGEST_TEXT + " characters");
            return absent;
        }
        return text;
    }

    /** Any string, or null. */
    String text(String field) {
        JsonNode node = field(field);
        if (node != null && !node.isTextual()) {
            wrong(field, "must be a string");
        }
        return node == null ? null : node.textValue();
    }

    /** One of an enumeration's constants, which are written in small letters, or the default. */
    <E extends Enum<E>> E oneOf(String field, Class<E> type, E absent) {
        JsonNode node = field(field);
        if (node == null) {
            return absent;
        }
        for (E constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(node.textValue())) {
                return constant;
            }
        }
        wrong(
                field,
                "must be "
                        + Arrays.stream(type.getEnumConstants())
                                .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(" or ")));
        return absent;
    }

    /** A time by RFC 3339, or the default. */
    OffsetDateTime time(String field, OffsetDateTime absent) {
        JsonNode node = field(field);
        if (node == null) {
            return absent;
        }
        try {
            return OffsetDateTime.parse(node.asText());
        } catch (DateTimeParseException e) {
            wrong(field, "must be a time such as 2025-10-28T01:00:00Z");
            return absent;
        }
    }

    /** A duration such as {@code 500ms} or {@code 2s}, or none at all. */
    Duration duration(String field) {
        JsonNode node = field(field);
        return node == null ? Duration.ZERO : duration(field, node);
    }

    /** A list of sequences from 1 to {@code total}, or an empty one. */
    List<Integer> sequences(String field, int total) {
        List<Integer> sequences = new ArrayList<>();
        JsonNode node = field(field);
        if (node != null && !node.isArray()) {
            wrong(field, "must be a list of sequences such as [2,3]");
        } else if (node != null) {
            for (JsonNode item : node) {
                if (isInteger(item, 1, total)) {
                    sequences.add(item.intValue());
                } else {
                    wrong(field, "must hold sequences from 1 to " + total + " only");
                    break;
                }
            }
        }
        return sequences;
    }

    /** Durations by sequence, such as {@code {"3":"2s"}}, or none. */
    Map<Integer, Duration> durations(String field, int total) {
        Map<Integer, Duration> durations = new TreeMap<>();
        JsonNode node = field(field);
        if (node != null && !node.isObject()) {
            wrong(field, "must be an object such as {\"3\":\"2s\"}");
        } else if (node != null) {
            node.properties().forEach(entry -> {
                String sequence = entry.getKey();
                if (sequence.matches("[1-9]\\d{0,8}") && Integer.parseInt(sequence) <= total) {
                    durations.put(Integer.valueOf(sequence), duration(field + "/" + sequence, entry.getValue()));
                } else {
                    wrong(field, "must name sequences from 1 to " + total + " only");
                }
            });
        }
        return durations;
    }

    /** Notes that a field is wrong. */
    void wrong(String field, String detail) {
        violations.add(new Violation("/" + field, detail));
    }

    /**
     * Asked last, when every field that means something has been read.
     *
     * @throws ProblemException 400, when something was wrong or a field means nothing
     */
    void finish() throws ProblemException {
        json.fieldNames().forEachRemaining(field -> {
            if (!known.contains(field)) {
                wrong(field, "means nothing here: known are " + String.join(", ", known));
            }
        });
        if (!violations.isEmpty()) {
            throw problem(violations.stream().map(Violation::toString).collect(Collectors.joining("; ")), violations);
        }
    }

    private static ProblemException problem(String detail, List<Violation> violations) {
        return new ProblemException(new Problem(
                400,
                "simulator-control",
                "The simulator does not understand what it is told",
                detail,
                violations.stream()
                        .map(v -> Map.of("pointer", v.pointer(), "detail", v.detail()))
                        .toList()));
    }

    private JsonNode field(String field) {
        known.add(field);
        return has(field) ? json.get(field) : null;
    }

    private Duration duration(String field, JsonNode node) {
        try {
            Duration duration = Durations.parse(node.asText());
            if (!duration.isNegative() && duration.compareTo(LONGEST_DURATION) <= 0) {
                return duration;
            }
        } catch (IllegalArgumentException e) {
            // Reported below like a duration that is too long.
        }
        wrong(field, "must be a duration such as 500ms or 2s, at most 1h");
        return Duration.ZERO;
    }

    private static boolean isInteger(JsonNode node, int min, int max) {
        return node.isIntegralNumber() && node.canConvertToInt() && node.intValue() >= min && node.intValue() <= max;
    }
}
