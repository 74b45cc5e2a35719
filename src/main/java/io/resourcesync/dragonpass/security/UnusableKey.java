package io.resourcesync.dragonpass.security;

/**
 * A key, a secret or a folder of keys that cannot be used. The message is one sentence for the
 * operator: what is wrong with it and what to do. It never shows any of the key.
 */
public final class UnusableKey extends Exception {

    private static final long serialVersionUID = 1L;

    UnusableKey(String sentence) {
        super(sentence);
    }
}
