package io.resourcesync.dragonpass.quarantine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.resourcesync.dragonpass.batch.EventType;
import io.resourcesync.dragonpass.batch.SqlTime;
import io.resourcesync.dragonpass.http.Problem;
import io.resourcesync.dragonpass.http.ProblemException;
import io.resourcesync.dragonpass.push.ParsedPush;
import io.resourcesync.dragonpass.push.PushRejected;
import io.resourcesync.dragonpass.push.Pushes;
import io.resourcesync.dragonpass.push.RejectionReason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.camel.Header;

/** What an operator sees of the table {@code quarantine} over the management port, as JSON. */
public final class QuarantineDesk {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DEFAULT_LIMIT = 100;
    private static final int MAX_LIMIT = 1000;

    /** JSON allows these in a string as they are, but a terminal obeys them. */
    private static final Pattern CONTROL = Pattern.compile("[\\x7f-\\x9f]");

    private final Pushes pushes = new Pushes();

    /**
     * The named parameters of {@code list-quarantine.sql} and {@code choose-quarantine.sql}.
     *
     * @param reason only rows with this reason, such as {@code invalid}; null for any
     * @param limit how many rows at most; null for 100
     * @throws ProblemException 400 for a limit that is none
     */
    public Map<String, Object> filter(@Header("reason") String reason, @Header("limit") String limit)
            throws ProblemException {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put(
                "reason",
                reason == null ? null : reason.toUpperCase(Locale.ROOT).replace('-', '_'));
        parameters.put("limit", limit == null ? DEFAULT_LIMIT : number("limit", limit, MAX_LIMIT));
        return parameters;
    }

    /**
     * The named parameters of {@code read-quarantined.sql}.
     *
     * @throws ProblemException 404 for an id that is no number
     */
    public Map<String, Object> id(@Header("id") String id) throws ProblemException {
        try {
            return Map.of("quarantineId", Long.parseLong(id));
        } catch (NumberFormatException e) {
            throw notFound();
        }
    }

    /**
     * A browser page of another origin can send a form to a loopback address, but not this.
     *
     * @throws ProblemException 415
     */
    public void checkReplay(@Header("Content-Type") String contentType) throws ProblemException {
        if (contentType == null || !contentType.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw new ProblemException(new Problem(
                    415,
                    "media-type",
                    "The media type is not supported",
                    "a replay is a POST with the content type application/json"));
        }
    }

    /** The rows without their payloads. */
    public byte[] list(List<Map<String, Object>> rows) {
        ArrayNode list = JSON.createArrayNode();
        rows.forEach(
                row -> list.add(describe(row).put("payloadBytes", ((Number) row.get("payload_bytes")).longValue())));
        return bytes(list.toPrettyString());
    }

    /**
     * One row with its payload: as text, or where it is no UTF-8 as {@code payloadBase64}.
     *
     * @throws ProblemException 404 when there is no such row
     */
    public byte[] show(Map<String, Object> row) throws ProblemException {
        if (row == null) {
            throw notFound();
        }
        ObjectNode json = describe(row);
        byte[] payload = (byte[]) row.get("payload");
        try {
            json.put(
                    "payload",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(payload))
                            .toString());
        } catch (CharacterCodingException e) {
            json.put("payloadBase64", Base64.getEncoder().encodeToString(payload));
        }
        return bytes(json.toPrettyString());
    }

    /**
     * The payload of a row, to be replayed, as a list of one, so that it can be split off.
     *
     * @throws ProblemException 404 when there is no such row
     */
    public List<byte[]> payload(Map<String, Object> row) throws ProblemException {
        if (row == null) {
            throw notFound();
        }
        return List.of((byte[]) row.get("payload"));
    }

    /**
     * The named parameters of {@code read-batch-it-lost-in.sql} for the push of a row whose sequence has another
     * content.
     *
     * @return null for a row of another reason, and for a payload that is refused by now
     */
    public Map<String, Object> batchItLostIn(Map<String, Object> row) {
        if (row == null || !RejectionReason.CONFLICTING_CONTENT.name().equals(row.get("reason"))) {
            return null;
        }
        try {
            ParsedPush parsed = pushes.parse((byte[]) row.get("payload"));
            String eventType = pushes.eventType(parsed);
            if (EventType.of(eventType).isEmpty()) {
                return null;
            }
            Map<String, Object> parameters =
                    new HashMap<>(pushes.check(parsed, eventType).batch().parameters());
            parameters.put("quarantineId", row.get("quarantine_id"));
            return parameters;
        } catch (PushRejected e) {
            return null;
        }
    }

    /** What became of one replayed row. */
    public Map<String, Object> replayed(Long id, String outcome) {
        return Map.of("quarantineId", id, "outcome", outcome);
    }

    /** What became of those replayed; null for none. */
    public byte[] report(Object replayed) {
        Object list = replayed instanceof List<?> many ? many : replayed == null ? List.of() : List.of(replayed);
        return bytes(JSON.valueToTree(list).toPrettyString());
    }

    private static ObjectNode describe(Map<String, Object> row) {
        ObjectNode json = JSON.createObjectNode();
        json.put("quarantineId", ((Number) row.get("quarantine_id")).longValue());
        json.put("reason", (String) row.get("reason"));
        json.put("detail", (String) row.get("detail"));
        json.put("timesSeen", ((Number) row.get("times_seen")).intValue());
        json.put("firstSeenAt", String.valueOf(SqlTime.instant(row.get("first_seen_at"))));
        json.put("lastSeenAt", String.valueOf(SqlTime.instant(row.get("last_seen_at"))));
        Object replayedAt = row.get("replayed_at");
        json.put("replayedAt", replayedAt == null ? null : String.valueOf(SqlTime.instant(replayedAt)));
        return json;
    }

    private static int number(String name, String value, int max) throws ProblemException {
        try {
            int number = Integer.parseInt(value);
            if (number >= 1 && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Answered below like a number out of range.
        }
        throw new ProblemException(new Problem(
                400, "parameter", "A parameter is wrong", name + " must be a whole number from 1 to " + max));
    }

    private static ProblemException notFound() {
        return new ProblemException(
                new Problem(404, "not-found", "There is nothing here", "no quarantined event has this id"));
    }

    private static byte[] bytes(String json) {
        String printable = CONTROL.matcher(json)
                .replaceAll(c -> "\\\\u%04x".formatted((int) c.group().charAt(0)));
        return (printable + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
