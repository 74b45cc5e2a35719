package io.resourcesync.dragonpass.push;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;

/**
 * A body that is strict JSON, and not looked at any closer yet.
 *
 * @param tree the JSON
 * @param payload the same as received
 */
public record ParsedPush(JsonNode tree, String payload) {

    byte[] bytes() {
        return payload.getBytes(StandardCharsets.UTF_8);
    }
}
