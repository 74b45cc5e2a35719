package io.resourcesync.dragonpass.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resourcesync.dragonpass.testing.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Rows that are what was acknowledged pass, and any other row does not. */
class RowCheckTest {

    private static final Timestamp NEW = Timestamp.from(Instant.parse("2026-01-01T00:00:01Z"));

    private final Access access = access();
    private final JdbcTemplate tables = access.tables();
    private final List<Sent> sent = new ArrayList<>();

    /** Two batches of two pushes that are applied, and one that was not yet. */
    @BeforeEach
    void write() {
        Flyway.configure()
                .dataSource(access.url(), access.user(), access.password())
                .locations("classpath:db/migration")
                .placeholders(Map.of("bytes", access.isPostgresql() ? "bytea" : "varbinary(1000)"))
                .load()
                .migrate();
        Batches batches = new Batches("b", 2, 2, 1);
        for (int i = 0; i < 3; i++) {
            List<Batches.Push> batch = batches.nextBatch();
            open(batch.get(0).batch(), i < 2 ? "APPLIED" : "OPEN");
            batch.forEach(push -> store(push, push.batch().id.equals("b-2") ? null : NEW));
            sent.add(Sent.of(batch.get(0).batch()));
        }
        tables.update("INSERT INTO resource (program_id, module, resource_id, metadata_updated_at, metadata_batch_id,"
                + " metadata_sequence) SELECT program_id, module, entity_id, max(updated_at), 'b-0', 1"
                + " FROM resource_change GROUP BY program_id, module, entity_id");
    }

    @Test
    void shouldPassWhatWasAcknowledged() throws SQLException {
        try (RowCheck rows = new RowCheck(access, RowCheck.Before.NOTHING, sent)) {
            assertThat(rows.stored().applied().verified()).isEqualTo(new Verified(3, 6, 2));
        }
    }

    @Test
    void shouldLeaveWhatWasThereBefore() throws SQLException {
        RowCheck.Before before = new RowCheck.Before(
                2,
                tables.queryForObject("SELECT max(change_id) FROM resource_change WHERE batch_id = 'b-0'", Long.class));
        tables.update("DELETE FROM resource WHERE resource_id NOT IN"
                + " (SELECT entity_id FROM resource_change WHERE batch_id <> 'b-0')");

        try (RowCheck rows = new RowCheck(access, before, sent.subList(1, 3))) {
            assertThat(rows.stored().applied().verified()).isEqualTo(new Verified(2, 4, 2));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DELETE FROM push_message WHERE batch_id = 'b-2' AND sequence = 1",
                "UPDATE push_message SET payload = REPLACE(payload, '\"module\":1', '\"module\":2')"
                        + " WHERE batch_id = 'b-1' AND sequence = 2",
                "UPDATE push_message SET total_sequence = 3 WHERE batch_id = 'b-1' AND sequence = 2",
                "UPDATE push_message SET sequence = 3 WHERE batch_id = 'b-2' AND sequence = 2",
                "UPDATE push_message SET applied_at = NULL WHERE batch_id = 'b-1' AND sequence = 2",
                "UPDATE push_batch SET status = 'OPEN' WHERE batch_id = 'b-1'",
                "UPDATE push_batch SET status = 'APPLIED' WHERE batch_id = 'b-2'",
                "DELETE FROM resource_change WHERE change_id = 7",
                "UPDATE resource_change SET entity_id = 'N99999' WHERE change_id = 7",
                "UPDATE resource_change SET batch_id = 'b-2'",
                "UPDATE resource_change SET batch_id = 'other' WHERE batch_id = 'b-1'",
                "DELETE FROM resource WHERE resource_id = (SELECT max(resource_id) FROM resource)",
                "UPDATE resource SET metadata_updated_at = metadata_updated_at - INTERVAL '1' SECOND"
                        + " WHERE resource_id = (SELECT max(resource_id) FROM resource)"
            })
    void shouldNotPassAnythingElse(String damage) throws SQLException {
        tables.update(damage);

        try (RowCheck rows = new RowCheck(access, RowCheck.Before.NOTHING, sent)) {
            rows.stored().applied();
            assertThatThrownBy(rows::verified).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void shouldNotPassAPushThatWasNeverSent() throws SQLException {
        open(new Batches("other", 1, 1, 1).nextBatch().get(0).batch(), "OPEN");
        store(new Batches("other", 1, 1, 1).nextBatch().get(0), null);

        try (RowCheck rows = new RowCheck(access, RowCheck.Before.NOTHING, sent)) {
            rows.stored();
            assertThatThrownBy(rows::verified).hasMessageContaining("7 pushes are stored instead of 6");
        }
    }

    private static Access access() {
        Map<String, String> settings = TestDatabase.fresh();
        return new Access(settings.get("db.url"), settings.get("db.user"), settings.get("db.password"));
    }

    private void open(Batches.Batch batch, String status) {
        tables.update(
                "INSERT INTO push_batch (program_id, event_type, batch_id, total_sequence, status, opened_at,"
                        + " deadline_at, recovery_attempts) VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
                Batches.PROGRAM,
                Batches.EVENT_TYPE,
                batch.id,
                batch.total,
                status,
                NEW,
                NEW);
    }

    private void store(Batches.Push push, Timestamp appliedAt) {
        String payload = new String(push.body(), StandardCharsets.US_ASCII);
        tables.update(
                "INSERT INTO push_message (program_id, event_type, batch_id, sequence, total_sequence, module,"
                        + " updated_at, payload, source, received_at, applied_at)"
                        + " VALUES (?, ?, ?, ?, ?, 1, ?, ?, 'PUSH', ?, ?)",
                Batches.PROGRAM,
                Batches.EVENT_TYPE,
                push.batch().id,
                push.sequence(),
                push.batch().total,
                NEW,
                payload,
                NEW,
                appliedAt);
        if (appliedAt != null) {
            for (String id : payload.substring(payload.indexOf('[') + 2, payload.indexOf(']') - 1)
                    .split("\",\"")) {
                tables.update(
                        "INSERT INTO resource_change (program_id, entity, module, entity_id, change, updated_at,"
                                + " event_type, batch_id, sequence, superseded, recorded_at)"
                                + " VALUES (?, 'RESOURCE', 1, ?, 'METADATA_UPDATED', ?, ?, ?, ?, FALSE, ?)",
                        Batches.PROGRAM,
                        id,
                        NEW,
                        Batches.EVENT_TYPE,
                        push.batch().id,
                        push.sequence(),
                        NEW);
            }
        }
    }
}
