package io.resourcesync.dragonpass.push;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.resourcesync.dragonpass.batch.EventType;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;

/**
 * What the routes from {@code receive-push} to {@code store-push} ask of Java. A push is refused by
 * throwing {@link PushRejected}, whatever the source it came from.
 */
public final class Pushes {

    /** Numbers are equal by value: 1.0 and 1.00 are, and an int and a long of one value. */
    private static final Comparator<JsonNode> BY_VALUE = (a, b) -> {
        if (a.isNumber() && b.isNumber()) {
            return a.decimalValue().compareTo(b.decimalValue());
        }
        return a.equals(b) ? 0 : 1;
    };

    /**
     * @param body the body as received; null is an empty one
     * @throws PushRejected when it is not strict JSON
     */
    public ParsedPush parse(byte[] body) throws PushRejected {
        return StrictJson.parse(body);
    }

    /** The field {@code eventType}; null when there is none or it is no string. */
    public String eventType(ParsedPush push) {
        return push.tree().path("eventType").textValue();
    }

    /**
     * @param eventType the wire name of a topic
     * @throws PushRejected with every violation of that topic's shape
     */
    public Push check(ParsedPush push, String eventType) throws PushRejected {
        return ShapeCheck.check(push, EventType.of(eventType).orElseThrow());
    }

    /** Refuses a push of no topic of the subscription: other events of the platform, or none at all. */
    public void refuseUnknown(ParsedPush push) throws PushRejected {
        JsonNode eventType = push.tree().at(JsonPointer.compile("/eventType"));
        if (eventType.isTextual() && !eventType.textValue().isEmpty()) {
            throw new PushRejected(
                    RejectionReason.UNKNOWN_EVENT_TYPE,
                    push.bytes(),
                    List.of(new Violation("/eventType", "is none of the subscription's topics")));
        }
        String detail = eventType.isMissingNode() ? "is required" : "must be a string that is not empty";
        throw new PushRejected(RejectionReason.INVALID, push.bytes(), List.of(new Violation("/eventType", detail)));
    }

    /**
     * Compares a push with the stored one of the same sequence, as JSON values, whatever the format.
     *
     * @return {@code duplicate} when both say the same, else {@code content}
     */
    public static String compare(Push push, String storedPayload) {
        JsonNode stored = StrictJson.reparse(storedPayload);
        return stored.equals(BY_VALUE, StrictJson.reparse(push.payload())) ? "duplicate" : "content";
    }

    /** Refuses a push whose sequence is taken by another content. */
    public void refuseContent(Push push) throws PushRejected {
        throw rejected(
                RejectionReason.CONFLICTING_CONTENT,
                push,
                new Violation("/sequence", "was stored with other content; the first stays"));
    }

    /** Refuses a push that disagrees with its batch about how many there are. */
    public void refuseTotal(Push push) throws PushRejected {
        throw rejected(
                RejectionReason.CONFLICTING_TOTAL,
                push,
                new Violation("/totalSequence", "differs from that of the batch's other pushes"));
    }

    private static PushRejected rejected(RejectionReason reason, Push push, Violation violation) {
        return new PushRejected(reason, push.payload().getBytes(StandardCharsets.UTF_8), List.of(violation));
    }
}
