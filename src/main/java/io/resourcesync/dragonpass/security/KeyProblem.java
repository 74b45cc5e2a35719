package io.resourcesync.dragonpass.security;

/**
 * A key that is not used, and why: for the log. It never shows any of the key.
 *
 * @param source the file, and within a JWKS file the key
 * @param reason what is wrong with it, and what to do
 */
public record KeyProblem(String source, String reason) {

    @Override
    public String toString() {
        return source + " " + reason;
    }
}
