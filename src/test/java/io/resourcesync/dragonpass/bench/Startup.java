package io.resourcesync.dragonpass.bench;

import java.io.IOException;
import java.nio.file.Files;

/** How long it takes from the start of the process to the first acknowledged push, on an empty database. */
final class Startup {

    static final String FIGURE = "start to first acknowledged push, ms";

    private final Session session;

    Startup(Session session) {
        this.session = session;
    }

    void run() throws IOException {
        Cell cell = session.cell(1, 1);
        Session.say("%n== Startup: %s", cell);
        Contenders contenders = session.contenders("startup");
        for (int round = 0; round < session.options().rounds(); round++) {
            long begin = System.nanoTime();
            Contenders.Alone alone = contenders.alone("C-complete");
            try (ProductServer server = alone.server()) {
                String token = Files.readAllLines(alone.tokens().file()).get(0);
                byte[] push = new Batches("first", 1, 1, 1).nextBatch().get(0).body();
                while (!isAcknowledged(server, token, push)) {
                    Pause.millis(5);
                }
                session.note(cell, "C-complete", FIGURE, (System.nanoTime() - begin) / 1e6);
            }
        }
    }

    private static boolean isAcknowledged(ProductServer server, String token, byte[] push) throws IOException {
        if (!server.process().isAlive()) {
            throw new IllegalStateException(
                    "the product has ended: " + server.process().log());
        }
        try {
            return Http.post(server.port(), "/dragonpass/push", token, push).statusCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }
}
