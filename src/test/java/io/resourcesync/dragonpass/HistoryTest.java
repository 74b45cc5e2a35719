package io.resourcesync.dragonpass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.resourcesync.dragonpass.testing.SyncApp;
import io.resourcesync.dragonpass.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * With a long history, no statement on the path of a push, of the sweep, of applying or of the purge reads a
 * table from end to end: the database's own plans say so.
 */
@Tag("database")
class HistoryTest {

    private static final Pattern ACCESS =
            Pattern.compile("table=(\\w+)\\s+(?:alias=\\w+\\s+)?cardinality=\\d+\\s+access=([A-Z ]+)");

    private static final List<String> STATEMENTS = List.of(
            "read-batches",
            "read-stored",
            "read-open-batches",
            "read-complete-batches",
            "read-late-batches",
            "count-incomplete-batches",
            "read-progress",
            "read-batch",
            "claim-complete",
            "claim-expired",
            "claim-late",
            "claim-recovery-attempt",
            "record-attempt",
            "read-unapplied",
            "merge-resource-availability",
            "merge-resource-metadata",
            "merge-transport-hub-metadata",
            "append-resource-availability-changes",
            "append-resource-metadata-changes",
            "append-transport-hub-metadata-changes",
            "mark-applied",
            "read-applied",
            "settle-batch",
            "read-expired-batches",
            "purge-pushes",
            "purge-batch",
            "purge-quarantine");

    private static final Map<String, String> WHEN_EMPTY = new HashMap<>();
    private static final Map<String, String> WHEN_NOT_ANALYZED = new HashMap<>();

    private static SyncApp app;

    @BeforeAll
    static void start() throws IOException {
        app = SyncApp.start(Map.of("batch.sweep", "1h"));
        JdbcTemplate jdbc = app.jdbc();
        if (TestDatabase.isPostgresql()) {
            WHEN_EMPTY.putAll(postgresqlPlans());
        }
        jdbc.execute("INSERT INTO push_batch SELECT 'p', 'resource.metadata.updated', 'b' || i, 20, 'APPLIED', "
                + "current_timestamp, current_timestamp, 0, null, null, current_timestamp, 'PUSH' "
                + "FROM " + TestDatabase.numbersTo(2000) + " AS t(i)");
        jdbc.execute("INSERT INTO push_message SELECT b.program_id, b.event_type, b.batch_id, i, 20, 1, "
                + "current_timestamp, '{}', 'PUSH', current_timestamp, current_timestamp "
                + "FROM push_batch b, " + TestDatabase.numbersTo(20) + " AS t(i)");
        jdbc.execute(
                "INSERT INTO resource SELECT 'p', 1, 'N' || i, TRUE, current_timestamp, 'b', 1, current_timestamp, 'b', 1 "
                        + "FROM " + TestDatabase.numbersTo(20_000) + " AS t(i)");
        jdbc.execute("INSERT INTO transport_hub SELECT 'p', 'A' || i, current_timestamp, 'b', 1 FROM "
                + TestDatabase.numbersTo(20_000) + " AS t(i)");
        // Rows of the size of a push: to read all of a table of tiny ones is what a planner rightly does.
        jdbc.execute(
                "INSERT INTO quarantine (payload_hash, reason, detail, payload, times_seen, first_seen_at, last_seen_at)"
                        + " SELECT 'h' || i, 'INVALID', 'd', "
                        + (TestDatabase.isPostgresql()
                                ? "convert_to(repeat('d', 1000), 'UTF8')"
                                : "CAST(X'64' AS varbinary(1))")
                        + ", 1, current_timestamp, current_timestamp FROM " + TestDatabase.numbersTo(50_000)
                        + " AS t(i)");
        if (TestDatabase.isPostgresql()) {
            WHEN_NOT_ANALYZED.putAll(postgresqlPlans());
            jdbc.execute("ANALYZE");
        }
    }

    @AfterAll
    static void stop() {
        app.close();
    }

