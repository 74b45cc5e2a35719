package io.resourcesync.dragonpass.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What applying pushes writes: every change in the order of the sequences, and one state for each resource. */
class BatchChangesTest {

    private static final String OLD = "2025-01-01T00:00:00Z";
    private static final Map<String, Object> KEY_PARAMETERS =
            Map.of("programId", "p", "eventType", "resource.metadata.updated", "batchId", "b");
    private static final String NEW = "2025-02-01T00:00:00Z";

    @Test
    void shouldWriteOneChangeForEachIdOfEachPush() {
        BatchChanges written = metadata(
                push(1, 1, OLD, "{\"resources\":[\"N2\",\"N1\"]}"), push(2, 1, OLD, "{\"resources\":[\"N3\"]}"));

        assertThat(written.changes())
                .extracting(row -> row.sequence() + " " + row.entityId() + " " + row.change())
                .containsExactly("1 N2 METADATA_UPDATED", "1 N1 METADATA_UPDATED", "2 N3 METADATA_UPDATED");
    }

    @Test
    void shouldKeepWhatEachPushSays() {
        BatchChanges written = metadata(push(1, 7, "2025-01-01T08:00:00+08:00", "{\"resources\":[\"N1\"]}"));

        assertThat(written.changes())
                .containsExactly(
                        new BatchChanges.Change(7, "N1", "METADATA_UPDATED", OffsetDateTime.parse(OLD), 1, false));
    }

    @Test
    void shouldNameTheParametersOfTheStatements() {
        BatchChanges written = metadata(push(1, 7, OLD, "{\"resources\":[\"N1\"]}"));

        assertThat(written.changeParameters())
                .containsAllEntriesOf(KEY_PARAMETERS)
                .containsOnlyKeys(
                        "programId",
                        "eventType",
                        "batchId",
                        "modules",
                        "entityIds",
                        "changes",
                        "updatedAt",
                        "sequences",
                        "superseded");
        assertThat(written.stateParameters())
                .containsAllEntriesOf(KEY_PARAMETERS)
                .containsKey("available");
        assertThat(written.pushParameters())
                .containsAllEntriesOf(KEY_PARAMETERS)
                .containsEntry("first", 1)
                .containsEntry("last", 1);
    }

    @Test
    void shouldReadTransportHubsWithoutAModule() {
        BatchChanges written =
                of(EventType.TRANSPORT_HUB_METADATA, List.of(push(1, null, OLD, "{\"transportHubs\":[\"A1\"]}")));

        assertThat(written.states())
                .extracting(BatchChanges.Change::entityId, BatchChanges.Change::module)
                .containsExactly(tuple("A1", null));
    }

    @Test
    void shouldReadWhatWasAddedAndWhatWasRemoved() {
        BatchChanges written = availability(push(1, 1, OLD, groups("added", "N1", "removed", "N2")));

        assertThat(written.changes())
                .extracting(row -> row.entityId() + " " + row.change() + " " + row.available())
                .containsExactly("N1 ADDED true", "N2 REMOVED false");
    }

    @Test
    void shouldLetTheNewestChangeDecide() {
        BatchChanges written =
                availability(push(1, 1, NEW, groups("added", "N1")), push(2, 1, OLD, groups("removed", "N1")));

        assertThat(states(written)).containsExactly("N1=true by 1");
        assertThat(superseded(written)).containsExactly("1=false", "2=true");
    }

    @Test
    void shouldLetTheGreaterSequenceDecideATie() {
        BatchChanges written =
                availability(push(1, 1, OLD, groups("removed", "N1")), push(2, 1, OLD, groups("added", "N1")));

        assertThat(states(written)).containsExactly("N1=true by 2");
        assertThat(superseded(written)).containsExactly("1=false", "2=false");
    }

    @Test
    void shouldCompareInstantsNotText() {
        BatchChanges written = availability(
                push(1, 1, "2025-01-01T00:30:00+00:00", groups("added", "N1")),
                push(2, 1, "2025-01-01T08:00:00+08:00", groups("removed", "N1")));

        assertThat(states(written)).containsExactly("N1=true by 1");
    }

