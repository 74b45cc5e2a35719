package io.resourcesync.dragonpass.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Whether the rates stay when millions of pushes and changes are stored already. */
final class History {

    private static final int CHUNK = 20_000;
    private static final double DRAIN_SECONDS = 1800;

    private static final String NUMBERS_HSQLDB = "UNNEST(SEQUENCE_ARRAY(%d, %d, 1))";
    private static final String NUMBERS_POSTGRESQL = "generate_series(%d, %d)";

    private static final String BATCHES = """
            INSERT INTO push_batch
                   (program_id, event_type, batch_id, total_sequence, status, opened_at, deadline_at, recovery_attempts,
                    closed_at, closed_by)
            SELECT '{program}', '{eventType}', CONCAT('h-', CAST(n AS varchar(20))), 200, 'APPLIED',
                   current_timestamp, current_timestamp, 0, current_timestamp, 'PUSH'
              FROM {numbers} AS t (n)
            """;

    private static final String PUSHES = """
            INSERT INTO push_message
                   (program_id, event_type, batch_id, sequence, total_sequence, module, updated_at, payload, source,
                    received_at, applied_at)
            SELECT '{program}', '{eventType}', CONCAT('h-', CAST(n / 200 AS varchar(20))), MOD(n, 200) + 1,
                   200, 1, current_timestamp, CAST('{payload}' AS varchar(10000)), 'PUSH', current_timestamp, current_timestamp
              FROM {numbers} AS t (n)
            """;

    private static final String CHANGES = """
            INSERT INTO resource_change
                   (program_id, entity, module, entity_id, change, updated_at, event_type, batch_id, sequence,
                    superseded, recorded_at)
            SELECT '{program}', 'RESOURCE', 1, CONCAT('N', CAST(MOD(n, 20000) AS varchar(20))), 'METADATA_UPDATED',
                   current_timestamp, '{eventType}', CONCAT('h-', CAST(n / 20000 AS varchar(20))),
                   CAST(MOD(n / 100, 200) + 1 AS integer), FALSE, current_timestamp
              FROM {numbers} AS t (n)
            """;

    private final Session session;
    private final Cell cell;

    History(Session session) {
        this.session = session;
        this.cell = session.cell(64, 20);
    }

    void run() throws Exception {
        Options options = session.options();
        Session.say(
                "%n== History of %,d pushes and %,d changes: %s",
                options.historyPushes(), options.historyChanges(), cell);
        Contenders contenders = session.contenders("history");
        Path folder = contenders.folder("history");
        Access old = contenders.tables(folder);
        fill(old);
        RowCheck.Before filled = new RowCheck.Before(options.historyPushes(), options.historyChanges());
        Path emptyFolder = contenders.folder("none");
        try (Contender none =
                        contenders.on("none", emptyFolder, contenders.tables(emptyFolder), RowCheck.Before.NOTHING);
                Contender history = contenders.on("history", folder, old, filled)) {
            long begin = System.nanoTime();
            do {
                round(none, false);
                round(history, false);
            } while (System.nanoTime() - begin < 2 * options.warmUp() * 1e9);
            for (int i = 0; i < options.rounds(); i++) {
                round(none, true);
                round(history, true);
            }
            session.results().addRatio(cell, "history", "none", Results.RATE);
            session.results().addRatio(cell, "history", "none", EndToEnd.RATE);
            Session.say("none       %s", none.finish(load(), DRAIN_SECONDS));
            Session.say("history    %s", history.finish(load(), DRAIN_SECONDS));
        }
    }

    /** A number of pushes as fast as they are taken, and then the time until all are applied. */
    private void round(Contender contender, boolean counts) throws IOException {
        Load load = load();
        contender.thaw();
        long begin = System.nanoTime();
        Outcome outcome = contender.push(load);
        long pushes = outcome.pushes() + contender.push(load.rest()).pushes();
        contender.requireClosed(contender.completeBatches(), DRAIN_SECONDS);
        double seconds = (System.nanoTime() - begin) / 1e9;
        contender.freeze();
        if (counts) {
            session.note(cell, contender.name(), Results.RATE, outcome.rate());
            session.note(cell, contender.name(), EndToEnd.RATE, pushes * Cell.IDS / seconds);
        }
    }

    private Load load() {
        return Load.closed(cell, false, 0)
                .batchByBatch()
                .counted(session.options().pushes());
    }

    private void fill(Access access) throws SQLException {
        String numbers = access.isPostgresql() ? NUMBERS_POSTGRESQL : NUMBERS_HSQLDB;
        String payload = new String(new Batches("h", 1, 1, 1).nextBatch().get(0).body(), StandardCharsets.US_ASCII);
        long pushes = session.options().historyPushes();
        try (Connection connection = access.connect();
                Statement statement = connection.createStatement()) {
            if (!access.isPostgresql()) {
                statement.execute("SET FILES LOG FALSE");
            }
            fill(connection, statement, BATCHES, numbers, pushes / 200 + 1);
            fill(connection, statement, PUSHES.replace("{payload}", payload), numbers, pushes);
            fill(connection, statement, CHANGES, numbers, session.options().historyChanges());
            if (!access.isPostgresql()) {
                statement.execute("SET FILES LOG TRUE");
            }
        }
        if (access.isPostgresql()) {
            access.tables().execute("VACUUM ANALYZE");
        }
        access.shutDown();
    }

    private static void fill(Connection connection, Statement statement, String insert, String numbers, long rows)
            throws SQLException {
        long begin = System.nanoTime();
        for (long from = 0; from < rows; from += CHUNK) {
            statement.execute(insert.replace("{program}", Batches.PROGRAM)
                    .replace("{eventType}", Batches.EVENT_TYPE)
                    .replace("{numbers}", numbers.formatted(from, Math.min(rows, from + CHUNK) - 1)));
            connection.commit();
        }
        Session.say("%,d rows in %.0f s", rows, (System.nanoTime() - begin) / 1e9);
    }
}
