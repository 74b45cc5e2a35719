package io.resourcesync.dragonpass.bench;

/**
 * What was acknowledged of one batch.
 *
 * @param total what its pushes say is their number
 * @param pushes acknowledged: those with the sequences from 1 to this
 * @param payloadBytes of these together
 */
record Sent(String batchId, int total, int pushes, long payloadBytes) {

    static Sent parse(String line) {
        String[] parts = line.split(" ");
        return new Sent(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), Long.parseLong(parts[3]));
    }

    boolean isComplete() {
        return pushes == total;
    }
}
