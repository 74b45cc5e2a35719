package io.resourcesync.dragonpass.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.resourcesync.dragonpass.model.Event.Batch;
import io.resourcesync.dragonpass.model.Plan.Reply;
import io.resourcesync.dragonpass.model.Plan.Restart;
import io.resourcesync.dragonpass.model.Plan.Time;
import io.resourcesync.dragonpass.model.RecoveryApi.Answer;
import io.resourcesync.dragonpass.model.RecoveryApi.Call;
import io.resourcesync.dragonpass.model.Tables.BatchRow;
import io.resourcesync.dragonpass.model.Tables.FeedRow;
import io.resourcesync.dragonpass.model.Tables.PushKey;
import io.resourcesync.dragonpass.model.Tables.PushRow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.statistics.Statistics;

/**
 * Plays a plan and, at the end of each of its phases, compares every table with what must be there,
 * given which pushes were acknowledged or recovered and whose time had run out.
 */
final class Round {

    private record Planned(Plan.Batch plan, List<Event> events, List<Batch> sameCase) {}

    private record Task(int rank, Runnable action) {}

    private final Plan plan;
    private final RestartableApp app;
    private final RecoveryApi api;
    private final String prefix;
    private final Duration patience;
    private final Map<Batch, Planned> batches = new LinkedHashMap<>();

    private final Set<Event> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<Event> recovered = ConcurrentHashMap.newKeySet();
    private final Queue<Reply> replies = new ConcurrentLinkedQueue<>();
    private final Map<Batch, Integer> calls = new ConcurrentHashMap<>();
    private final Set<Batch> due = ConcurrentHashMap.newKeySet();
    private final Set<Batch> expired = ConcurrentHashMap.newKeySet();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final Set<String> garbage = ConcurrentHashMap.newKeySet();

    private final long feedStart;
    private final List<FeedRow> feed = new ArrayList<>();
    private final Map<PushKey, Set<Integer>> glances = new HashMap<>();
    private int glance;
    private Map<Batch, BatchRow> before = Map.of();
    private Map<Batch, Integer> callsBefore = Map.of();

    /**
     * @param prefix digits that the ids of this round's programs begin with, and of no other
     * @param patience how long the end of a phase may take
     */
    Round(Plan plan, RestartableApp app, RecoveryApi api, String prefix, Duration patience) {
        this.plan = plan;
        this.app = app;
        this.api = api;
        this.prefix = prefix;
        this.patience = patience;
        for (int i = 0; i < plan.cases().size(); i++) {
            String ofCase = "%s%03d".formatted(prefix, i);
            List<Batch> sameCase = new ArrayList<>();
            for (Plan.Batch planned : plan.cases().get(i).batches()) {
                List<Event> events = Event.of(ofCase, planned);
                sameCase.add(events.get(0).batch());
                batches.put(events.get(0).batch(), new Planned(planned, events, sameCase));
            }
        }
        feedStart = app.sql(jdbc -> new Tables(jdbc, prefix).lastChange());
    }

    /** Plays every phase. */
    void play() {
        for (int phase = 0; phase <= Plan.PHASES; phase++) {
            int current = phase;
            callsBefore = new HashMap<>(calls);
            due.clear();
            api.play(call -> answer(call, current));
            if (plan.forgetful().contains(phase)) {
                app.ignoreHints();
                perform(phase);
                app.forget();
            } else {
                perform(phase);
            }
            settle(phase);
            check(phase);
        }
        before.values().forEach(row -> Statistics.label("batches").collect(row.status(), row.closedBy()));
        replies.forEach(reply -> Statistics.label("answers to recovery calls").collect(reply));
        feed.forEach(row -> Statistics.label("changes").collect(row.superseded() ? "superseded" : "not superseded"));
        assertThat(before.values()).as("at the end no batch is open").noneMatch(batch -> batch.status()
                .equals("OPEN"));
    }

    // ---- what happens

