package io.resourcesync.dragonpass.demo;

import java.time.Instant;

/**
 * One attempt to push one event of a batch.
 *
 * @param batch the batch
 * @param sequence of the event
 * @param at when it is sent
 * @param attempt counted from 1
 */
public record Delivery(SimulatedBatch batch, int sequence, Instant at, int attempt) {

    /** The body of the push. */
    public String json() {
        return batch.event(sequence).toString();
    }
}