    @Test
    void shouldLetTheLaterGroupOfAPushDecide() {
        BatchChanges written = availability(push(1, 1, OLD, groups("added", "N1", "removed", "N1")));

        assertThat(states(written)).containsExactly("N1=false by 1");
        assertThat(superseded(written)).containsExactly("1=false", "1=false");
    }

    @Test
    void shouldTellModulesApart() {
        BatchChanges written =
                availability(push(1, 1, OLD, groups("added", "N1")), push(2, 2, OLD, groups("removed", "N1")));

        assertThat(states(written)).containsExactlyInAnyOrder("N1=true by 1", "N1=false by 2");
    }

    @Test
    void shouldWriteTheStateOfAnIdOnce() {
        assertThat(metadata(push(1, 1, OLD, "{\"resources\":[\"N1\",\"N1\"]}")).states())
                .hasSize(1);
    }

    @Test
    void shouldMarkAPushWithoutIds() {
        BatchChanges written = metadata(push(4, 1, OLD, "{\"resources\":[]}"));

        assertThat(written.changes()).isEmpty();
        assertThat(written.states()).isEmpty();
        assertThat(written.sequences()).containsExactly(4);
    }

    @Test
    void shouldCountOnFromWhatWasWrittenBefore() {
        BatchChanges written = BatchChanges.of(
                key(EventType.RESOURCE_METADATA), List.of(push(1, 1, OLD, "{\"resources\":[\"N1\",\"N2\"]}")), 40);

        assertThat(written.total()).isEqualTo(42);
    }

    @Test
    void shouldNotHideAPayloadThatCannotBeRead() {
        Map<String, Object> push = push(1, 1, OLD, "{");

        assertThatThrownBy(() -> metadata(push)).isInstanceOf(IllegalStateException.class);
    }

    private static BatchChanges metadata(Map<String, Object> push) {
        return of(EventType.RESOURCE_METADATA, List.of(push));
    }

    private static BatchChanges metadata(Map<String, Object> push, Map<String, Object> next) {
        return of(EventType.RESOURCE_METADATA, List.of(push, next));
    }

    private static BatchChanges availability(Map<String, Object> push) {
        return of(EventType.RESOURCE_AVAILABILITY, List.of(push));
    }

    private static BatchChanges availability(Map<String, Object> push, Map<String, Object> next) {
        return of(EventType.RESOURCE_AVAILABILITY, List.of(push, next));
    }

    private static BatchChanges of(EventType topic, List<Map<String, Object>> pushes) {
        return BatchChanges.of(key(topic), pushes, 0);
    }

    private static BatchKey key(EventType topic) {
        return new BatchKey("p", topic, "b");
    }

    private static Map<String, Object> push(int sequence, Integer module, String updatedAt, String payload) {
        Map<String, Object> row = new HashMap<>();
        row.put("sequence", sequence);
        row.put("module", module);
        row.put("updated_at", OffsetDateTime.parse(updatedAt));
        row.put("payload", payload);
        return row;
    }

    /** Groups of one id each: pairs of an action and an id. */
    private static String groups(String... actionsAndIds) {
        StringBuilder json = new StringBuilder("{\"data\":[");
        for (int i = 0; i < actionsAndIds.length; i += 2) {
            json.append(i == 0 ? "" : ",")
                    .append("{\"changeAction\":\"%s\",\"resources\":[\"%s\"]}"
                            .formatted(actionsAndIds[i], actionsAndIds[i + 1]));
        }
        return json.append("]}").toString();
    }

    private static List<String> states(BatchChanges written) {
        return written.states().stream()
                .map(row -> row.entityId() + "=" + row.available() + " by " + row.sequence())
                .toList();
    }

    private static List<String> superseded(BatchChanges written) {
        return written.changes().stream()
                .map(row -> row.sequence() + "=" + row.superseded())
                .toList();
    }
}
