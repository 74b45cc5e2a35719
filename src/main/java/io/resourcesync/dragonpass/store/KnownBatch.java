package io.resourcesync.dragonpass.store;

import io.resourcesync.dragonpass.batch.BatchProgress;

/**
 * The batch of a waiting push.
 *
 * @param progress how many pushes it must have, its deadline, whether it is closed; none of its pushes
 * @param opening whether it begins with the group
 */
record KnownBatch(BatchProgress progress, boolean opening) {}
