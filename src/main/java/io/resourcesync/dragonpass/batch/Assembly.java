package io.resourcesync.dragonpass.batch;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.AggregationStrategy;
import org.apache.camel.Exchange;
import org.apache.camel.processor.aggregate.MemoryAggregationRepository;
import org.apache.camel.support.DefaultExchange;

/**
 * What the routes {@code assemble-batch} and {@code sweep-batches} need beyond YAML: turning rows
 * into progress, merging it, and telling which batches deserve a look.
 */
public final class Assembly implements AggregationStrategy {

    /** As many as the arrays of the statement hold. */
    private static final int AT_ONCE = 1000;

    /** So many of those read at once it looks at in any case, as some may have to be recovered, for which there is room. */
    private static final int LEAST_LOOKS = 100;

    /** As long a sweep counts pushes in one go: HSQLDB stores few meanwhile. */
    private static final Duration STROKE = Duration.ofMillis(100);

    private final Clock clock;
    private final MemoryAggregationRepository known;
    private final Supplier<Set<BatchKey>> handedOver;
    private final int room;
    private volatile boolean leftSome;

    /** Those awaited that the last stroke did not come to. */
    private Iterator<String> uncounted = Collections.emptyIterator();

    /**
     * @param clock this node's clock; deadlines are read as what is left of them by the database's
     * @param known the batches that {@code assemble-batch} waits for on this node
     * @param handedOver the batches that wait on this node for {@code apply-batch}, and for nothing else
     * @param room how many can wait there; no more are looked at than there is room for
     */
    public Assembly(Clock clock, MemoryAggregationRepository known, Supplier<Set<BatchKey>> handedOver, int room) {
        this.clock = clock;
        this.known = known;
        this.handedOver = handedOver;
        this.room = room;
    }

    /**
     * Merges progress. Camel takes the timeout from what came last, and so from what was read from SQL
     * last: a deadline that was moved there, either way, is followed. One that is stale hands the batch
     * over early, where its claim loses and the next sweep brings it back. What waits is a fresh
     * exchange, so that nothing of a request is kept in memory until its batch is done.
     */
    @Override
    public Exchange aggregate(Exchange waiting, Exchange news) {
        BatchProgress progress = news.getMessage().getBody(BatchProgress.class);
        if (waiting == null) {
            Exchange fresh = new DefaultExchange(news.getContext());
            fresh.getMessage().setBody(progress);
            return fresh;
        }
        BatchProgress before = waiting.getMessage().getBody(BatchProgress.class);
        waiting.getMessage().setBody(before.merge(progress));
        return waiting;
    }

    /**
     * A batch that begins now.
     *
     * @param timeout from the opening of a batch to its deadline
     */
    public BatchProgress begun(BatchKey key, int totalSequence, String timeout) {
        return new BatchProgress(
                key, totalSequence, Sequences.NONE, clock.instant().plus(Durations.parse(timeout)), false);
    }

    /** A batch as {@code read-batches.sql} gives it, whatever of it is stored. */
    public BatchProgress ofRow(Map<String, Object> row) {
        return new BatchProgress(
                BatchKey.of(row), (Integer) row.get("total_sequence"), Sequences.NONE, deadline(row), isClosed(row));
    }

    /** What this node knows of a batch that it waits for; null when it does not. A hint, as it may be closed by now. */
    public BatchProgress awaited(BatchKey key) {
        return waitingUnder(key.correlationKey());
    }

    private BatchProgress waitingUnder(String correlationKey) {
        Exchange waiting = known.get(null, correlationKey);
        return waiting == null ? null : waiting.getMessage().getBody(BatchProgress.class);
    }

    /**
     * The whole progress of one batch.
     *
     * @param rows the batch, once for each push stored, as {@code read-progress.sql} gives them
     * @return null for a batch that is no longer there
     */
    public BatchProgress ofRows(List<Map<String, Object>> rows) {
        if (rows.isEmpty()) {
            return null;
        }
        Map<String, Object> batch = rows.get(0);
        List<Integer> sequences =
                rows.stream().map(row -> (Integer) row.get("sequence")).toList();
        return ofRow(batch).with(Sequences.of(sequences));
    }

    /** Nothing is seen of the open batches yet. */
    public OpenBatches beginSweep() {
        leftSome = false;
        return OpenBatches.none(room - handedOver.get().size());
    }

