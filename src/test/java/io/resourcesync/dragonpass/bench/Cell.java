package io.resourcesync.dragonpass.bench;

/**
 * What is the same for all contenders of one comparison.
 *
 * @param database {@code hsqldb} or {@code postgresql}
 * @param connections how many pushes are under way at most
 * @param batchSize pushes in a batch
 */
record Cell(String database, int connections, int batchSize) {

    /** Ids in a push: the most that the contract allows. */
    static final int IDS = 100;

    @Override
    public String toString() {
        return database + ", " + connections + " connections, batches of " + batchSize;
    }
}
