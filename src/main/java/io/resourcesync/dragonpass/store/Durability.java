package io.resourcesync.dragonpass.store;

import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.LoggerFactory;

/**
 * Whether what the database calls committed is on disk. HSQLDB goes on when it cannot write its log, as
 * on a full disk, and tells only {@code java.util.logging}, before that commit returns. From the first
 * such record on no commit can be trusted, until a restart has read what is really there.
 */
public final class Durability extends ServiceSupport {

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger("dragonpass.database");

    /** Held here, as java.util.logging forgets a logger that nobody holds, and its handlers. */
    private final Logger logger = Logger.getLogger("hsqldb.db");

    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            if (String.valueOf(entry.getMessage()).contains("synch error")) {
                doubt();
            }
        }

        @Override
        public void flush() {
            // Nothing is held back.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    };

    private final Runnable whenDoubtful;
    private volatile boolean doubtful;

    /**
     * @param whenDoubtful run once, at the first commit that cannot be trusted, in a thread of its own,
     *     as HSQLDB is in the midst of that commit
     */
    public Durability(Runnable whenDoubtful) {
        this.whenDoubtful = whenDoubtful;
    }

    @Override
    protected void doInit() {
        logger.addHandler(handler);
    }

    @Override
    protected void doStop() {
        logger.removeHandler(handler);
    }

    private synchronized void doubt() {
        if (!doubtful) {
            doubtful = true;
            new Thread(whenDoubtful, "dragonpass-doubtful-commit").start();
            LOG.error("HSQLDB could not write its log, so that no commit can be trusted any more: pushes are refused."
                    + " Make room on the disk of db.url and restart");
        }
    }

    /** Whether a commit could not be flushed. */
    public boolean isDoubtful() {
        return doubtful;
    }

    /**
     * Called after a commit and before it is acknowledged.
     *
     * @throws DoubtfulCommit when it may not be on disk
     */
    public void require() {
        if (doubtful) {
            throw new DoubtfulCommit();
        }
    }

    /** The database said that it had committed, and may not have. */
    public static final class DoubtfulCommit extends RuntimeException {

        private static final long serialVersionUID = 1L;

        DoubtfulCommit() {
            super("HSQLDB could not flush a commit to disk");
        }
    }
}
