package io.resourcesync.dragonpass.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.resourcesync.dragonpass.model.Event.Batch;
import io.resourcesync.dragonpass.model.Event.Cell;
import io.resourcesync.dragonpass.model.Event.Change;
import io.resourcesync.dragonpass.model.Tables.FeedRow;
import io.resourcesync.dragonpass.model.Tables.PushKey;
import io.resourcesync.dragonpass.model.Tables.PushRow;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.JdbcTemplate;

/** What a sender has sent, and what of it was acknowledged: the tables must agree. */
public final class Ledger {

    private final Set<Event> sent = ConcurrentHashMap.newKeySet();
    private final Set<Event> acknowledged = ConcurrentHashMap.newKeySet();

    void send(Event event) {
        sent.add(event);
    }

    void acknowledge(Event event) {
        acknowledged.add(event);
    }

    List<Event> unacknowledged() {
        return sent.stream().filter(event -> !acknowledged.contains(event)).toList();
    }

    /** How many pushes were acknowledged. */
    public int acknowledged() {
        return acknowledged.size();
    }

    /** The acknowledged pushes that the tables lack. */
    public List<String> lost(JdbcTemplate jdbc) {
        Map<PushKey, PushRow> stored = new Tables(jdbc, "").pushes();
        return acknowledged.stream()
                .filter(event -> !stored.containsKey(key(event)))
                .map(Event::toString)
                .toList();
    }

    /** No acknowledged push is lost, and nothing is stored that was not sent like that. */
    public void assertNothingLost(JdbcTemplate jdbc) {
        assertThat(lost(jdbc)).as("acknowledged, and not stored").isEmpty();
        Map<PushKey, Event> byKey = sent.stream().collect(Collectors.toMap(Ledger::key, event -> event));
        new Tables(jdbc, "").pushes().forEach((key, row) -> {
            assertThat(byKey).as("stored, and sent").containsKey(key);
            assertThat(row.payload())
                    .as("payload of %s", key)
                    .isEqualTo(Tables.json(byKey.get(key).toString()));
        });
    }

    /** Once everything is acknowledged and applied: each change took effect once, and the newest won. */
    public void assertAppliedOnce(JdbcTemplate jdbc) {
        Tables tables = new Tables(jdbc, "");
        Map<PushKey, PushRow> stored = tables.pushes();
        assertThat(stored.keySet()).isEqualTo(sent.stream().map(Ledger::key).collect(Collectors.toSet()));
        assertThat(stored.values()).as("pushes of complete batches").allMatch(PushRow::applied);
        assertThat(tables.batches().values()).allMatch(batch -> batch.status().equals("APPLIED"));

        List<FeedRow> feed = tables.feedAfter(0);
        assertThat(feed.stream().map(Ledger::describe).toList())
                .as("the feed holds each change once")
                .doesNotHaveDuplicates();
        Set<String> expected = new HashSet<>();
        ReferenceModel model = new ReferenceModel();
        sent.forEach(event -> event.changes().forEach(change -> {
            expected.add(describe(change));
            model.accept(change);
        }));
        Set<String> actual = feed.stream().map(Ledger::describe).collect(Collectors.toSet());
        assertThat(without(expected, actual)).as("changes that the feed lacks").isEmpty();
        assertThat(without(actual, expected)).as("changes that nobody sent").isEmpty();
        assertThat(tables.state()).isEqualTo(model.state());
        assertOneAfterTheOther(feed);
    }

    private static Set<String> without(Set<String> all, Set<String> some) {
        Set<String> rest = new HashSet<>(all);
        rest.removeAll(some);
        return rest;
    }

    /** Applications run one at a time, so that the changes of a batch stand together in the feed. */
    private static void assertOneAfterTheOther(List<FeedRow> feed) {
        List<Batch> order = new ArrayList<>();
        for (FeedRow row : feed) {
            Batch batch = row.change().batch();
            if (order.isEmpty() || !order.get(order.size() - 1).equals(batch)) {
                order.add(batch);
            }
        }
        assertThat(order).as("batches in the feed").doesNotHaveDuplicates();
    }

    private static PushKey key(Event event) {
        return new PushKey(event.batch(), event.sequence());
    }

    private static String describe(FeedRow row) {
        return describe(row.change());
    }

    private static String describe(Change change) {
        Cell cell = change.cell();
        return change.batch() + " #" + change.sequence() + " " + cell + " " + change.change();
    }
}
