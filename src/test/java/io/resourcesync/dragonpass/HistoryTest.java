package io.resourcesync.dragonpass;

import static org.assertj.core.api.Assertions.assertThat;

import io.resourcesync.dragonpass.testing.SyncApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * With a long history, no statement on the path of a push, of the sweep or of the purge reads a table
 * from end to end: the database's own plans say so.
 */
class HistoryTest {

    private static final Pattern ACCESS =
            Pattern.compile("table=(\\w+)\\s+(?:alias=\\w+\\s+)?cardinality=\\d+\\s+access=([A-Z ]+)");

    private static SyncApp app;

    @BeforeAll
    static void start() {
        app = SyncApp.start(Map.of("batch.sweep", "1h"));
        JdbcTemplate jdbc = app.jdbc();
        jdbc.execute("INSERT INTO push_batch SELECT 'p', 'resource.metadata.updated', 'b' || i, 20, 'APPLIED', "
                + "current_timestamp, current_timestamp, 0, null, null, current_timestamp, 'PUSH' "
                + "FROM UNNEST(SEQUENCE_ARRAY(1, 2000, 1)) AS t(i)");
        jdbc.execute("INSERT INTO push_message SELECT b.program_id, b.event_type, b.batch_id, i, 20, 1, "
                + "current_timestamp, '{}', 'PUSH', current_timestamp, current_timestamp "
                + "FROM push_batch b, UNNEST(SEQUENCE_ARRAY(1, 20, 1)) AS t(i)");
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "read-push",
                "read-open-batches",
                "read-late-batches",
                "read-progress",
                "read-batch",
                "claim-complete",
                "claim-expired",
                "claim-late",
                "claim-recovery-attempt",
                "record-attempt",
                "read-unapplied",
                "mark-applied",
                "read-applied",
                "settle-batch",
                "read-expired-batches",
                "purge-pushes",
                "purge-batch",
                "purge-quarantine"
            })
    void shouldFindItsRowsByAnIndex(String statement) throws IOException {
        String sql = Files.readString(Path.of("routes/sql", statement + ".sql"))
                .replaceAll("(?m)^--.*$", "")
                .replaceAll(":#\\w+", "?");
        List<String> lines = app.jdbc().queryForList("EXPLAIN PLAN FOR " + sql, String.class);

        Matcher access = ACCESS.matcher(String.join("\n", lines));
        int found = 0;
        while (access.find()) {
            if (!access.group(1).startsWith("SYSTEM_")) {
                found++;
                assertThat(access.group(2).strip()).as(access.group(1)).isEqualTo("INDEX PRED");
            }
        }
        assertThat(found).as(String.join("\n", lines)).isPositive();
    }
}
