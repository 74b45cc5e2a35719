package io.resourcesync.dragonpass.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.resourcesync.dragonpass.http.ProblemException;
import java.time.Duration;
import java.util.List;

/**
 * How the simulator's Event Recovery API answers.
 *
 * @param status of HTTP
 * @param retryAfter the header in seconds, or null
 * @param code of the API's envelope when it is an error, or null
 * @param body a text in place of JSON, or null
 * @param form in which events are given
 * @param holds which events are given
 * @param delay before the answer
 * @param times how often it is given before the usual answer is given again; null for ever
 */
record EventAnswer(
        int status,
        Integer retryAfter,
        Integer code,
        String body,
        Form form,
        Holds holds,
        Duration delay,
        Integer times) {

    /** The forms that the contract holds possible. */
    enum Form {
        /** {@code {"code":0,"data":[…]}} */
        ENVELOPE,
        /** {@code […]} */
        ARRAY,
        /** One event, each time another of those that were lost. */
        SINGLE,
        /** {@code {"code":0,"data":{"events":[…]}}} */
        EVENTS,
        /** {@code {"code":0,"data":{"list":[…]}}} */
        LIST
    }

    /** Which events are given for a batch. */
    enum Holds {
        /** All of it, pushed or lost. */
        ALL,
        /** What was lost. */
        LOST,
        /** The first half of what was lost. */
        HALF,
        /** Nothing. */
        NONE,
        /** What was lost of other batches of the same program. */
        OTHER
    }

    private static final int NO_ERROR = 0;

    /** What the API answers unless it is told otherwise. */
    static final EventAnswer USUAL =
            new EventAnswer(200, null, null, null, Form.ENVELOPE, Holds.ALL, Duration.ZERO, null);

    /** To a call that lacks a header that the contract requires. */
    static final EventAnswer REFUSAL = new EventAnswer(
            400,
            null,
            null,
            envelope(400, "X-Program-ID and X-Request-ID are required").toString(),
            USUAL.form,
            USUAL.holds,
            USUAL.delay,
            null);

    /**
     * Reads what the simulator is told; what is not said is as usual.
     *
     * @throws ProblemException 400, when it makes no sense
     */
    static EventAnswer read(byte[] json) throws ProblemException {
        ControlInput input = ControlInput.parse(json);
        int code = input.integer("code", NO_ERROR, Integer.MIN_VALUE, Integer.MAX_VALUE);
        EventAnswer answer = new EventAnswer(
                input.integer("status", USUAL.status, 200, 599),
                input.integer("retryAfter", null, 0, 86_400),
                code == NO_ERROR ? null : code,
                input.text("body"),
                input.oneOf("form", Form.class, USUAL.form),
                input.oneOf("holds", Holds.class, USUAL.holds),
                input.duration("delay"),
                input.integer("times", null, 1, Integer.MAX_VALUE));
        if (answer.body != null && answer.code != null) {
            input.wrong("body", "must not be given together with code: an answer has one body");
        }
        boolean givesEvents = answer.status == 200 && answer.body == null && answer.code == null;
        if (!givesEvents && (input.has("form") || input.has("holds"))) {
            input.wrong("form", "and holds are for answers with events: leave out status, code and body");
        }
        input.finish();
        return answer;
    }

    /** The same for one time less; the usual answer after the last. */
    EventAnswer next() {
        if (times == null) {
            return this;
        }
        return times == 1 ? USUAL : new EventAnswer(status, retryAfter, code, body, form, holds, delay, times - 1);
    }

    /**
     * The answer as HTTP wants it.
     *
     * @param events what it gives, if it gives events
     * @param question what was asked, for people
     */
    EventReply reply(List<ObjectNode> events, String question) {
        String text;
        String summary;
        if (body != null) {
            text = body;
            summary = "HTTP " + status + " and a text of its own";
        } else if (code != null || status != 200) {
            text = envelope(code == null ? status : code, "The simulator was told to answer so")
                    .toString();
            summary = "HTTP " + status + (code == null ? "" : " and code " + code);
        } else {
            text = text(events).toString();
            summary = switch (events.size()) {
                case 0 -> "no events";
                case 1 -> "1 event";
                default -> events.size() + " events";
            };
        }
        String contentType = text.startsWith("<") ? "text/html" : "application/json";
        return new EventReply(
                status, retryAfter, contentType, text, delay.toMillis(), "asked " + question + ", answers " + summary);
    }

    private JsonNode text(List<ObjectNode> events) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode().addAll(events);
        return switch (form) {
            case ENVELOPE -> success(array);
            case ARRAY -> array;
            case SINGLE -> events.isEmpty() ? success(array) : events.get(0);
            case EVENTS -> success(JsonNodeFactory.instance.objectNode().set("events", array));
            case LIST -> success(JsonNodeFactory.instance.objectNode().set("list", array));
        };
    }

    private static ObjectNode success(JsonNode data) {
        return envelope(NO_ERROR, "success").set("data", data);
    }

    private static ObjectNode envelope(int code, String message) {
        return JsonNodeFactory.instance.objectNode().put("code", code).put("message", message);
    }
}
