package io.resourcesync.dragonpass.karaf;

import java.io.PrintStream;
import java.time.OffsetDateTime;
import java.util.List;

/** The running product, as the commands of the shell see it: a service of the bundle while it runs. */
public interface ResourceSync {

    /**
     * A batch that lacks pushes, or was not applied yet.
     *
     * @param stored how many of its pushes are there
     * @param deadline when it is recovered next
     */
    record OpenBatch(
            String programId,
            String eventType,
            String batchId,
            int stored,
            int total,
            OffsetDateTime deadline,
            int recoveryAttempts) {}

    /** The oldest first. */
    List<OpenBatch> openBatches();

    /**
     * Has the next sweep recover the open batches of that id, of the topics that can be recovered.
     *
     * @return how many there are
     */
    int recover(String batchId);

    /**
     * Looks at quarantined events, or replays them.
     *
     * @param arguments such as {@code list}
     * @return 0, or another number after a failure, which is told
     */
    int quarantine(List<String> arguments, PrintStream out);
}