    private void perform(int phase) {
        List<Runnable> actions = tasks(phase).stream()
                .sorted(Comparator.comparingInt(Task::rank))
                .map(Task::action)
                .toList();
        List<Restart> restarts =
                plan.restarts().stream().filter(r -> r.phase() == phase).toList();
        List<CountDownLatch> moments = restarts.stream()
                .map(r -> new CountDownLatch(actions.size() * r.percent() / 100))
                .toList();
        ExecutorService threads = Executors.newFixedThreadPool(plan.threads());
        try {
            List<Future<?>> results = new ArrayList<>();
            for (Runnable action : actions) {
                results.add(threads.submit(() -> {
                    try {
                        action.run();
                    } finally {
                        moments.forEach(CountDownLatch::countDown);
                    }
                }));
            }
            for (int i = 0; i < restarts.size(); i++) {
                moments.get(i).await();
                app.restart(restarts.get(i).tightQueues());
            }
            for (Future<?> result : results) {
                result.get(60, TimeUnit.SECONDS);
            }
        } catch (ExecutionException e) {
            throw new AssertionError("phase " + phase + ": " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("phase " + phase + ": a push was neither acknowledged nor refused", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            threads.shutdownNow();
        }
    }

    private List<Task> tasks(int phase) {
        List<Task> tasks = new ArrayList<>();
        batches.forEach((batch, planned) -> {
            if (phase == Plan.PHASES) {
                tasks.add(new Task(0, () -> letTimePass(batch, Time.WINDOW_CLOSES)));
                return;
            }
            Plan.Clock clock = planned.plan.clocks().get(phase);
            if (clock.time() != Time.RUNS) {
                tasks.add(new Task(clock.rank(), () -> letTimePass(batch, clock.time())));
            }
            for (Event event : planned.events) {
                for (Plan.Delivery delivery :
                        planned.plan.pushes().get(event.sequence() - 1).deliveries()) {
                    if (delivery.phase() == phase) {
                        deliver(event, delivery.manner())
                                .forEach(action -> tasks.add(new Task(delivery.rank(), action)));
                    }
                }
            }
        });
        return tasks;
    }

    private Stream<Runnable> deliver(Event event, Plan.Manner manner) {
        String json = event.toString();
        Runnable once = () -> send(event, json);
        return switch (manner) {
            case ONCE -> Stream.of(once);
            case TWICE -> Stream.of(once, once);
            case REFORMATTED -> Stream.of(() -> send(event, event.reformatted()));
            case HALF_SENT ->
                Stream.of(() -> {
                    app.postAndHangUp(json, 50);
                    once.run();
                });
            case REPLY_LOST ->
                Stream.of(() -> {
                    app.postAndHangUp(json, 100);
                    once.run();
                });
            case CONTRADICTED ->
                Stream.of(() -> {
                    once.run();
                    refuse(event.otherContent());
                    refuse(event.otherTotal());
                });
        };
    }

    private void send(Event event, String body) {
        String answer = app.post(body, 200).body();
        assertThat(Tables.json(answer))
                .as("the acknowledgement of %s", event)
                .isEqualTo(JsonNodeFactory.instance
                        .objectNode()
                        .put("batchId", event.batch().id())
                        .put("sequence", event.sequence())
                        .put("status", "success"));
        acknowledged.add(event);
    }

    private void refuse(String body) {
        app.post(body, 409);
        refused.add(body);
    }

    /** Makes a deadline pass, or a window too, for a batch that is open. */
    private void letTimePass(Batch batch, Time time) {
        String opened = time == Time.WINDOW_CLOSES ? "current_timestamp - INTERVAL '49' HOUR" : "opened_at";
        int open = app.sql(jdbc -> jdbc.update(
                "UPDATE push_batch SET deadline_at = current_timestamp, recovery_error = NULL, opened_at = " + opened
                        + " WHERE program_id = ? AND event_type = ? AND batch_id = ? AND status = 'OPEN'",
                batch.program(),
                batch.topic().eventType,
                batch.id()));
        if (open == 1) {
            (time == Time.WINDOW_CLOSES || !batch.topic().recoverable ? expired : due).add(batch);
        }
    }

    private Answer answer(Call call, int phase) {
        Batch batch = batches.keySet().stream()
                .filter(b -> call.equals(new Call(b.program(), b.topic().eventType, b.id())))
                .findFirst()
                .orElseThrow(() -> new AssertionError("asked for no batch of this round: " + call));
        Planned planned = batches.get(batch);
        int before = callsBefore.getOrDefault(batch, 0);
        if (calls.merge(batch, 1, Integer::sum) > before + 1) {
            throw new AssertionError("asked twice for one attempt: " + call);
        }
        if (!batch.topic().recoverable
                || phase == Plan.PHASES
                || planned.plan.clocks().get(phase).time() != Time.DUE) {
            throw new AssertionError("asked for what cannot be recovered or is not due: " + call);
        }
        Reply reply = planned.plan.replies().get(phase);
        replies.add(reply);
        List<Event> own = recoverable(batch, phase);
        List<Event> others = planned.sameCase.stream()
                .filter(other -> !other.equals(batch))
                .flatMap(other -> recoverable(other, phase).stream())
                .toList();
        List<Event> events =
                switch (reply) {
                    case NO_DATA, EMPTY_BODY -> List.of();
                    case SINGLE_EVENT -> own.stream().limit(1).toList();
                    case ONLY_OTHERS -> others;
                    case WITH_OTHERS ->
                        Stream.concat(own.stream(), others.stream()).toList();
                    default -> own;
                };
        if (reply.successful) {
            recovered.addAll(events);
        }
        return answer(reply, batch, events);
    }

    private List<Event> recoverable(Batch batch, int phase) {
        Planned planned = batches.get(batch);
        return planned.events.stream()
                .filter(event -> planned.plan
                        .pushes()
                        .get(event.sequence() - 1)
                        .recoverable()
                        .contains(phase))
                .toList();
    }

    private Answer answer(Reply reply, Batch batch, List<Event> events) {
        List<String> texts = events.stream().map(Event::toString).toList();
        String array = texts.toString();
        return switch (reply) {
            case ARRAY, WITH_OTHERS, ONLY_OTHERS -> json(200, array);
            case SINGLE_EVENT -> json(200, texts.isEmpty() ? "{}" : texts.get(0));
            case ENVELOPE -> json(200, "{\"code\":0,\"message\":\"ok\",\"data\":" + array + "}");
            case ENVELOPE_OF_EVENTS -> json(200, "{\"data\":{\"events\":" + array + "},\"code\":0}");
            case ENVELOPE_OF_LIST -> json(200, "{\"code\":0,\"data\":{\"total\":7,\"list\":" + array + "}}");
            case REFORMATTED ->
                json(200, events.stream().map(Event::reformatted).toList().toString());
            case REPEATED -> {
                List<String> twice = new ArrayList<>(texts);
                twice.addAll(texts);
                Collections.reverse(twice);
                yield json(200, twice.toString());
            }
            case WITH_GARBAGE -> {
                List<String> bad = List.of(
                        "{\"eventType\":\"walkin.redemption\",\"programId\":\"" + batch.program() + "\"}",
                        batches.get(batch).events.get(0).otherTotal());
                garbage.addAll(bad);
                yield json(
                        200,
                        Stream.concat(bad.stream(), texts.stream()).toList().toString());
            }
            case NO_DATA -> json(200, "{\"code\":0,\"data\":null}");
            case UNAVAILABLE -> json(503, array);
            case TOO_MANY_REQUESTS -> new Answer(429, Map.of("Retry-After", "3600"), array, false);
            case NOT_FOUND -> json(404, array);
            case HTML -> new Answer(200, Map.of("Content-Type", "text/html"), "<html>Welcome</html>", false);
            case ERROR_CODE -> json(200, "{\"code\":1001,\"message\":\"no\",\"data\":" + array + "}");
            case EMPTY_BODY -> json(200, "");
            case BROKEN_OFF -> new Answer(200, Map.of("Content-Type", "application/json"), array, true);
        };
    }

    private static Answer json(int status, String body) {
        return new Answer(status, Map.of("Content-Type", "application/json"), body, false);
    }

    // ---- what must come of it

    /** What is there to be applied: acknowledged to the sender, or in an answer to a recovery call. */
    private Set<Integer> stored(Batch batch) {
        return Stream.concat(acknowledged.stream(), recovered.stream())
                .filter(event -> event.batch().equals(batch))
                .map(Event::sequence)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private boolean isWhole(Batch batch) {
        return stored(batch).size() == batches.get(batch).events.size();
    }

    /** OPEN, APPLIED or INCOMPLETE; null when nothing of it came. */
    private String status(Batch batch) {
        if (stored(batch).isEmpty()) {
            return null;
        }
        return isWhole(batch) ? "APPLIED" : expired.contains(batch) ? "INCOMPLETE" : "OPEN";
    }

    /** Waits until every attempt is over, every batch closed that must be, and what came for it applied. */
    private void settle(int phase) {
        await().alias("the end of phase " + phase)
                .atMost(patience)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(20))
                .untilAsserted(() -> {
                    Tables tables = tables();
                    Map<Batch, BatchRow> rows = tables.batches();
                    Map<PushKey, Boolean> applied = tables.applied();
                    readFeed(tables);
                    assertThat(api.offences())
                            .as("phase %d, recovery calls", phase)
                            .isEmpty();
                    List<String> unfinished = batches.keySet().stream()
                            .map(batch -> unfinished(batch, rows.get(batch), applied))
                            .filter(reason -> reason != null)
                            .toList();
                    assertThat(unfinished).as("phase %d, unfinished", phase).isEmpty();
                });
    }

    private String unfinished(Batch batch, BatchRow row, Map<PushKey, Boolean> applied) {
        String status = status(batch);
        if (status == null) {
            return null;
        }
        if (row == null || !row.status().equals(status)) {
            return batch + " must be " + status + " and is " + row;
        }
        for (int sequence : stored(batch)) {
            Boolean isApplied = applied.get(new PushKey(batch, sequence));
            if (isApplied == null || isApplied == status.equals("OPEN")) {
                return "%s is %s, but push %d is %s"
                        .formatted(
                                batch,
                                status,
                                sequence,
                                isApplied == null ? "not stored" : isApplied ? "applied" : "not applied");
            }
        }
        int calls = this.calls.getOrDefault(batch, 0);
        boolean attempted = due.contains(batch) && status.equals("OPEN");
        if (row.attempts() != calls
                || attempted && (calls == callsBefore.getOrDefault(batch, 0) || row.error() == null)) {
            return batch + " was asked for " + calls + " times and is " + row;
        }
        return null;
    }

    private Tables tables() {
        return new Tables(app.node().jdbc(), prefix);
    }

    /** As a reader does who asks for what is newer than the last that it got. */
    private void readFeed(Tables tables) {
        glance++;
        long last = feed.isEmpty() ? feedStart : feed.get(feed.size() - 1).id();
        List<FeedRow> news = tables.feedAfter(last);
        news.forEach(row ->
                glances.computeIfAbsent(row.push(), key -> new HashSet<>()).add(glance));
        feed.addAll(news);
    }

    private void check(int phase) {
        Tables tables = tables();
        Map<Batch, BatchRow> rows = tables.batches();
        checkBatches(phase, rows);
        checkPushes(phase, tables.pushes());
        checkState(phase, tables);
        checkFeed(phase, tables);
        assertThat(tables.quarantined())
                .as("phase %d, quarantine", phase)
                .containsAll(refused)
                .allMatch(payload -> refused.contains(payload) || garbage.contains(payload));
        before = rows;
    }

    private void checkBatches(int phase, Map<Batch, BatchRow> rows) {
        Map<Batch, BatchRow> expected = new HashMap<>();
        batches.forEach((batch, planned) -> {
            String status = status(batch);
            if (status != null) {
                BatchRow row = rows.get(batch);
                expected.put(
                        batch,
                        new BatchRow(
                                planned.events.size(),
                                status,
                                status.equals("INCOMPLETE") ? missing(batch) : null,
                                !status.equals("OPEN"),
                                closedBy(batch, status, row),
                                calls.getOrDefault(batch, 0),
                                row.error()));
            }
        });
        assertEqual("phase " + phase + ", push_batch", rows, expected);
    }

    private String closedBy(Batch batch, String status, BatchRow actual) {
        BatchRow earlier = before.get(batch);
        if (status.equals("OPEN")) {
            return null;
        }
        if (status.equals("INCOMPLETE")) {
            return "TIMEOUT";
        }
        if (earlier != null && earlier.status().equals("APPLIED")) {
            return earlier.closedBy();
        }
        boolean wasClosed = earlier != null && earlier.status().equals("INCOMPLETE");
        boolean raced = expired.contains(batch);
        if (wasClosed || raced && "LATE".equals(actual.closedBy())) {
            return "LATE";
        }
        boolean byRecovery = tables().pushes().entrySet().stream()
                .anyMatch(push -> push.getKey().batch().equals(batch)
                        && push.getValue().source().equals("RECOVERY"));
        return byRecovery ? "RECOVERY" : "PUSH";
    }

    private String missing(Batch batch) {
        Set<Integer> stored = stored(batch);
        List<int[]> ranges = new ArrayList<>();
        IntStream.rangeClosed(1, batches.get(batch).events.size())
                .filter(sequence -> !stored.contains(sequence))
                .forEach(sequence -> {
                    int[] last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
                    if (last != null && last[1] == sequence - 1) {
                        last[1] = sequence;
                    } else {
                        ranges.add(new int[] {sequence, sequence});
                    }
                });
        return ranges.stream()
                .map(range -> range[0] == range[1] ? "" + range[0] : range[0] + "-" + range[1])
                .collect(Collectors.joining(","));
    }

    private void checkPushes(int phase, Map<PushKey, PushRow> actual) {
        Map<PushKey, PushRow> expected = new HashMap<>();
        batches.forEach((batch, planned) -> {
            for (int sequence : stored(batch)) {
                Event event = planned.events.get(sequence - 1);
                PushKey key = new PushKey(batch, sequence);
                boolean either = acknowledged.contains(event) && recovered.contains(event) && actual.containsKey(key);
                String source = either ? actual.get(key).source() : acknowledged.contains(event) ? "PUSH" : "RECOVERY";
                assertThat(source).isIn("PUSH", "RECOVERY");
                expected.put(
                        key,
                        new PushRow(
                                event.total(),
                                event.module(),
                                event.updatedAt(),
                                Tables.json(event.toString()),
                                source,
                                !status(batch).equals("OPEN")));
            }
        });
        assertEqual("phase " + phase + ", push_message", actual, expected);
    }

    private Stream<Event> applied() {
        return batches.entrySet().stream()
                .filter(entry -> status(entry.getKey()) != null
                        && !status(entry.getKey()).equals("OPEN"))
                .flatMap(entry -> stored(entry.getKey()).stream()
                        .map(sequence -> entry.getValue().events.get(sequence - 1)));
    }

    private void checkState(int phase, Tables tables) {
        ReferenceModel model = new ReferenceModel();
        applied().flatMap(event -> event.changes().stream()).forEach(model::accept);
        assertEqual("phase " + phase + ", resource and transport_hub", tables.state(), model.state());
    }

    /**
     * Every applied push is in the feed once, with all its changes side by side; a batch's pushes are
     * side by side unless some came late; what was superseded is what the model supersedes when it
     * takes in the changes in the feed's order. A reader missed nothing and saw no batch half applied.
     */
    private void checkFeed(int phase, Tables tables) {
        List<FeedRow> all = tables.feedAfter(feedStart);
        readFeed(tables);
        assertThat(feed)
                .as("phase %d, what a reader of the feed has got", phase)
                .isEqualTo(all);

        ReferenceModel model = new ReferenceModel();
        Map<PushKey, List<Event.Change>> expected = applied()
                .filter(event -> !event.changes().isEmpty())
                .collect(Collectors.toMap(e -> new PushKey(e.batch(), e.sequence()), Event::changes));
        Map<Batch, List<Integer>> runs = new HashMap<>();
        Map<Batch, Integer> pieces = new HashMap<>();
        Set<PushKey> seen = new HashSet<>();
        for (int i = 0; i < all.size(); ) {
            PushKey push = all.get(i).push();
            if (i == 0 || !all.get(i - 1).push().batch().equals(push.batch())) {
                pieces.merge(push.batch(), 1, Integer::sum);
                runs.put(push.batch(), new ArrayList<>());
            }
            runs.get(push.batch()).add(push.sequence());
            List<Event.Change> changes = expected.getOrDefault(push, List.of());
            assertThat(seen.add(push) && !changes.isEmpty())
                    .as("phase %d, %s is in resource_change once, being applied", phase, push)
                    .isTrue();
            List<FeedRow> rows = all.subList(i, Math.min(all.size(), i + changes.size()));
            assertThat(rows.stream().map(FeedRow::change))
                    .as("phase %d, resource_change of %s", phase, push)
                    .isEqualTo(changes);
            for (FeedRow row : rows) {
                assertThat(row.superseded())
                        .as("phase %d, superseded of %s", phase, row)
                        .isEqualTo(model.accept(row.change()));
            }
            i += changes.size();
        }
        assertThat(seen).as("phase %d, the pushes in resource_change", phase).isEqualTo(expected.keySet());
        pieces.forEach((batch, count) -> {
            boolean late = expired.contains(batch);
            assertThat(count > 1 && !late)
                    .as("phase %d, %s is scattered over resource_change", phase, batch)
                    .isFalse();
            assertThat(late ? runs.get(batch) : List.copyOf(new TreeSet<>(runs.get(batch))))
                    .as("phase %d, the order of %s in resource_change", phase, batch)
                    .isEqualTo(runs.get(batch));
            Set<Integer> glancesAtBatch = new HashSet<>();
            seen.stream().filter(p -> p.batch().equals(batch)).forEach(p -> glancesAtBatch.addAll(glances.get(p)));
            assertThat(glancesAtBatch.size() > 1 && !late)
                    .as("phase %d, a reader saw %s half applied", phase, batch)
                    .isFalse();
        });
        glances.forEach((push, at) -> assertThat(at)
                .as("phase %d, a reader saw %s half applied", phase, push)
                .hasSize(1));
    }

    /** Names only what differs: a round has hundreds of rows. */
    private static <K, V> void assertEqual(String what, Map<K, V> actual, Map<K, V> expected) {
        Set<K> keys = new HashSet<>(actual.keySet());
        keys.addAll(expected.keySet());
        assertThat(keys.stream()
                        .filter(key -> !Objects.equals(actual.get(key), expected.get(key)))
                        .map(key ->
                                "\n%s%n  must be %s%n  and is  %s".formatted(key, expected.get(key), actual.get(key))))
                .as(what)
                .isEmpty();
    }
}
