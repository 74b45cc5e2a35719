package io.resourcesync.dragonpass.security;

import java.time.Duration;

/**
 * A token that DragonPass has issued.
 *
 * @param value the token itself, 1 to 8192 visible ASCII characters, so that it fits into a header
 * @param validity how long it is valid from when it was asked for; more than zero
 */
public record FetchedToken(String value, Duration validity) {

    private static final int MAX_LENGTH = 8192;

    /**
     * @throws IllegalArgumentException for a token or a validity that is no such thing
     */
    public FetchedToken {
        if (value.isEmpty() || value.length() > MAX_LENGTH || !value.chars().allMatch(c -> c > ' ' && c <= '~')) {
            throw new IllegalArgumentException("the token is no text of visible ASCII characters");
        }
        if (validity.isNegative() || validity.isZero()) {
            throw new IllegalArgumentException("the token is not valid for any time");
        }
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "FetchedToken[validity=" + validity + "]";
    }
}
