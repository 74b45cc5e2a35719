package io.resourcesync.dragonpass.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How long it takes from the start of the process to the first acknowledged push, on an empty database,
 * also with the archive of classes that an earlier run has left.
 */
final class Startup {

    static final String FIGURE = "start to first acknowledged push, ms";

    static final String ARCHIVED = "the same with an archive of classes, ms";

    private static final String ARCHIVE = "classes.jsa";

    private final Session session;
    private final Cell cell;

    Startup(Session session) {
        this.session = session;
        this.cell = session.cell(1, 1);
    }

    void run() throws IOException {
        Session.say("%n== Startup: %s", cell);
        Contenders contenders = session.contenders("startup");
        Path folder = contenders.folder("C-complete");
        start(contenders, folder, "-XX:ArchiveClassesAtExit=" + ARCHIVE);
        for (int round = 0; round < session.options().rounds(); round++) {
            session.note(cell, "C-complete", FIGURE, start(contenders, folder, "-Xshare:auto"));
            session.note(cell, "C-complete", ARCHIVED, start(contenders, folder, "-XX:SharedArchiveFile=" + ARCHIVE));
        }
    }

    /** Milliseconds. */
    private double start(Contenders contenders, Path folder, String jvmOption) throws IOException {
        List<String> jvm = new ArrayList<>(session.options().jvm());
        jvm.add(jvmOption);
        Batches.Push push = new Batches("first", 1, 1, 1).nextBatch().get(0);
        Contenders.Alone alone = contenders.alone(folder, jvm);
        try (ProductServer server = alone.server()) {
            String token = Files.readAllLines(alone.tokens().file()).get(0);
            while (!isAcknowledged(server, token, push)) {
                Pause.millis(5);
            }
            double millis = (System.nanoTime() - alone.begin()) / 1e6;
            while (server.closedBatches() == 0) {
                Pause.millis(5);
            }
            contenders.verify(alone, List.of(Sent.of(push.batch())));
            return millis;
        }
    }

    private static boolean isAcknowledged(ProductServer server, String token, Batches.Push push) throws IOException {
        if (!server.process().isAlive()) {
            throw new IllegalStateException(
                    "the product has ended: " + server.process().log());
        }
        try {
            return server.acknowledges(push, token);
        } catch (IOException e) {
            return false;
        }
    }
}
