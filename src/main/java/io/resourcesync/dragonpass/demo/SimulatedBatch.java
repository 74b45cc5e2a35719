package io.resourcesync.dragonpass.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.resourcesync.dragonpass.batch.BatchKey;
import io.resourcesync.dragonpass.batch.EventType;
import io.resourcesync.dragonpass.http.ProblemException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A batch that the simulator was told to push: what it holds, and what happens to its pushes on
 * their way.
 *
 * @param key the batch
 * @param total how many events it has
 * @param ids how many ids each event holds
 * @param module of every event, where the topic has one
 * @param updatedAt of every event
 * @param pushes the sequences that are pushed, in this order; what is repeated comes last
 * @param lost the sequences that are not pushed, ascending
 * @param delays how much later than the others a sequence is pushed
 */
public record SimulatedBatch(
        BatchKey key,
        int total,
        int ids,
        int module,
        OffsetDateTime updatedAt,
        List<Integer> pushes,
        List<Integer> lost,
        Map<Integer, Duration> delays) {

    private static final int MOST_EVENTS = 1_000;

    /** What the contract allows in an event of metadata, and in both groups of one of availability. */
    private static final int MOST_IDS = 100;

    /** Longer lists of sequences are cut on the console. */
    private static final int LISTED = 20;

    private static final int LOUNGE = 1;
    private static final String PROGRAM = "123321";

    /** In what order pushes are sent. */
    private enum Order {
        SHUFFLED,
        ASCENDING
    }

    /**
     * Reads what the simulator is told.
     *
     * @param json with at least the {@code eventType}
     * @param batchId where it names none
     * @param now where it names no {@code updatedAt}
     * @param random for the order of the pushes
     * @throws ProblemException 400, when it makes no sense
     */
    static SimulatedBatch read(byte[] json, String batchId, Instant now, Random random) throws ProblemException {
        ControlInput input = ControlInput.parse(json);
        EventType eventType = EventType.of(input.name("eventType", "")).orElse(null);
        if (eventType == null) {
            input.wrong("eventType", "must be " + eventTypes());
        }
        BatchKey key = new BatchKey(input.name("programId", PROGRAM), eventType, input.name("batchId", batchId));
        int total = input.integer("total", 3, 1, MOST_EVENTS);
        int ids = input.integer("ids", 2, 0, MOST_IDS);
        int module = input.integer("module", LOUNGE, 0, Integer.MAX_VALUE);
        OffsetDateTime updatedAt =
                input.time("updatedAt", now.truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC));
        List<Integer> lost =
                input.sequences("lose", total).stream().distinct().sorted().toList();
        List<Integer> repeated = input.sequences("repeat", total);
        Map<Integer, Duration> delays = input.durations("delay", total);
        if (!Collections.disjoint(lost, repeated) || !Collections.disjoint(lost, delays.keySet())) {
            input.wrong("lose", "must not hold a sequence that is repeated or delayed");
        }
        Order order = input.oneOf("order", Order.class, Order.SHUFFLED);
        input.finish();

        List<Integer> pushes = IntStream.rangeClosed(1, total)
                .boxed()
                .filter(sequence -> !lost.contains(sequence))
                .collect(Collectors.toCollection(ArrayList::new));
        if (order == Order.SHUFFLED) {
            shuffle(pushes, random);
        }
        pushes.addAll(repeated);
        return new SimulatedBatch(key, total, ids, module, updatedAt, pushes, lost, delays);
    }

    /** Shuffles until the order really is another one. */
    private static void shuffle(List<Integer> ascending, Random random) {
        List<Integer> before = List.copyOf(ascending);
        while (before.size() > 1 && ascending.equals(before)) {
            Collections.shuffle(ascending, random);
        }
    }

    private static String eventTypes() {
        return Arrays.stream(EventType.values()).map(EventType::wireName).collect(Collectors.joining(" or "));
    }

    /** The first attempts at its pushes, in their order. */
    List<Delivery> deliveries(Instant now) {
        return pushes.stream()
                .map(sequence ->
                        new Delivery(this, sequence, now.plus(delays.getOrDefault(sequence, Duration.ZERO)), 1))
                .toList();
    }

    /** All its events, pushed or lost. */
    List<ObjectNode> events() {
        return IntStream.rangeClosed(1, total).mapToObj(this::event).toList();
    }

    /** Those of its events that were lost. */
    List<ObjectNode> lostEvents() {
        return lost.stream().map(this::event).toList();
    }

    /** One event, in the form that the contract gives its topic; ids are numbered through the batch. */
    ObjectNode event(int sequence) {
        ObjectNode event = JsonNodeFactory.instance
                .objectNode()
                .put("eventType", key.eventType().wireName())
                .put("batchId", key.batchId())
                .put("sequence", sequence)
                .put("totalSequence", total)
                .put("updatedAt", DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(updatedAt))
                .put("programId", key.programId());
        int first = (sequence - 1) * ids + 1;
        switch (key.eventType()) {
            case RESOURCE_METADATA -> fill(event.put("module", module).putArray("resources"), "N", first, ids);
            case TRANSPORT_HUB_METADATA -> fill(event.putArray("transportHubs"), "A", first, ids);
            case RESOURCE_AVAILABILITY -> {
                int removed = ids / 2;
                int added = ids - removed;
                ArrayNode data = event.put("module", module).putArray("data");
                fill(group(data, "added"), "N", first, added);
                fill(group(data, "removed"), "N", first + added, removed);
            }
        }
        return event;
    }

    private static ArrayNode group(ArrayNode data, String changeAction) {
        return data.addObject().put("changeAction", changeAction).putArray("resources");
    }

    private static void fill(ArrayNode ids, String letter, int first, int count) {
        IntStream.range(first, first + count).forEach(number -> ids.add(String.format("%s%05d", letter, number)));
    }

    /** What is about to happen to it, as JSON. */
    public String json() {
        ObjectNode plan = JsonNodeFactory.instance
                .objectNode()
                .put("eventType", key.eventType().wireName())
                .put("programId", key.programId())
                .put("batchId", key.batchId())
                .put("totalSequence", total);
        pushes.forEach(plan.putArray("pushes")::add);
        lost.forEach(plan.putArray("lost")::add);
        return plan.toString();
    }

    /** For people: what is about to happen to it, in half a sentence. */
    public String plan() {
        int once = total - lost.size();
        StringBuilder plan = new StringBuilder("sends ").append(listed(pushes.subList(0, once)));
        if (pushes.size() > once) {
            plan.append(", repeats ").append(listed(pushes.subList(once, pushes.size())));
        }
        if (!delays.isEmpty()) {
            plan.append(", delays ").append(listed(delays.keySet()));
        }
        if (!lost.isEmpty()) {
            plan.append(", loses ").append(listed(lost));
        }
        return plan.toString();
    }

    private static String listed(Collection<Integer> sequences) {
        String listed = sequences.stream().limit(LISTED).map(String::valueOf).collect(Collectors.joining(" "));
        return sequences.isEmpty() ? "nothing" : sequences.size() > LISTED ? listed + " …" : listed;
    }
}
