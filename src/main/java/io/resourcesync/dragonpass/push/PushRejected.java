package io.resourcesync.dragonpass.push;

import io.resourcesync.dragonpass.http.Problem;
import io.resourcesync.dragonpass.http.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A push that cannot be accepted: it is kept in quarantine, and its sender is told why. */
public final class PushRejected extends ProblemException {

    private static final long serialVersionUID = 1L;

    /** Longer lists are cut: a body of 1 MiB can hold some hundred thousand violations. */
    private static final int LISTED = 100;

    private final RejectionReason reason;
    private final transient byte[] payload;

    PushRejected(RejectionReason reason, byte[] payload, List<Violation> violations) {
        super(new Problem(
                reason.status(),
                reason.label(),
                reason.title(),
                sentence(violations),
                violations.stream()
                        .limit(LISTED)
                        .map(v -> Map.of("pointer", v.pointer(), "detail", v.detail()))
                        .toList()));
        this.reason = reason;
        this.payload = payload;
    }

    private static String sentence(List<Violation> violations) {
        String listed = violations.stream().limit(5).map(Violation::toString).collect(Collectors.joining("; "));
        return violations.size() <= 5 ? listed : listed + "; and " + (violations.size() - 5) + " more";
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
