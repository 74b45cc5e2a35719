package io.resourcesync.dragonpass.recovery;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads an answer of the Event Recovery API. Its exact form is not public, so that every form that
 * the contract holds possible is accepted: one event, an array of events, and either inside the
 * API's envelope {@code {"code":0,"data":…}}, also one level down ({@code data.events}, {@code data.list}).
 */
public final class RecoveryAnswer {

    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(
                            StreamReadConstraints.builder().maxNestingDepth(64).build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private static final Pattern LONE_SURROGATE = Pattern.compile("\\p{Cs}");

    private RecoveryAnswer() {}

    /**
     * The events of a 200 answer, each as the JSON of one push. They are not checked here: the routes
     * of the pushes do that.
     *
     * @param body at most {@code maxBytes} of it are read
     * @return the events, none when the API has no data
     * @throws RecoveryFailed when the answer is too large, too slow, no JSON, an error of the API, or of no known form
     */
    public static List<byte[]> events(InputStream body, int maxBytes) throws RecoveryFailed {
        JsonNode answer = parse(body, maxBytes);
        if (answer.isObject() && answer.has("code") && !answer.has("eventType")) {
            JsonNode code = answer.get("code");
            if (!isZero(code)) {
                throw new RecoveryFailed("error-code", "the API answered code " + cut(code.asText()));
            }
            answer = answer.path("data");
        }
        if (answer.isObject() && !answer.has("eventType")) {
            if (answer.has("events")) {
                answer = answer.get("events");
            } else if (answer.has("list")) {
                answer = answer.get("list");
            } else if (!answer.isEmpty()) {
                throw new RecoveryFailed("unreadable", "the answer holds no events in any known form");
            }
        }
        List<byte[]> events = new ArrayList<>();
        if (answer.isArray()) {
            answer.forEach(event -> events.add(bytes(event)));
        } else if (answer.isObject() && !answer.isEmpty()) {
            events.add(bytes(answer));
        } else if (answer.isValueNode() && !answer.isNull()) {
            throw new RecoveryFailed("unreadable", "the answer holds no events in any known form");
        }
        return events;
    }

    private static JsonNode parse(InputStream body, int maxBytes) throws RecoveryFailed {
        try (InputStream in = body == null ? InputStream.nullInputStream() : body) {
            byte[] bytes = in.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                throw new RecoveryFailed("too-large", "the answer is larger than " + maxBytes + " bytes");
            }
            return JSON.readTree(bytes);
        } catch (JsonProcessingException | NumberFormatException e) {
            throw new RecoveryFailed("unreadable", "the answer is not JSON");
        } catch (InterruptedIOException e) {
            throw RecoveryFailed.timeout();
        } catch (IOException e) {
            throw new RecoveryFailed("unreachable", "the answer broke off");
        }
    }

    private static boolean isZero(JsonNode code) {
        return (code.isIntegralNumber() || code.isTextual()) && code.asText().equals("0");
    }

    /** What the check at the door refuses must arrive there: UTF-8 would make a question mark of a lone surrogate. */
    private static byte[] bytes(JsonNode event) {
        String json = LONE_SURROGATE.matcher(event.toString()).replaceAll(lone -> "\\\\u%04X"
                .formatted((int) lone.group().charAt(0)));
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private static String cut(String text) {
        return text.length() <= 50 ? text : text.substring(0, 50) + "…";
    }
}
