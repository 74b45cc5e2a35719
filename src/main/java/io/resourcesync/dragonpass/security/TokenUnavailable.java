package io.resourcesync.dragonpass.security;

import java.time.Duration;

/**
 * There is no token for a call to DragonPass now. The message is for the log and for people, and
 * never shows a token or a secret.
 */
public final class TokenUnavailable extends Exception {

    private static final long serialVersionUID = 1L;

    private final Duration retryAfter;

    /**
     * @param message what happened, without anything secret
     */
    public TokenUnavailable(String message) {
        this(message, Duration.ZERO);
    }

    /**
     * @param retryAfter how long the API asks to be left alone; zero when it does not
     */
    public TokenUnavailable(String message, Duration retryAfter) {
        super(message, null, false, false);
        this.retryAfter = retryAfter;
    }

    /** How long it makes no sense to try again; zero when that is not known. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