    /**
     * Counts open batches, and tells which of them this node should look at: due, or not yet waited for
     * here, because another node received their pushes, a hint was dropped, or this node restarted. One that
     * is handed over already is left: a thousand that wait for being applied must not be read again with each sweep.
     * Nor must all those that found no room there: of too many some are drawn by lot, so that none waits for ever.
     *
     * @param before what the sweep has seen until now
     * @param rows the next, as {@code read-open-batches.sql} gives them
     */
    public OpenBatches open(OpenBatches before, List<Map<String, Object>> rows) {
        Instant oldest = before.oldest();
        Instant begun = before.begun();
        Instant last = before.lastOpenedAt();
        int tied = before.tied();
        List<BatchKey> worthALook = new ArrayList<>();
        Set<BatchKey> waiting = handedOver.get();
        for (Map<String, Object> row : rows) {
            if (begun == null) {
                oldest = here(row, "opened_at");
                begun = SqlTime.instant(row.get("now_at"));
            }
            Instant opened = SqlTime.instant(row.get("opened_at"));
            tied = opened.equals(last) ? tied + 1 : 1;
            last = opened;
            BatchKey key = BatchKey.of(row);
            if (!waiting.contains(key) && (!deadline(row).isAfter(clock.instant()) || awaited(key) == null)) {
                worthALook.add(key);
            }
        }
        int most = Math.max(LEAST_LOOKS, before.looksLeft());
        if (worthALook.size() > most) {
            leftSome = true;
            worthALook = drawn(worthALook, most);
        }
        return new OpenBatches(
                before.count() + rows.size(),
                oldest,
                begun,
                last,
                tied,
                worthALook,
                before.looksLeft() - worthALook.size(),
                rows.size() == OpenBatches.AT_ONCE && !last.isAfter(begun));
    }

    private static List<BatchKey> drawn(List<BatchKey> keys, int count) {
        Collections.shuffle(keys);
        return List.copyOf(keys.subList(0, count));
    }

    /** Whether the last sweep left batches that it had no room for, and by now nothing waits for being applied. */
    public boolean hasRoomForMore() {
        return leftSome && handedOver.get().isEmpty();
    }

    /**
     * What a batch still lacks, as the named parameters of {@code settle-batch.sql}: {@code missing}
     * is null when it lacks nothing.
     *
     * @param rows its total and the sequences that are applied, as {@code read-applied.sql} gives them
     */
    public Map<String, Object> settlement(BatchKey key, List<Map<String, Object>> rows) {
        List<Integer> applied = rows.stream()
                .map(row -> (Integer) row.get("sequence"))
                .filter(Objects::nonNull)
                .toList();
        String missing = Sequences.of(applied).missing((Integer) rows.get(0).get("total_sequence"));
        Map<String, Object> parameters = new HashMap<>(key.parameters());
        parameters.put("missing", missing.isEmpty() ? null : missing);
        return parameters;
    }

    /**
     * The batches that this node waits for, some at a time, as the named parameters of {@code
     * read-complete-batches.sql}; those that are left after {@link #STROKE} the next call begins with. The
     * others that are open are unknown here, or complete and handed over.
     */
    public Iterator<Map<String, Object>> awaitedKeys() {
        if (!uncounted.hasNext()) {
            uncounted = known.getKeys().iterator();
        }
        Instant end = clock.instant().plus(STROKE);
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return uncounted.hasNext() && clock.instant().isBefore(end);
            }

            @Override
            public Map<String, Object> next() {
                List<BatchKey> keys = new ArrayList<>();
                while (uncounted.hasNext() && keys.size() < AT_ONCE) {
                    BatchProgress waiting = waitingUnder(uncounted.next());
                    if (waiting != null) {
                        keys.add(waiting.key());
                    }
                }
                return SqlArray.keys(keys);
            }
        };
    }

    /** Of some batches those that this node still waits for: no hint has told it meanwhile. */
    public List<BatchKey> waitedFor(List<Map<String, Object>> rows) {
        return keys(rows).stream().filter(key -> awaited(key) != null).toList();
    }

    /** The keys in rows that carry one. */
    public List<BatchKey> keys(List<Map<String, Object>> rows) {
        return rows.stream().map(BatchKey::of).toList();
    }

    private static boolean isClosed(Map<String, Object> row) {
        return !"OPEN".equals(row.get("status"));
    }

    private Instant deadline(Map<String, Object> row) {
        return here(row, "deadline_at");
    }

    /** A time by this node's clock: as far from now as it is by the database's. */
    private Instant here(Map<String, Object> row, String column) {
        Duration ahead = Duration.between(SqlTime.instant(row.get("now_at")), SqlTime.instant(row.get(column)));
        return clock.instant().plus(ahead);
    }
}