    @ParameterizedTest
    @FieldSource("STATEMENTS")
    void shouldFindItsRowsByAnIndex(String statement) throws IOException {
        if (TestDatabase.isPostgresql()) {
            assertIndexScans(postgresqlPlan(sql(statement)));
        } else {
            assertIndexes(hsqldbPlan(sql(statement)));
        }
    }

    /** A node keeps plans that it made for empty tables, and until its first {@code ANALYZE} a server guesses. */
    @ParameterizedTest
    @FieldSource("STATEMENTS")
    void shouldFindItsRowsByAnIndexBeforeTheDatabaseKnowsItsTables(String statement) {
        assumeTrue(TestDatabase.isPostgresql(), "the other one plans by the indexes alone");
        assertIndexScans(WHEN_EMPTY.get(statement));
        assertIndexScans(WHEN_NOT_ANALYZED.get(statement));
    }

    /** Or each thousand of very many open batches would cost as much as all of them. */
    @Test
    void shouldReadOpenBatchesInTheOrderOfAnIndex() throws IOException {
        String sql = sql("read-open-batches");
        if (TestDatabase.isPostgresql()) {
            assertThat(List.of(
                            postgresqlPlan(sql),
                            WHEN_EMPTY.get("read-open-batches"),
                            WHEN_NOT_ANALYZED.get("read-open-batches")))
                    .allSatisfy(plan -> assertThat(plan).doesNotContain("Sort"));
        } else {
            assertThat(hsqldbPlan(sql)).contains("order by=").contains("uses index");
        }
    }

    private static String sql(String statement) throws IOException {
        return Files.readString(Path.of("routes/sql", statement + ".sql")).replaceAll("(?m)^--.*$", "");
    }

    private static Map<String, String> postgresqlPlans() throws IOException {
        Map<String, String> plans = new HashMap<>();
        for (String statement : STATEMENTS) {
            plans.put(statement, postgresqlPlan(sql(statement)));
        }
        return plans;
    }

    private static String hsqldbPlan(String sql) {
        return String.join(
                "\n", app.jdbc().queryForList("EXPLAIN PLAN FOR " + sql.replaceAll(":#\\w+", "?"), String.class));
    }

    private static void assertIndexes(String plan) {
        Matcher access = ACCESS.matcher(plan);
        int found = 0;
        while (access.find()) {
            if (!access.group(1).startsWith("SYSTEM_")) {
                found++;
                assertThat(access.group(2).strip()).as(access.group(1)).isEqualTo("INDEX PRED");
            }
        }
        assertThat(found).as(plan).isPositive();
    }

    /** The plan for any values of the parameters, which is what the driver's prepared statements end up with. */
    private static String postgresqlPlan(String sql) {
        AtomicInteger parameters = new AtomicInteger();
        String numbered = Pattern.compile(":#\\w+").matcher(sql).replaceAll(m -> "\\$" + parameters.incrementAndGet());
        String nulls = String.join(", ", Collections.nCopies(parameters.get(), "NULL"));
        return app.jdbc().execute((ConnectionCallback<String>) connection -> {
            try (Statement session = connection.createStatement()) {
                session.execute("SET plan_cache_mode = force_generic_plan");
                session.execute("PREPARE planned AS " + numbered);
                try (ResultSet rows =
                        session.executeQuery("EXPLAIN EXECUTE planned" + (nulls.isEmpty() ? "" : "(" + nulls + ")"))) {
                    StringBuilder plan = new StringBuilder();
                    while (rows.next()) {
                        plan.append(rows.getString(1)).append('\n');
                    }
                    return plan.toString();
                } finally {
                    session.execute("DEALLOCATE planned");
                    session.execute("RESET plan_cache_mode");
                }
            }
        });
    }

    private static void assertIndexScans(String plan) {
        assertThat(plan)
                .containsPattern("Index (Only )?Scan")
                .doesNotContain("Seq Scan")
                // What a program, or all of them, have is read at once, to be compared with each row of a batch.
                .doesNotContain("Materialize")
                .doesNotContain("hashed SubPlan");
    }
}
