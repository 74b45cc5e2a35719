package io.resourcesync.dragonpass.recovery;

/** A recovery attempt that brought no answer to work with. */
public final class RecoveryFailed extends Exception {

    private static final long serialVersionUID = 1L;

    private final String outcome;
    private final int retryAfterSeconds;

    /**
     * @param outcome one of a few words, for the metric
     * @param message for the column {@code recovery_error} and the log
     */
    public RecoveryFailed(String outcome, String message) {
        this(outcome, message, 0);
    }

    /**
     * @param retryAfterSeconds how long the API asks to be left alone; 0 when it does not
     */
    public RecoveryFailed(String outcome, String message, int retryAfterSeconds) {
        super(message, null, false, false);
        this.outcome = outcome;
        this.retryAfterSeconds = retryAfterSeconds;
    }

    /** There was no answer, or not all of it, within the time that a call may take. */
    static RecoveryFailed timeout() {
        return new RecoveryFailed("timeout", "the API did not answer in time");
    }

    /** One of a few words, for the metric. */
    public String outcome() {
        return outcome;
    }

    /** How long the API asks to be left alone, in seconds; 0 when it does not. */
    public int retryAfterSeconds() {
        return retryAfterSeconds;
    }
}
