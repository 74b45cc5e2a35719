package io.resourcesync.dragonpass.push;

import io.resourcesync.dragonpass.http.Problem;
import io.resourcesync.dragonpass.http.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A push that cannot be accepted: it is kept in quarantine, and its sender is told why. */
public final class PushRejected extends ProblemException {

    private static final long serialVersionUID = 1L;

    /** So many violations are listed, and of more only their number is told. */
    static final int LISTED = 100;

    private static final int IN_SENTENCE = 5;

    private final RejectionReason reason;
    private final transient byte[] payload;

    PushRejected(RejectionReason reason, byte[] payload, List<Violation> violations) {
        this(reason, payload, violations, violations.size());
    }

    /**
     * @param first of the violations, at most as many as are listed
     * @param all how many there are
     */
    PushRejected(RejectionReason reason, byte[] payload, List<Violation> first, int all) {
        super(new Problem(
                reason.status(),
                reason.label(),
                reason.title(),
                sentence(first, all),
                first.stream()
                        .map(v -> Map.of("pointer", v.pointer(), "detail", v.detail()))
                        .toList()));
        this.reason = reason;
        this.payload = payload;
    }

    private static String sentence(List<Violation> first, int all) {
        String listed =
                first.stream().limit(IN_SENTENCE).map(Violation::toString).collect(Collectors.joining("; "));
        return all <= IN_SENTENCE ? listed : listed + "; and " + (all - IN_SENTENCE) + " more";
    }

    /** Why. */
    public RejectionReason reason() {
        return reason;
    }

    /** What arrived, byte for byte. */
    public byte[] payload() {
        return payload;
    }
}
