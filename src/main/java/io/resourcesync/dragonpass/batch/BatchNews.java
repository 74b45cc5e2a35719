package io.resourcesync.dragonpass.batch;

/**
 * Pushes of one batch that were stored together.
 *
 * @param progress the progress that they make
 * @param opening whether the batch began with them
 */
public record BatchNews(BatchProgress progress, boolean opening) {}
