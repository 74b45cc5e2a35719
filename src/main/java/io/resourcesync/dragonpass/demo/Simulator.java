package io.resourcesync.dragonpass.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.resourcesync.dragonpass.batch.BatchKey;
import io.resourcesync.dragonpass.http.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Predicate;
import org.apache.camel.Body;
import org.apache.camel.Header;

/**
 * What the demo's routes ask of Java: the memory of a DragonPass that pushes batches, loses some of
 * their events on the way, tries again what was not acknowledged, and can be asked for what was lost.
 * It holds what it was told last, for one process.
 */
public final class Simulator {

    /** The contract: a failed push is retried up to 3 times. The interval is not public. */
    private static final int ATTEMPTS = 4;

    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(1);

    /** Older batches are forgotten, as DragonPass forgets them after 48 hours. */
    private static final int KEPT_BATCHES = 1_000;

    private static final DateTimeFormatter BATCH_ID =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Clock clock;
    private final Random random;
    private final Map<BatchKey, SimulatedBatch> batches = new LinkedHashMap<>();
    private final List<Delivery> waiting = new ArrayList<>();
    private EventAnswer answer = EventAnswer.USUAL;
    private int ordered;
    private int singles;

    /** With the clock of this machine, and chance. */
    public Simulator() {
        this(Clock.systemUTC(), new Random());
    }

    Simulator(Clock clock, Random random) {
        this.clock = clock;
        this.random = random;
    }

    /**
     * Takes the order to push a batch. Of two batches of one name the first is kept for the Event
     * Recovery API.
     *
     * @throws ProblemException 400, when it makes no sense
     */
    public synchronized SimulatedBatch order(@Body byte[] json) throws ProblemException {
        Instant now = clock.instant();
        String batchId = BATCH_ID.format(now) + "-" + (ordered + 1);
        SimulatedBatch batch = SimulatedBatch.read(json, batchId, now, random);
        ordered++;
        batches.putIfAbsent(batch.key(), batch);
        if (batches.size() > KEPT_BATCHES) {
            batches.remove(batches.keySet().iterator().next());
        }
        waiting.addAll(batch.deliveries(now));
        return batch;
    }

    /** The deliveries whose time has come, in the order in which they are sent; each is given once. */
    public synchronized List<Delivery> due() {
        Instant now = clock.instant();
        Predicate<Delivery> isDue = delivery -> !delivery.at().isAfter(now);
        List<Delivery> due = waiting.stream()
                .filter(isDue)
                .sorted(Comparator.comparing(Delivery::at))
                .toList();
        waiting.removeIf(isDue);
        return due;
    }

    /** Whether an answer is the acknowledgement of the contract: 200, and an echo of the push. */
    public boolean isAcknowledged(Delivery delivery, int status, String body) {
        ObjectNode expected = JSON.createObjectNode()
                .put("batchId", delivery.batch().key().batchId())
                .put("sequence", delivery.sequence())
                .put("status", "success");
        try {
            return status == 200 && body != null && expected.equals(JSON.readTree(body));
        } catch (JsonProcessingException e) {
            return false;
        }
    }

    /**
     * Sends a push that was not acknowledged once more, unless that was the last attempt.
     *
     * @return whether it is sent once more
     */
    public synchronized boolean retry(Delivery delivery) {
        if (delivery.attempt() >= ATTEMPTS) {
            return false;
        }
        Instant at = clock.instant().plus(RETRY_INTERVAL);
        return waiting.add(new Delivery(delivery.batch(), delivery.sequence(), at, delivery.attempt() + 1));
    }

    /**
     * Changes how the Event Recovery API answers.
     *
     * @throws ProblemException 400, when it makes no sense
     */
    public synchronized void setAnswer(@Body byte[] json) throws ProblemException {
        answer = EventAnswer.read(json);
        singles = 0;
    }

    /**
     * Answers the Event Recovery API.
     *
     * @param programId required by the contract
     * @param requestId required by the contract
     * @param eventType only events of this topic, or null
     * @param batchId only events of this batch, or null
     */
    public synchronized EventReply events(
            @Header("X-Program-ID") String programId,
            @Header("X-Request-ID") String requestId,
            @Header("eventType") String eventType,
            @Header("batchId") String batchId) {
        if (programId == null || requestId == null) {
            return EventAnswer.REFUSAL.reply(List.of(), "without X-Program-ID or X-Request-ID");
        }
        EventAnswer now = answer;
        answer = answer.next();
        Predicate<BatchKey> isAsked =
                key -> (eventType == null || eventType.equals(key.eventType().wireName()))
                        && (batchId == null || batchId.equals(key.batchId()));
        String question = "for " + Objects.toString(eventType, "any topic") + " " + Objects.toString(batchId, "");
        return now.reply(events(now, programId, isAsked), question.strip());
    }

    private List<ObjectNode> events(EventAnswer now, String programId, Predicate<BatchKey> isAsked) {
        boolean others = now.holds() == EventAnswer.Holds.OTHER;
        List<SimulatedBatch> found = batches.values().stream()
                .filter(batch -> batch.key().eventType().recoverable())
                .filter(batch -> batch.key().programId().equals(programId))
                .filter(batch -> isAsked.test(batch.key()) != others)
                .toList();
        List<ObjectNode> lost =
                found.stream().flatMap(batch -> batch.lostEvents().stream()).toList();
        List<ObjectNode> events =
                switch (now.holds()) {
                    case ALL ->
                        found.stream().flatMap(batch -> batch.events().stream()).toList();
                    case LOST, OTHER -> lost;
                    case HALF -> lost.subList(0, (lost.size() + 1) / 2);
                    case NONE -> List.of();
                };
        if (now.form() != EventAnswer.Form.SINGLE || events.isEmpty()) {
            return events;
        }
        List<ObjectNode> one = now.holds() == EventAnswer.Holds.ALL && !lost.isEmpty() ? lost : events;
        return List.of(one.get(singles++ % one.size()));
    }
}
