package io.resourcesync.dragonpass.bench;

/**
 * What was acknowledged of one batch.
 *
 * @param total what its pushes say is their number
 * @param pushes acknowledged: those with the sequences from 1 to this
 * @param payloads the sum of the digests of their payloads
 * @param ids the sum over all their ids of the number in the id times the sequence of its push
 */
record Sent(String batchId, int total, int pushes, long payloads, long ids) {

    static Sent of(Batches.Batch batch) {
        return new Sent(batch.id, batch.total, batch.acknowledged, batch.payloads, batch.ids);
    }

    static Sent parse(String line) {
        String[] parts = line.split(" ");
        return new Sent(
                parts[0],
                Integer.parseInt(parts[1]),
                Integer.parseInt(parts[2]),
                Long.parseLong(parts[3]),
                Long.parseLong(parts[4]));
    }

    String toLine() {
        return batchId + " " + total + " " + pushes + " " + payloads + " " + ids;
    }

    boolean isComplete() {
        return pushes == total;
    }
}
