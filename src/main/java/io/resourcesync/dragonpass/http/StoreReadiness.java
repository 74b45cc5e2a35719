package io.resourcesync.dragonpass.http;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Ready means that a push sent now would be acknowledged: the database is asked to commit a write,
 * as a read would succeed where a push fails. The answer is kept for a second, so that whoever polls
 * cannot wear the database out.
 */
public final class StoreReadiness extends AbstractHealthCheck {

    private static final Duration KEPT = Duration.ofSeconds(1);

    private final JdbcTemplate jdbc;
    private final Clock clock;
    private Instant askedAt = Instant.MIN;
    private boolean writable;

    /**
     * @param jdbc what pushes are written through
     */
    public StoreReadiness(JdbcTemplate jdbc, Clock clock) {
        super("dragonpass", "store");
        this.jdbc = jdbc;
        this.clock = clock;
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected synchronized void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        Instant now = clock.instant();
        if (now.isBefore(askedAt) || now.isAfter(askedAt.plus(KEPT))) {
            writable = canWrite();
            askedAt = now;
        }
        if (writable) {
            builder.up();
        } else {
            builder.message("the database does not take writes").down();
        }
    }

    private boolean canWrite() {
        try {
            return jdbc.update("UPDATE readiness_probe SET probed_at = current_timestamp") == 1;
        } catch (DataAccessException e) {
            return false;
        }
    }
}
