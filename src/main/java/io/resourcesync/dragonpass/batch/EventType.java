package io.resourcesync.dragonpass.batch;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The three topics of DragonPass's Resource Update Push Service. Whether a topic can be asked for
 * again at the Event Recovery API is the vendor's rule, not a setting.
 */
public enum EventType {
    RESOURCE_METADATA("resource.metadata.updated", true),
    TRANSPORT_HUB_METADATA("transportHub.metadata.updated", true),
    RESOURCE_AVAILABILITY("resource.availability.changed", false);

    private static final Map<String, EventType> BY_WIRE_NAME =
            Arrays.stream(values()).collect(Collectors.toMap(EventType::wireName, topic -> topic));

    private final String wireName;
    private final boolean recoverable;

    EventType(String wireName, boolean recoverable) {
        this.wireName = wireName;
        this.recoverable = recoverable;
    }

    /** The value of the field {@code eventType}, and of the columns {@code event_type}. */
    public String wireName() {
        return wireName;
    }

    /** Whether the Event Recovery API answers for this topic. */
    public boolean recoverable() {
        return recoverable;
    }

    /** The topic with that wire name, or empty when this product does not know it. */
    public static Optional<EventType> of(String wireName) {
        return Optional.ofNullable(BY_WIRE_NAME.get(wireName));
    }
}
