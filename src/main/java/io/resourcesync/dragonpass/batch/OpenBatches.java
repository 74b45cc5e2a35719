package io.resourcesync.dragonpass.batch;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/**
 * What a sweep has seen until now of the batches that wait for sequences or for being applied. It reads some at
 * a time, in the order of their opening, as there can be very many.
 *
 * @param count how many it has seen
 * @param oldest when the oldest of them was opened, by this node's clock; null when there is none
 * @param lastOpenedAt when the last of them was opened, by the database's clock
 * @param tied how many of them were opened at that very time
 * @param worthALook those of the last that were read that this node should look at
 * @param more whether there may be others
 */
public record OpenBatches(
        int count, Instant oldest, Instant lastOpenedAt, int tied, List<BatchKey> worthALook, boolean more) {

    /** While they are read, HSQLDB stores few pushes. */
    static final int AT_ONCE = 1000;

    /** A sweep that begins. */
    static final OpenBatches NONE_YET = new OpenBatches(0, null, Instant.EPOCH, 0, List.of(), true);

    /** The named parameters of {@code read-open-batches.sql} for those that come next. */
    public Map<String, Object> parameters() {
        return Map.of("lastOpenedAt", lastOpenedAt.atOffset(ZoneOffset.UTC), "tied", tied, "limit", AT_ONCE);
    }
}
