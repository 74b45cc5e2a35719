package io.resourcesync.dragonpass.bench;

import java.io.IOException;

/** What a contender tells of its work behind the acknowledgement. */
interface Progress {

    /** How many batches it has applied since it started. */
    long closedBatches() throws IOException;
}
