package io.resourcesync.dragonpass.batch;

import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;

/** Reads a {@code TIMESTAMP WITH TIME ZONE}: HSQLDB's driver and PostgreSQL's give different types. */
public final class SqlTime {

    private SqlTime() {}

    /** The instant of a column's value; null for null. */
    public static Instant instant(Object value) {
        if (value instanceof OffsetDateTime time) {
            return time.toInstant();
        }
        return value == null ? null : ((Timestamp) value).toInstant();
    }
}
