package io.resourcesync.dragonpass.bench;

import java.io.IOException;

/** What applying a batch costs against its number of pushes. */
final class Linear {

    static final String RATIO = "1 batch of 1,000 / 10 of 100";

    private static final String MILLIS = "last push to visible changes of %d x %d, ms";

    private final Session session;

    Linear(Session session) {
        this.session = session;
    }

    void run() throws IOException {
        Cell cell = session.cell(1, 1000);
        Session.say("%n== Linear: %s", cell);
        Contenders contenders = session.contenders("linear");
        Contenders.Alone alone = contenders.alone("C-complete");
        try (ProductServer server = alone.server().awaitReady();
                OneByOne batches = new OneByOne(server, alone.access(), alone.tokens())) {
            batches.warmUp(session.options().warmUp(), 100);
            batches.millisToApply(1, 1000);
            for (int round = 0; round < session.options().rounds(); round++) {
                note(cell, batches, 1, 1);
                note(cell, batches, 1, 10);
                note(cell, batches, 1, 100);
                double ten = note(cell, batches, 10, 100);
                double one = note(cell, batches, 1, 1000);
                session.note(cell, "C-complete", RATIO, one / ten);
            }
            contenders.verify(alone, batches.sent());
        }
    }

    private double note(Cell cell, OneByOne source, int batches, int size) throws IOException {
        double millis = source.millisToApply(batches, size);
        session.note(cell, "C-complete", MILLIS.formatted(batches, size), millis);
        return millis;
    }
}
