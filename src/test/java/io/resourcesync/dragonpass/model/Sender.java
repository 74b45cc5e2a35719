package io.resourcesync.dragonpass.model;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * DragonPass from several threads, as fast as it is answered: random batches of all topics about the
 * same few resources, in random order, at random nodes, some pushes twice, and each of those that are
 * not acknowledged four times in all. What was acknowledged is in a {@link Ledger}.
 */
public final class Sender implements AutoCloseable {

    private static final int ATTEMPTS = 4;
    private static final int RESOURCES = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final Ledger ledger = new Ledger();
    private final List<URI> nodes;
    private final long pauseMillis;
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, AtomicInteger> answers = new ConcurrentSkipListMap<>();
    private final ConcurrentLinkedQueue<Long> answerMillis = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    /**
     * @param nodes where pushes go; a node that is not there costs an attempt
     * @param pauseMillis between the pushes of a thread
     */
    public Sender(List<URI> nodes, int threads, long pauseMillis, long seed) {
        this.nodes = nodes;
        this.pauseMillis = pauseMillis;
        for (int i = 0; i < threads; i++) {
            int number = i;
            Thread thread = new Thread(() -> run(number, new Random(seed + number)), "sender-" + i);
            thread.start();
            this.threads.add(thread);
        }
    }

    public Ledger ledger() {
        return ledger;
    }

    /** How many requests got which status, or none, since this was asked last. */
    public Map<String, Integer> answers() {
        Map<String, Integer> counted = new TreeMap<>();
        answers.forEach((status, count) -> counted.put(status, count.getAndSet(0)));
        return counted;
    }

    /** Milliseconds to an answer since this was asked last: the median, the 99th percentile and the longest. */
    public String waits() {
        List<Long> sorted = new ArrayList<>();
        for (Long wait; (wait = answerMillis.poll()) != null; ) {
            sorted.add(wait);
        }
        Collections.sort(sorted);
        return sorted.isEmpty()
                ? "none"
                : "p50 %d, p99 %d, max %d ms"
                        .formatted(
                                sorted.get(sorted.size() / 2),
                                sorted.get(sorted.size() * 99 / 100),
                                sorted.get(sorted.size() - 1));
    }

    private void run(int thread, Random random) {
        for (int batch = 0; !stopped; batch++) {
            List<Event> events = new ArrayList<>(batch(thread, batch, random));
            Collections.shuffle(events, random);
            for (Event event : events) {
                ledger.send(event);
                deliver(event, ATTEMPTS, random);
                if (random.nextInt(10) == 0) {
                    deliver(event, 1, random);
                }
                pause(pauseMillis);
            }
        }
    }

    private static List<Event> batch(int thread, int number, Random random) {
        Topic topic = Topic.values()[random.nextInt(Topic.values().length)];
        int total = 1 + random.nextInt(6);
        List<Plan.Push> pushes = IntStream.range(0, total)
                .mapToObj(i -> new Plan.Push(
                        1 + random.nextInt(2),
                        Instant.ofEpochSecond(1_700_000_000L + random.nextInt(1000))
                                .toString(),
                        groups(topic, random),
                        List.of(),
                        Set.of()))
                .toList();
        return Event.of("", new Plan.Batch("1234", topic, "t" + thread + "-" + number, pushes, List.of(), List.of()));
    }

    /** An id is in one group only: which group wins otherwise is for other tests. */
    private static List<Plan.Group> groups(Topic topic, Random random) {
        Set<String> ids = new LinkedHashSet<>();
        int count = random.nextInt(12);
        for (int i = 0; i < count; i++) {
            ids.add("N" + random.nextInt(RESOURCES));
        }
        List<String> list = List.copyOf(ids);
        int half = topic == Topic.AVAILABILITY ? list.size() / 2 : list.size();
        return List.of(
                new Plan.Group(true, list.subList(0, half)), new Plan.Group(false, list.subList(half, list.size())));
    }

    private void deliver(Event event, int attempts, Random random) {
        for (int attempt = 0; attempt < attempts; attempt++) {
            if (post(event, nodes.get(random.nextInt(nodes.size())))) {
                return;
            }
            pause(100);
        }
    }

    private boolean post(Event event, URI node) {
        HttpRequest request = HttpRequest.newBuilder(node.resolve("/dragonpass/push"))
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(event.toString()))
                .build();
        long begin = System.nanoTime();
        String status;
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            status = String.valueOf(answer.statusCode());
        } catch (IOException e) {
            status = "none";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            status = "none";
        }
        boolean acknowledged = status.equals("200");
        if (acknowledged) {
            ledger.acknowledge(event);
        }
        answers.computeIfAbsent(status, s -> new AtomicInteger()).incrementAndGet();
        if (!status.equals("none")) {
            answerMillis.add((System.nanoTime() - begin) / 1_000_000);
        }
        return acknowledged;
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets each thread finish its batch, and waits for that. */
    public void stop() {
        stopped = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Sends again what was never acknowledged, so that every batch becomes complete. */
    public void settle() {
        Random random = new Random();
        for (int round = 0; round < 20 && !ledger.unacknowledged().isEmpty(); round++) {
            ledger.unacknowledged().forEach(event -> deliver(event, ATTEMPTS, random));
        }
        if (!ledger.unacknowledged().isEmpty()) {
            throw new AssertionError("not acknowledged by nodes that run: " + ledger.unacknowledged());
        }
    }

    @Override
    public void close() {
        stop();
    }
}
