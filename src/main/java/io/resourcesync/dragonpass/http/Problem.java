package io.resourcesync.dragonpass.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * An error answer by RFC 9457. It is written for the sender: no internals, nothing of the request
 * but the names of its fields.
 *
 * @param status the HTTP status
 * @param type the last part of the problem's type, such as {@code not-json}
 * @param title one sentence that is the same for every problem of this type
 * @param detail what is wrong this time
 * @param errors what is wrong where: pairs of {@code pointer} and {@code detail}, may be empty
 */
public record Problem(int status, String type, String title, String detail, List<Map<String, String>> errors) {

    /** The media type of the answer. */
    public static final String MEDIA_TYPE = "application/problem+json";

    /** Nothing was acknowledged, and the sender is welcome to try again. */
    public static final Problem UNAVAILABLE =
            new Problem(503, "unavailable", "The push could not be stored", "nothing was kept; try again");

    /** A database that comes back does so within seconds; the sender's own intervals are unknown. */
    private static final String RETRY_AFTER_SECONDS = "5";

    private static final String TYPE_PREFIX = "urn:dragonpass-resource-sync:problem:";
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A problem that has no list of errors. */
    public Problem(int status, String type, String title, String detail) {
        this(status, type, title, detail, List.of());
    }

    /** The headers that go with the status. */
    public Map<String, String> headers() {
        return switch (status) {
            case 401 -> Map.of("WWW-Authenticate", "Bearer");
            case 405 -> Map.of("Allow", "POST");
            case 503 -> Map.of("Retry-After", RETRY_AFTER_SECONDS);
            default -> Map.of();
        };
    }

    /** The answer's body, as UTF-8. */
    public byte[] toJson() {
        ObjectNode json = JSON.createObjectNode();
        json.put("type", TYPE_PREFIX + type);
        json.put("title", title);
        json.put("status", status);
        json.put("detail", detail);
        if (!errors.isEmpty()) {
            ArrayNode list = json.putArray("errors");
            errors.forEach(error -> {
                ObjectNode item = list.addObject();
                item.put("pointer", error.get("pointer"));
                item.put("detail", error.get("detail"));
            });
        }
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}
