package io.resourcesync.dragonpass.main;

/** A setting with which the product cannot start: one sentence says which, why and what to do. */
public final class SettingsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SettingsException(String sentence) {
        super(sentence);
    }

    /** What to tell of a failed start: the sentence where there is one, else the root of the failure. */
    public static String sentence(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && !(cause instanceof SettingsException)) {
            cause = cause.getCause();
        }
        return cause instanceof SettingsException ? cause.getMessage() : cause.toString();
    }
}
