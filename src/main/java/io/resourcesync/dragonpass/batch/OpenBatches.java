package io.resourcesync.dragonpass.batch;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

/**
 * What a sweep has seen until now of the batches that wait for sequences or for being applied. It reads some at
 * a time, in the order of their opening, as there can be very many. One that it passes over, as others that were
 * opened at the same time are closed meanwhile, the next sweep sees.
 *
 * @param count how many it has seen
 * @param oldest when the oldest of them was opened, by this node's clock; null when there is none
 * @param begun when the first were read, by the database's clock; null before
 * @param lastOpenedAt when the last of them was opened, by the database's clock
 * @param tied how many of them were opened at that very time
 * @param worthALook those of the last that were read that this node should look at
 * @param looksLeft how many more there is room for
 * @param more whether there may be others that were open when the sweep began
 */
public record OpenBatches(
        int count,
        Instant oldest,
        Instant begun,
        Instant lastOpenedAt,
        int tied,
        List<BatchKey> worthALook,
        int looksLeft,
        boolean more) {

    /** While they are read, HSQLDB stores few pushes. */
    static final int AT_ONCE = 1000;

    /** Nothing is seen yet. */
    static OpenBatches none(int looksLeft) {
        return new OpenBatches(0, null, null, Instant.EPOCH, 0, List.of(), looksLeft, true);
    }

    /** The named parameters of {@code read-open-batches.sql} for those that come next. */
    public Map<String, Object> parameters() {
        return Map.of("lastOpenedAt", lastOpenedAt.atOffset(ZoneOffset.UTC), "tied", tied, "limit", AT_ONCE);
    }
}
