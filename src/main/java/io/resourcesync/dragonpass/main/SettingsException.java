package io.resourcesync.dragonpass.main;

/** A setting with which the product cannot start: one sentence says which, why and what to do. */
public final class SettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SettingsException(String sentence) {
        super(sentence);
    }
}
