package io.resourcesync.dragonpass.store;

import io.resourcesync.dragonpass.batch.BatchKey;
import io.resourcesync.dragonpass.batch.BatchNews;
import io.resourcesync.dragonpass.batch.Sequences;
import io.resourcesync.dragonpass.batch.SqlArray;
import io.resourcesync.dragonpass.push.Push;
import io.resourcesync.dragonpass.push.Pushes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Pushes that are stored in one transaction, by statements that each do their part for all of them. The
 * route {@code write-pushes} asks it for the parameters of these statements and tells it what they
 * read. Each push gets an outcome of its own.
 */
public final class PushGroup {

    static final String STORED = "stored";

    /** By key, as two nodes that lock the same rows in the same order do not wait for each other in a circle. */
    private static final Comparator<WaitingPush> BY_KEY = Comparator.<WaitingPush, String>comparing(
                    waiting -> waiting.push().batch().programId())
            .thenComparing(waiting -> waiting.push().batch().eventType())
            .thenComparing(waiting -> waiting.push().batch().batchId())
            .thenComparingInt(waiting -> waiting.push().sequence());

    private final List<WaitingPush> pushes;
    private final Map<BatchKey, Integer> totals = new LinkedHashMap<>();
    private final Map<BatchKey, Map<String, Object>> batches = new HashMap<>();

    /** In the order of their arrival: of two that contradict each other the first stays. */
    PushGroup(List<WaitingPush> pushes) {
        this.pushes = pushes.stream().sorted(BY_KEY).toList();
    }

    /** How many pushes there are. */
    public int size() {
        return pushes.size();
    }

    /** The same pushes, each a group of its own, so that one which the database refuses fails no other. */
    public List<PushGroup> apart() {
        return pushes.stream().map(push -> new PushGroup(List.of(push))).toList();
    }

    /** The parameters of {@code read-batches.sql}. */
    public Map<String, Object> batchParameters() {
        totals.clear();
        batches.clear();
        // Whoever comes first says how many pushes a batch has, if it is not there yet.
        pushes.forEach(waiting ->
                totals.putIfAbsent(waiting.push().batch(), waiting.push().totalSequence()));
        return keys(totals.keySet());
    }

    /**
     * @param rows what {@code read-batches.sql} found
     * @return the parameters of {@code open-batches.sql}; null when every batch is there
     */
    public static Map<String, Object> opening(PushGroup group, List<Map<String, Object>> rows) {
        rows.forEach(row -> group.batches.put(BatchKey.of(row), row));
        List<BatchKey> opening = group.totals.keySet().stream()
                .filter(key -> !group.batches.containsKey(key))
                .toList();
        if (opening.isEmpty()) {
            return null;
        }
        Map<String, Object> parameters = keys(opening);
        parameters.put("totals", SqlArray.integers(opening, group.totals::get));
        return parameters;
    }

    /** The parameters of {@code read-stored.sql}. */
    public Map<String, Object> pushParameters() {
        return pushKeys(pushes);
    }

    /**
     * Decides what becomes of each push.
     *
     * @param rows what {@code read-stored.sql} found: the payloads that are there under the same keys
     * @return the parameters of {@code insert-pushes.sql}; null when there is nothing to store
     */
    public static Map<String, Object> storing(PushGroup group, List<Map<String, Object>> rows) {
        Map<String, String> stored = new HashMap<>();
        rows.forEach(
                row -> stored.put(place(BatchKey.of(row), (Integer) row.get("sequence")), (String) row.get("payload")));
        group.pushes.forEach(waiting -> group.decide(waiting, stored));
        List<WaitingPush> storing =
                group.pushes.stream().filter(WaitingPush::isToBeStored).toList();
        return storing.isEmpty() ? null : rows(storing);
    }

    private void decide(WaitingPush waiting, Map<String, String> stored) {
        Push push = waiting.push();
        Map<String, Object> batch = batches.get(push.batch());
        int total = batch == null ? totals.get(push.batch()) : (Integer) batch.get("total_sequence");
        String place = place(push.batch(), push.sequence());
        String before = stored.get(place);
        if (total != push.totalSequence()) {
            waiting.decide("total", batch);
        } else if (before != null) {
            waiting.decide(Pushes.compare(push, before), batch);
        } else {
            stored.put(place, push.payload());
            waiting.decide(STORED, batch);
        }
    }

    private static String place(BatchKey batch, int sequence) {
        return batch.correlationKey() + "/" + sequence;
    }

    /** The transaction is committed and durable: what was decided holds. */
    public static void confirm(PushGroup group) {
        group.pushes.forEach(WaitingPush::confirm);
    }

    /** The database refuses these pushes, whatever is tried. */
    public static void refuse(PushGroup group) {
        group.pushes.forEach(WaitingPush::refuse);
    }

    /** What the stored pushes mean for their batches. */
    public List<BatchNews> news() {
        Map<BatchKey, List<WaitingPush>> stored = pushes.stream()
                .filter(WaitingPush::isStored)
                .collect(Collectors.groupingBy(
                        waiting -> waiting.push().batch(), LinkedHashMap::new, Collectors.toList()));
        List<BatchNews> news = new ArrayList<>();
        stored.forEach((key, waiting) -> news.add(new BatchNews(
                key,
                waiting.get(0).push().totalSequence(),
                Sequences.of(waiting.stream().map(w -> w.push().sequence()).toList()),
                waiting.get(0).batch())));
        return news;
    }

    /** Lets go whoever waits for one of them. */
    void done() {
        pushes.forEach(WaitingPush::done);
    }

    private static Map<String, Object> keys(Collection<BatchKey> keys) {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("programIds", SqlArray.texts(keys, BatchKey::programId));
        parameters.put("eventTypes", SqlArray.texts(keys, key -> key.eventType().wireName()));
        parameters.put("batchIds", SqlArray.texts(keys, BatchKey::batchId));
        return parameters;
    }

    private static Map<String, Object> pushKeys(List<WaitingPush> pushes) {
        Map<String, Object> parameters =
                keys(pushes.stream().map(waiting -> waiting.push().batch()).toList());
        parameters.put(
                "sequences", SqlArray.integers(pushes, waiting -> waiting.push().sequence()));
        return parameters;
    }

    private static Map<String, Object> rows(List<WaitingPush> pushes) {
        Map<String, Object> parameters = pushKeys(pushes);
        parameters.put(
                "totals", SqlArray.integers(pushes, waiting -> waiting.push().totalSequence()));
        parameters.put(
                "modules", SqlArray.integers(pushes, waiting -> waiting.push().module()));
        parameters.put(
                "updatedAt", SqlArray.times(pushes, waiting -> waiting.push().updatedAt()));
        parameters.put(
                "payloads", SqlArray.texts(pushes, waiting -> waiting.push().payload()));
        parameters.put("sources", SqlArray.texts(pushes, WaitingPush::source));
        return parameters;
    }
}
