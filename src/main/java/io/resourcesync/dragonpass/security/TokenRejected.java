package io.resourcesync.dragonpass.security;

import io.resourcesync.dragonpass.http.Problem;
import io.resourcesync.dragonpass.http.ProblemException;
import java.util.Locale;
import java.util.Optional;

/**
 * A push whose token does not prove where it comes from. Its answer is the same 401 whatever the
 * reason, which is for the log and the metric only.
 */
public final class TokenRejected extends ProblemException {

    private static final long serialVersionUID = 1L;

    private static final Problem PROBLEM = new Problem(
            401, "unauthorized", "The push is not authenticated", "it needs one valid token, signed by DragonPass");

    private final Reason reason;
    private final String keyId;

    TokenRejected(Reason reason) {
        this(reason, null);
    }

    /**
     * @param keyId null when the token names none, or one that cannot be logged
     */
    TokenRejected(Reason reason, String keyId) {
        super(PROBLEM);
        this.reason = reason;
        this.keyId = keyId;
    }

    /** Why. */
    public Reason reason() {
        return reason;
    }

    /**
     * The kid that the token names, if it is one that can be logged: an unknown one tells the operator
     * which key is missing. It is no proof of anything, and as a metric's tag it would have no bounds.
     */
    public Optional<String> keyId() {
        return Optional.ofNullable(keyId);
    }

    /** For the log: the kid, where it is known. */
    public String description() {
        return keyId == null ? "" : "(kid " + keyId + ")";
    }

    /** Why a token is rejected; section numbers are those of RFC 8725. */
    public enum Reason {
        /** The header is missing or empty. */
        NO_TOKEN,
        /** More than one header, or several tokens in one: which is meant, nobody can tell. */
        SEVERAL_TOKENS,
        /** Longer than any token of DragonPass. */
        TOO_LARGE,
        /** Not three parts in Base64URL, or a header that is no JSON object, or one with a member twice. */
        MALFORMED,
        /** A JWE of five parts; nothing is ever decrypted here. */
        ENCRYPTED,
        /** Any algorithm but RS256, none above all (3.1). */
        ALGORITHM,
        /** The token brings or names its own key: jwk, jku, x5u, x5c, x5t (3.10). */
        EMBEDDED_KEY,
        /** The token asks for something that is not done here: crit, b64, zip, enc. */
        EXTENSION,
        /** A typ other than JWT: a token made for something else (3.11). */
        TYPE,
        /** No kid, or one that is no printable text of 1 to 256 characters. */
        KEY_ID,
        /** No key of this kid, or not any more. */
        UNKNOWN_KEY,
        /** The signature is missing or is not of this key over this token. */
        SIGNATURE,
        /** The claims are no JSON object, one is there twice, or a time is no number of seconds. */
        CLAIMS,
        /** Another iss, or none (3.8). */
        ISSUER,
        /** The time exp has come. */
        EXPIRED,
        /** The time nbf has not come. */
        NOT_YET_VALID,
        /** The time iat has not come. */
        ISSUED_IN_FUTURE,
        /** The time iat is longer ago than tokens are accepted. */
        TOO_OLD,
        /** The check itself failed. */
        CHECK_FAILED;

        /** As metrics write it, such as {@code unknown-key}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
