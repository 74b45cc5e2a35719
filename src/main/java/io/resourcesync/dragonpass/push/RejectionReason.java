package io.resourcesync.dragonpass.push;

import java.util.Locale;

/** Why a push cannot be accepted: the column {@code quarantine.reason}, and the answer's status. */
public enum RejectionReason {
    NOT_JSON(400, "The body is not strict JSON"),
    INVALID(422, "The push breaks the shape of its topic"),
    UNKNOWN_EVENT_TYPE(422, "The event type is not part of this subscription"),
    CONFLICTING_CONTENT(409, "Another push with this sequence was stored before"),
    CONFLICTING_TOTAL(409, "The batch has another totalSequence");

    private final int status;
    private final String title;

    RejectionReason(int status, String title) {
        this.status = status;
        this.title = title;
    }

    /** The HTTP status of the answer. */
    public int status() {
        return status;
    }

    /** One sentence for people; the title of the problem. */
    public String title() {
        return title;
    }

    /** As metrics and problem types write it, such as {@code not-json}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
