package io.resourcesync.dragonpass.bench;

import java.io.IOException;

/** How long it takes, on a system that has nothing else to do, from the last push of a batch to its changes. */
final class Visible {

    static final String FIGURE = "last push to visible changes, ms";

    private static final int BATCHES = 50;

    private final Session session;

    Visible(Session session) {
        this.session = session;
    }

    void run() throws IOException {
        Cell cell = session.cell(1, 20);
        Session.say("%n== Visible: %s", cell);
        Contenders contenders = session.contenders("visible");
        Contenders.Alone alone = contenders.alone("C-complete");
        try (ProductServer server = alone.server().awaitReady();
                OneByOne batches = new OneByOne(server, alone.access(), alone.tokens())) {
            batches.warmUp(session.options().warmUp(), cell.batchSize());
            for (int i = 0; i < BATCHES; i++) {
                session.results().add(cell, "C-complete", FIGURE, batches.millisToApply(1, cell.batchSize()));
            }
            contenders.verify(alone, batches.sent());
        }
        Session.say("C-complete %s: %.1f", FIGURE, session.results().median(cell, "C-complete", FIGURE));
    }
}
