package io.resourcesync.dragonpass.store;

import java.io.IOException;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Pattern;
import org.apache.camel.support.service.ServiceSupport;
import org.slf4j.LoggerFactory;

/**
 * Whether what the database calls committed is on disk. HSQLDB goes on when it cannot write its files, as
 * on a full disk, and tells only {@code java.util.logging}, before that commit returns. From the first
 * such record on no commit can be trusted, until a restart has read what is really there.
 *
 * <p>A checkpoint that failed it calls recovered, and begins its backup anew on a file that is half
 * written: a crash after that loses the database. So a severe record fails whatever HSQLDB was doing. And so
 * does a script that was not flushed, as the log which it replaces would be removed next.
 */
public final class Durability extends ServiceSupport {

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger("dragonpass.database");

    /** How the records begin that tell of a write that failed after the database was opened. */
    private static final Pattern LOST_WRITE = Pattern.compile(
            "ScriptWriter synch error|data commit (logging )?failed|checkpoint failed|shadow backup failure|RA file sync error"
                    + "|save failed|error closing log|DataFileCache\\.(saveRow|copyShadow|reset|setFileModified)");

    /** Held here, as java.util.logging forgets a logger that nobody holds, and its handlers. */
    private final Logger logger = Logger.getLogger("hsqldb.db");

    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            String message = String.valueOf(entry.getMessage());
            if (LOST_WRITE.matcher(message).lookingAt()) {
                doubt();
                if (!isClosing(message) && (entry.getLevel() == Level.SEVERE || isWritingScript())) {
                    LOG.error("HSQLDB failed: {}", message, entry.getThrown());
                    throw new DoubtfulCommit();
                }
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
    private volatile Thread abandoning;

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

    /** HSQLDB shall come to its end, whatever it cannot write any more. */
    private boolean isClosing(String message) {
        return message.startsWith("error closing log") || Thread.currentThread() == abandoning;
    }

    private static boolean isWritingScript() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().equals("org.hsqldb.persist.Log")
                        && frame.getMethodName().equals("writeScript")));
    }

    /**
     * A file of HSQLDB could not be brought to disk, and HSQLDB may not be told of it: Linux tells each open file
     * once, and HSQLDB tries again before it says so.
     */
    public void lost(IOException e) {
        LOG.error("A file of HSQLDB could not be brought to disk", e);
        doubt();
    }

    private synchronized void doubt() {
        if (!doubtful) {
            doubtful = true;
            LOG.error("HSQLDB could not write to disk, so that no commit can be trusted any more: pushes are refused."
                    + " Make room on the disk of db.url and restart");
            abandoning = new Thread(whenDoubtful, "dragonpass-doubtful-commit");
            abandoning.start();
        }
    }

    /** Whether something could not be written. */
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
            super("HSQLDB could not write to disk");
        }
    }
}
