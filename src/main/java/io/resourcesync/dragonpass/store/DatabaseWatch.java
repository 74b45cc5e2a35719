package io.resourcesync.dragonpass.store;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Looks after the database: while it does not take writes, the circuit breaker is open and pushes are
 * spooled at once, without each of them waiting for it.
 */
public final class DatabaseWatch {

    private static final Logger LOG = LoggerFactory.getLogger("dragonpass.database");

    private final JdbcTemplate jdbc;
    private final Runnable prepare;
    private final CircuitBreaker breaker;
    private final Durability durability;
    private volatile boolean up = true;

    /**
     * @param jdbc what pushes are written through
     * @param prepare brings the schema up to date when that is still to be done; throws when it cannot
     * @param breaker what pushes ask whether they should try
     */
    public DatabaseWatch(
            JdbcTemplate jdbc, Runnable prepare, CircuitBreaker breaker, Durability durability, MeterRegistry metrics) {
        this.jdbc = jdbc;
        this.prepare = prepare;
        this.breaker = breaker;
        this.durability = durability;
        Gauge.builder("dragonpass.database.up", this, watch -> watch.up ? 1 : 0)
                .description("Whether the database took a write when it was last asked")
                .register(metrics);
    }

    /** Asks the database to commit a write, as a read would succeed where a push fails, and acts on the answer. */
    public void look() {
        String trouble = trouble();
        boolean wasUp = up;
        up = trouble == null;
        if (!up) {
            breaker.transitionToForcedOpenState();
            if (wasUp) {
                LOG.warn("The database does not take writes ({}): pushes go to the spool", trouble);
            }
        } else if (breaker.getState() != State.CLOSED) {
            breaker.transitionToClosedState();
            LOG.info("The database takes writes again");
        }
    }

    private String trouble() {
        try {
            prepare.run();
            jdbc.update("UPDATE readiness_probe SET probed_at = current_timestamp");
            durability.require();
            return null;
        } catch (RuntimeException e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            return root.getClass().getSimpleName() + ": " + root.getMessage();
        }
    }

    /** Whether the database took a write when it was last asked, and pushes since then. */
    public boolean isUp() {
        return up && breaker.getState() == State.CLOSED;
    }
}
