package io.resourcesync.dragonpass.batch;

import java.time.Clock;
import java.time.Instant;

/**
 * What a node knows of one batch: which sequences are stored, how many there must be, and when its
 * deadline is. It carries no payload, merges in any order and any number of times, and is only a
 * hint: what really happens to a batch is decided by a conditional update in SQL.
 *
 * @param key the batch
 * @param totalSequence how many pushes the batch has
 * @param stored the sequences known to be stored
 * @param deadline when the batch is due, by this node's clock
 * @param closed whether the batch was closed before all of it arrived
 */
public record BatchProgress(BatchKey key, int totalSequence, Sequences stored, Instant deadline, boolean closed) {

    /**
     * Both together; the later deadline counts, as a recovery attempt moves it forward.
     *
     * @param other what came later: should the two disagree about the total, a sweep puts right what was
     *     read wrongly
     */
    public BatchProgress merge(BatchProgress other) {
        return new BatchProgress(
                key,
                other.totalSequence,
                stored.union(other.stored),
                deadline.isAfter(other.deadline) ? deadline : other.deadline,
                closed || other.closed);
    }

    /** The same batch with these sequences known to be stored, and no other. */
    public BatchProgress with(Sequences sequences) {
        return new BatchProgress(key, totalSequence, sequences, deadline, closed);
    }

    /** Nothing is left to wait for: every sequence is stored, or a late one came to a closed batch. */
    public boolean applicable() {
        return closed || stored.size() == totalSequence;
    }

    /** Applying is all that can follow, once it is due: it is applicable, or what is missing cannot be asked for. */
    public boolean needsNoRecovery() {
        return applicable() || !key.eventType().recoverable();
    }

    /** Milliseconds left until the deadline, at least 1, as Camel takes 0 for no timeout at all. */
    public Long millisToDeadline(Clock clock) {
        return Math.max(1L, deadline.toEpochMilli() - clock.millis() + 1);
    }

    /** The sequences not known to be stored, such as {@code 2,5-7}. */
    public String missing() {
        return stored.missing(totalSequence);
    }
}
