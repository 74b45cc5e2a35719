package io.resourcesync.dragonpass.bench;

/**
 * What was compared, row by row, and found right.
 *
 * @param unapplied pushes of complete batches that were still to be applied when the contender was stopped
 */
record Verified(long batches, long pushes, long unapplied) {

    /** Of one that stores nothing. */
    static final Verified NOTHING = new Verified(0, 0, 0);
}
