package io.resourcesync.dragonpass.push;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.resourcesync.dragonpass.batch.BatchKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.Set;

/**
 * One push that was found in order.
 *
 * @param batch the batch it belongs to
 * @param sequence its place in the batch, from 1 to {@code totalSequence}
 * @param totalSequence how many pushes the batch has
 * @param module the one module its ids belong to; null for transport hubs
 * @param updatedAt when DragonPass changed the data, in UTC, to the microsecond, as SQL keeps it
 * @param payload the JSON as received
 * @param ambiguous ids that the push both adds and removes, for people; the later group wins
 */
public record Push(
        BatchKey batch,
        int sequence,
        int totalSequence,
        Integer module,
        OffsetDateTime updatedAt,
        String payload,
        Set<String> ambiguous) {

    /** The acknowledgement, exactly as the contract wants it. */
    public ByteBuffer acknowledgement() {
        String json = JsonNodeFactory.instance
                .objectNode()
                .put("batchId", batch.batchId())
                .put("sequence", sequence)
                .put("status", "success")
                .toString();
        return ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8));
    }
}
