package io.resourcesync.dragonpass.store;

import io.resourcesync.dragonpass.batch.Assembly;
import io.resourcesync.dragonpass.batch.BatchKey;
import io.resourcesync.dragonpass.batch.BatchProgress;
import io.resourcesync.dragonpass.batch.Sequences;
import io.resourcesync.dragonpass.batch.SqlArray;
import io.resourcesync.dragonpass.push.Push;
import io.resourcesync.dragonpass.push.Pushes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Pushes that are stored in one transaction, by statements that each do their part for all of them. The
 * route {@code write-pushes} asks it, by {@link PushGroups}, for the parameters of these statements and
 * tells it what they read. Each push gets an outcome of its own.
 */
public final class PushGroup {

    static final String STORED = "stored";

    /** By key, as two nodes that lock the same rows in the same order do not wait for each other in a circle. */
    private static final Comparator<WaitingPush> BY_KEY = Comparator.<WaitingPush, String>comparing(
                    waiting -> waiting.push().batch().programId())
            .thenComparing(waiting -> waiting.push().batch().eventType())
            .thenComparing(waiting -> waiting.push().batch().batchId())
            .thenComparingInt(waiting -> waiting.push().sequence());

    private record Place(BatchKey batch, int sequence) {}

    private final List<WaitingPush> pushes;
    private final Assembly assembly;
    private final Map<BatchKey, KnownBatch> batches = new HashMap<>();

    /**
     * @param pushes in the order of their arrival: of two that contradict each other the first stays
     * @param assembly knows the batches that this node waits for
     */
    PushGroup(List<WaitingPush> pushes, Assembly assembly) {
        this.pushes = pushes.stream().sorted(BY_KEY).toList();
        this.assembly = assembly;
    }

    /** How many pushes there are. */
    public int size() {
        return pushes.size();
    }

    /** The same pushes, each a group of its own, so that one which the database refuses fails no other. */
    public List<PushGroup> apart() {
        return pushes.stream()
                .map(push -> new PushGroup(List.of(push), assembly))
                .toList();
    }

    /**
     * Begins to decide. A batch that this node waits for need not be read, unless a push says otherwise of
     * it, or it was tried before and refused: what memory knows stores a push and never refuses one.
     *
     * @param attempt from 1
     * @return the parameters of {@code read-batches.sql}; null when every batch is known
     */
    Map<String, Object> unknown(int attempt) {
        batches.clear();
        Set<BatchKey> unknown = new LinkedHashSet<>();
        for (WaitingPush waiting : pushes) {
            Push push = waiting.push();
            BatchProgress known = attempt == 1 ? assembly.awaited(push.batch()) : null;
            if (known != null && known.totalSequence() == push.totalSequence()) {
                batches.put(push.batch(), new KnownBatch(known, false));
            } else {
                unknown.add(push.batch());
            }
        }
        batches.keySet().removeAll(unknown);
        return unknown.isEmpty() ? null : SqlArray.keys(unknown);
    }

    /**
     * @param rows what {@code read-batches.sql} found
     * @param timeout from the opening of a batch to its deadline
     * @return the parameters of {@code open-batches.sql}; null when every batch is there
     */
    Map<String, Object> opening(List<Map<String, Object>> rows, String timeout) {
        rows.forEach(row -> batches.put(BatchKey.of(row), new KnownBatch(assembly.ofRow(row), false)));
        List<BatchKey> opening = new ArrayList<>();
        for (WaitingPush waiting : pushes) {
            Push push = waiting.push();
            if (!batches.containsKey(push.batch())) {
                // Whoever comes first says how many pushes the batch has.
                BatchProgress begun = assembly.begun(push.batch(), push.totalSequence(), timeout);
                batches.put(push.batch(), new KnownBatch(begun, true));
                opening.add(push.batch());
            }
        }
        if (opening.isEmpty()) {
            return null;
        }
        Map<String, Object> parameters = SqlArray.keys(opening);
        parameters.put("totals", SqlArray.integers(opening, this::total));
        return parameters;
    }

    private int total(BatchKey key) {
        return batches.get(key).progress().totalSequence();
    }

    /** The parameters of {@code read-stored.sql}. */
    public Map<String, Object> pushParameters() {
        return pushKeys(pushes);
    }

    /**
     * Decides what becomes of each push.
     *
     * @param rows what {@code read-stored.sql} found: the payloads that are there under the same keys; null
     *     when it was not asked, as the insertion fails if there are any
     * @return the parameters of {@code insert-pushes.sql}; null when there is nothing to store
     */
    Map<String, Object> storing(List<Map<String, Object>> rows) {
        Map<Place, String> stored = new HashMap<>();
        if (rows != null) {
            rows.forEach(row -> stored.put(
                    new Place(BatchKey.of(row), (Integer) row.get("sequence")), (String) row.get("payload")));
        }
        pushes.forEach(waiting -> decide(waiting, stored));
        List<WaitingPush> storing =
                pushes.stream().filter(WaitingPush::isToBeStored).toList();
        return storing.isEmpty() ? null : rows(storing);
    }

    private void decide(WaitingPush waiting, Map<Place, String> stored) {
        Push push = waiting.push();
        KnownBatch batch = batches.get(push.batch());
        Place place = new Place(push.batch(), push.sequence());
        String before = stored.get(place);
        if (total(push.batch()) != push.totalSequence()) {
            waiting.decide("total", batch);
        } else if (before != null) {
            waiting.decide(Pushes.compare(push, before), batch);
        } else {
            stored.put(place, push.payload());
            waiting.decide(STORED, batch);
        }
    }

    /** The transaction is committed and durable: what was decided holds. */
    void confirm() {
        pushes.forEach(WaitingPush::confirm);
    }

    /** The database refuses these pushes, whatever is tried. */
    void refuse() {
        pushes.forEach(WaitingPush::refuse);
    }

    /** The batches that the stored pushes opened. */
    public List<BatchProgress> opened() {
        return stored().stream()
                .map(WaitingPush::batch)
                .filter(KnownBatch::opening)
                .map(KnownBatch::progress)
                .distinct()
                .toList();
    }

    /** The progress that the stored pushes make, once for each batch. */
    public List<BatchProgress> progress() {
        Map<BatchProgress, List<WaitingPush>> byBatch = stored().stream()
                .collect(Collectors.groupingBy(
                        waiting -> waiting.batch().progress(), LinkedHashMap::new, Collectors.toList()));
        List<BatchProgress> progress = new ArrayList<>();
        byBatch.forEach((batch, waiting) -> progress.add(batch.with(
                Sequences.of(waiting.stream().map(w -> w.push().sequence()).toList()))));
        return progress;
    }

    private List<WaitingPush> stored() {
        return pushes.stream().filter(WaitingPush::isStored).toList();
    }

    private static Map<String, Object> pushKeys(List<WaitingPush> pushes) {
        Map<String, Object> parameters = SqlArray.keys(
                pushes.stream().map(waiting -> waiting.push().batch()).toList());
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
