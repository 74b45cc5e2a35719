package io.resourcesync.dragonpass.model;

/** The topics as the push contract states them; not the product's own enum, which could be wrong. */
enum Topic {
    RESOURCE_METADATA("resource.metadata.updated", true),
    HUB_METADATA("transportHub.metadata.updated", true),
    AVAILABILITY("resource.availability.changed", false);

    final String eventType;
    final boolean recoverable;

    Topic(String eventType, boolean recoverable) {
        this.eventType = eventType;
        this.recoverable = recoverable;
    }
}
