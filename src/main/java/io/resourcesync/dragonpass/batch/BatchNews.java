package io.resourcesync.dragonpass.batch;

import java.util.Map;

/**
 * Pushes of one batch that were stored together.
 *
 * @param batch the batch as it was read before, by the columns of {@code read-batches.sql}; null when
 *     these pushes opened it
 */
public record BatchNews(BatchKey key, int totalSequence, Sequences stored, Map<String, Object> batch) {

    /** Whether the batch began with these pushes. */
    public boolean opening() {
        return batch == null;
    }
}
