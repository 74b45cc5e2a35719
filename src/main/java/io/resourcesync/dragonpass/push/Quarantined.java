package io.resourcesync.dragonpass.push;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/** The row of {@code quarantine} that a rejected push becomes. */
public final class Quarantined {

    private static final int DETAIL_LENGTH = 1000;

    private Quarantined() {}

    /** The named parameters of {@code quarantine-push.sql}; equal payloads share their {@code payloadHash}. */
    public static Map<String, Object> parameters(PushRejected rejected) {
        String detail = rejected.problem().detail();
        Map<String, Object> row = new HashMap<>();
        row.put("payloadHash", sha256(rejected.payload()));
        row.put("reason", rejected.reason().name());
        row.put("detail", detail.length() <= DETAIL_LENGTH ? detail : detail.substring(0, DETAIL_LENGTH));
        row.put("payload", rejected.payload());
        return row;
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
