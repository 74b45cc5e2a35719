package io.resourcesync.dragonpass.batch;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What identifies a batch. The batch id alone does not: DragonPass uses one id for batches of all
 * three topics.
 */
public record BatchKey(String programId, EventType eventType, String batchId) {

    private static final Pattern LINE_BREAKING = Pattern.compile("[\\p{Cc}\\p{Zl}\\p{Zp}]+");

    /**
     * There are few programs: one string for all that name the same one spares HSQLDB the comparison of their
     * characters in every node of its trees, and memory a copy for each open batch.
     */
    public BatchKey {
        programId = programId.intern();
    }

    /** The key in a row that the SQL component read, from its three key columns. */
    public static BatchKey of(Map<String, Object> row) {
        String eventType = (String) row.get("event_type");
        return new BatchKey(
                (String) row.get("program_id"),
                EventType.of(eventType)
                        .orElseThrow(() -> new IllegalStateException("unknown event_type in SQL: " + eventType)),
                (String) row.get("batch_id"));
    }

    /** One string for one batch: the parts are percent-encoded, so that a slash in an id cannot join two batches. */
    public String correlationKey() {
        return urlEncoded(programId) + "/" + eventType.wireName() + "/" + urlEncoded(batchId);
    }

    /** The named parameters of the statements that touch one batch. */
    public Map<String, Object> parameters() {
        return Map.of("programId", programId, "eventType", eventType.wireName(), "batchId", batchId);
    }

    /** The same as {@link #parameters()}, fit for the query of a URL. */
    public Map<String, Object> urlParameters() {
        return parameters().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> urlEncoded((String) e.getValue())));
    }

    /** For people: in logs and on the console. */
    @Override
    public String toString() {
        return eventType.wireName() + " " + printable(batchId) + " of program " + printable(programId);
    }

    /** What a sender wrote, as a part of one line: it must not end it and begin another. */
    public static String printable(String text) {
        return LINE_BREAKING.matcher(text).replaceAll(" ");
    }

    private static String urlEncoded(String text) {
        return isPlain(text)
                ? text
                : URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Whether it needs no encoding, as nearly every id. A plain loop, as it runs for every push. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain =
                    c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || ".-_".indexOf(c) >= 0;
            if (!plain) {
                return false;
            }
        }
        return true;
    }
}
