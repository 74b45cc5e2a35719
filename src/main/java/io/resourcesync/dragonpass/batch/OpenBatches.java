package io.resourcesync.dragonpass.batch;

import java.time.Instant;
import java.util.List;

/**
 * What a sweep saw of the batches that wait for sequences or for being applied.
 *
 * @param count how many there are
 * @param oldest when the oldest of them was opened, by this node's clock; null when there is none
 * @param worthALook those that this node should look at
 */
public record OpenBatches(int count, Instant oldest, List<BatchKey> worthALook) {}
