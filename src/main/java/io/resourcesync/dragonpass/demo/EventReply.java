package io.resourcesync.dragonpass.demo;

/**
 * One answer of the simulator's Event Recovery API, as HTTP wants it.
 *
 * @param status of HTTP
 * @param retryAfter the header in seconds, or null
 * @param contentType of the body
 * @param body the body
 * @param delayMillis how long it is held back
 * @param summary what was asked for and what is answered, for people
 */
public record EventReply(
        int status, Integer retryAfter, String contentType, String body, long delayMillis, String summary) {}
