package io.resourcesync.dragonpass.store;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Ready means that a push sent now would be acknowledged: by the database, or while that is away by the
 * spool. The spool's answer is kept for a second, so that whoever polls cannot wear the disk out.
 */
public final class StoreReadiness extends AbstractHealthCheck {

    private static final Duration KEPT = Duration.ofSeconds(1);

    private final DatabaseWatch database;
    private final Durability durability;
    private final Spool spool;
    private final Clock clock;
    private Instant askedAt = Instant.MIN;
    private boolean spoolWritable;

    public StoreReadiness(DatabaseWatch database, Durability durability, Spool spool, Clock clock) {
        super("dragonpass", "store");
        this.database = database;
        this.durability = durability;
        this.spool = spool;
        this.clock = clock;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        builder.detail("database", database.isUp() ? "up" : "down");
        if (durability.isDoubtful()) {
            builder.message("a commit could not be flushed to disk: make room and restart")
                    .down();
        } else if (database.isUp()) {
            builder.up();
        } else if (isSpoolWritable()) {
            builder.message("the database is away, pushes go to the spool").up();
        } else {
            builder.message("the database does not take writes, and the spool is full or cannot be written")
                    .down();
        }
    }

    private synchronized boolean isSpoolWritable() {
        Instant now = clock.instant();
        if (now.isBefore(askedAt) || now.isAfter(askedAt.plus(KEPT))) {
            spoolWritable = spool.isWritable();
            askedAt = now;
        }
        return spoolWritable;
    }
}
