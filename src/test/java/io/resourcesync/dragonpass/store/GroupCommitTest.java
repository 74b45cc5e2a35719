package io.resourcesync.dragonpass.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resourcesync.dragonpass.batch.Assembly;
import io.resourcesync.dragonpass.batch.BatchKey;
import io.resourcesync.dragonpass.batch.EventType;
import io.resourcesync.dragonpass.http.PushServer;
import io.resourcesync.dragonpass.push.Push;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.processor.aggregate.MemoryAggregationRepository;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pushes that wait at the same moment are written together, and each is answered, whatever happens. */
class GroupCommitTest {

    private static final int CAPACITY = 10;

    private final CamelContext context = new DefaultCamelContext();
    private final ExecutorService senders = Executors.newCachedThreadPool();

    /** The sizes of the groups, in the order in which they were written. */
    private final BlockingQueue<Integer> groups = new LinkedBlockingQueue<>();

    private final Semaphore mayWrite = new Semaphore(0);
    private final GroupCommit commit = commit(Duration.ofMinutes(1));

    private volatile Consumer<PushGroup> writing = GroupCommitTest::store;

    @BeforeEach
    void start() throws Exception {
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:write-group").process(exchange -> {
                    PushGroup group = exchange.getMessage().getBody(PushGroup.class);
                    groups.add(group.size());
                    mayWrite.acquire();
                    writing.accept(group);
                });
            }
        });
        context.start();
        commit.start();
    }

    @AfterEach
    void stop() {
        mayWrite.release(1000);
        commit.stop();
        context.stop();
        senders.shutdownNow();
    }

    @Test
    void shouldWriteAPushThatComesAloneAtOnce() throws Exception {
        mayWrite.release();

        assertThat(send(1).get(5, TimeUnit.SECONDS)).isEqualTo("stored");
        assertThat(groups).containsExactly(1);
    }

    @Test
    void shouldWriteThoseThatWaitTogether() throws Exception {
        List<CompletableFuture<String>> answers = sendWhileWriting(5);
        mayWrite.release(2);

        assertThat(outcomes(answers)).containsOnly("stored");
        assertThat(groups).containsExactly(1, 5);
    }

    @Test
    void shouldAnswerEachByItself() throws Exception {
        writing = group -> {
            group.unknown(2);
            group.opening(List.of(), "15m");
            group.storing(List.of());
            group.confirm();
        };
        CompletableFuture<String> first = send(push(1, 3));
        await().until(() -> groups.size() == 1);
        CompletableFuture<String> other = send(push(2, 3));
        CompletableFuture<String> otherTotal = send(push(3, 9));
        await().until(() -> commit.waiting() == 2);
        mayWrite.release(2);

        assertThat(first.get(5, TimeUnit.SECONDS)).isEqualTo("stored");
        assertThat(Set.of(other.get(5, TimeUnit.SECONDS), otherTotal.get(5, TimeUnit.SECONDS)))
                .containsExactlyInAnyOrder("stored", "total");
    }

    /** None of it was confirmed. */
    @Test
    void shouldSayThatTheDatabaseIsAwayWhenTheRouteFails() throws Exception {
        writing = group -> {
            throw new IllegalStateException("no database");
        };
        mayWrite.release();

        assertThat(send(1).get(5, TimeUnit.SECONDS)).isEqualTo("away");
    }

    @Test
    void shouldGoOnAfterAnyError() throws Exception {
        writing = group -> {
            throw new StackOverflowError("of a route");
        };
        mayWrite.release(2);
        assertThat(send(1).get(5, TimeUnit.SECONDS)).isEqualTo("away");

        writing = GroupCommitTest::store;
        assertThat(send(2).get(5, TimeUnit.SECONDS)).isEqualTo("stored");
    }

    /** Here of a push without a payload, which no route makes: gathering its group fails. */
    @Test
    void shouldGoOnAfterAnErrorOutsideOfTheRoute() throws Exception {
        send(push(1, 100, null));
        mayWrite.release();

        assertThat(send(2).get(5, TimeUnit.SECONDS)).isEqualTo("stored");
    }

    /** Hints, counters and log lines. */
    @Test
    void shouldAnswerBeforeWhatFollowsTheCommit() throws Exception {
        Semaphore mayFollow = new Semaphore(0);
        writing = group -> {
            store(group);
            mayFollow.acquireUninterruptibly();
        };
        mayWrite.release();

        assertThat(send(1).get(5, TimeUnit.SECONDS)).isEqualTo("stored");
        mayFollow.release();
    }

    @Test
    void shouldNotTakeMoreThanItsCapacity() throws Exception {
        List<CompletableFuture<String>> answers = sendWhileWriting(CAPACITY);

        assertThat(send(99).get(5, TimeUnit.SECONDS)).isEqualTo("away");
        mayWrite.release(2);
        assertThat(outcomes(answers)).containsOnly("stored");
    }

    @Test
    void shouldAnswerThoseThatWaitWhenItStops() throws Exception {
        List<CompletableFuture<String>> answers = sendWhileWriting(3);
        CompletableFuture<Void> stopped = CompletableFuture.runAsync(commit::stop, senders);
        mayWrite.release(2);

        stopped.get(5, TimeUnit.SECONDS);
        assertThat(outcomes(answers)).containsOnly("stored");
        assertThat(send(99).get(5, TimeUnit.SECONDS)).isEqualTo("away");
    }

    @Test
    void shouldWriteAgainAfterItWasStoppedAndStarted() throws Exception {
        commit.stop();
        commit.start();
        mayWrite.release();

        assertThat(send(1).get(5, TimeUnit.SECONDS)).isEqualTo("stored");
    }

    @Test
    void shouldNotLetALargeGroupGrow() throws Exception {
        sendWhileWriting(0);
        String large = "x".repeat(3_000_000);
        List<CompletableFuture<String>> answers = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            answers.add(send(push(i, 100, large)));
        }
        await().until(() -> commit.waiting() == 3);
        mayWrite.release(4);

        assertThat(outcomes(answers)).containsOnly("stored");
        assertThat(groups.stream().skip(1)).allMatch(size -> size <= 2);
    }

    /** It may take them later: the spool and the sender bring them again. */
    @Test
    void shouldNotWaitForADatabaseThatHangs() throws Exception {
        GroupCommit impatient = commit(Duration.ofMillis(200));
        impatient.start();

        assertThat(send(impatient, push(1, 100)).get(5, TimeUnit.SECONDS)).isEqualTo("away");
        assertThat(send(impatient, push(2, 100)).get(5, TimeUnit.SECONDS)).isEqualTo("away");
        CompletableFuture.runAsync(impatient::stop, senders).get(5, TimeUnit.SECONDS);
    }

    @Test
    void shouldGiveTheThreadBackToWhoeverBringsWorkers() throws Exception {
        List<CompletableFuture<String>> answers = new ArrayList<>();
        answers.add(sendWithWorkers(commit, 1));
        await().until(() -> groups.size() == 1);
        for (int i = 2; i <= CAPACITY + 1; i++) {
            answers.add(sendWithWorkers(commit, i));
        }

        assertThat(answers).noneMatch(CompletableFuture::isDone);
        assertThat(sendWithWorkers(commit, 99)).isCompletedWithValue("away true");
        mayWrite.release(2);
        assertThat(outcomes(answers)).containsOnly("stored true");
    }

    @Test
    void shouldTellWorkersOfADatabaseThatHangs() throws Exception {
        GroupCommit impatient = commit(Duration.ofMillis(200));
        impatient.start();

        CompletableFuture<String> answer = sendWithWorkers(impatient, 1);
        assertThat(answer.isDone()).isFalse();
        assertThat(answer.get(5, TimeUnit.SECONDS)).isEqualTo("away true");
        CompletableFuture.runAsync(impatient::stop, senders).get(5, TimeUnit.SECONDS);
    }

    /** A circuit breaker around it, in an edited route: the threads that wait there can be all the workers. */
    @Test
    void shouldWaitInTheThreadOfAStepThatIsWaitedFor() throws Exception {
        Exchange exchange = exchange(push(1, 100));
        exchange.setProperty(PushServer.WORKERS, (Executor) task -> {});
        exchange.setProperty(ExchangePropertyKey.TRY_ROUTE_BLOCK, true);
        mayWrite.release();

        CompletableFuture<Boolean> done =
                CompletableFuture.supplyAsync(() -> commit.process(exchange, doneSync -> {}), senders);
        assertThat(done.get(5, TimeUnit.SECONDS)).isTrue();
        assertThat(exchange.getVariable("outcome")).isEqualTo("stored");
    }

    @Test
    void shouldRefuseWhatIsNoPush() throws Exception {
        Exchange exchange = exchange("a text");

        assertThat(commit.process(exchange, doneSync -> {})).isTrue();
        assertThat(exchange.getException()).isInstanceOf(InvalidPayloadException.class);
        mayWrite.release();
        assertThat(send(1).get(5, TimeUnit.SECONDS)).isEqualTo("stored");
    }

    @Test
    void shouldEndTheWriterAlsoWhenAStopFoundTheQueueFull() throws Exception {
        Set<Thread> others = writers();
        GroupCommit impatient = commit(Duration.ofMillis(200));
        impatient.start();
        Set<Thread> writer = writers();
        writer.removeAll(others);
        List<CompletableFuture<String>> answers = new ArrayList<>();
        answers.add(send(impatient, push(1, 100)));
        await().until(() -> groups.size() == 1);
        for (int i = 2; i <= CAPACITY + 1; i++) {
            answers.add(send(impatient, push(i, 100)));
        }
        await().until(() -> impatient.waiting() == CAPACITY);
        impatient.stop();
        assertThat(outcomes(answers)).containsOnly("away");
        assertThat(writer).singleElement().matches(Thread::isAlive);

        mayWrite.release(1000);
        await().until(() -> writer.stream().noneMatch(Thread::isAlive));
    }

    /** Those of other tests may be there as well. */
    private static Set<Thread> writers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("dragonpass-writer"))
                .collect(Collectors.toSet());
    }

    private GroupCommit commit(Duration patience) {
        Assembly assembly = new Assembly(Clock.systemUTC(), new MemoryAggregationRepository(), Set::of, 1);
        return new GroupCommit(context, assembly, CAPACITY, patience);
    }

    /** One push is being written while so many others come. */
    private List<CompletableFuture<String>> sendWhileWriting(int others) {
        List<CompletableFuture<String>> answers = new ArrayList<>();
        answers.add(send(1));
        await().until(() -> groups.size() == 1);
        for (int i = 0; i < others; i++) {
            answers.add(send(i + 2));
        }
        await().until(() -> commit.waiting() == others);
        return answers;
    }

    private CompletableFuture<String> send(int sequence) {
        return send(push(sequence, 100));
    }

    private CompletableFuture<String> send(Push push) {
        return send(commit, push);
    }

    private CompletableFuture<String> send(GroupCommit commit, Push push) {
        return CompletableFuture.supplyAsync(
                () -> {
                    Exchange exchange = exchange(push);
                    assertThat(commit.process(exchange, doneSync -> {})).isTrue();
                    return exchange.getVariable("outcome", String.class);
                },
                senders);
    }

    /** As HTTP does: it returns at once, and is told on one of the workers. */
    private CompletableFuture<String> sendWithWorkers(GroupCommit commit, int sequence) {
        Exchange exchange = exchange(push(sequence, 100));
        exchange.setProperty(PushServer.WORKERS, (Executor) task -> senders.execute(() -> {
            Thread.currentThread().setName("worker");
            task.run();
        }));
        CompletableFuture<String> answer = new CompletableFuture<>();
        boolean done = commit.process(
                exchange,
                doneSync -> answer.complete(
                        exchange.getVariable("outcome", String.class) + " " + (doneSync || isWorker())));
        assertThat(done).isEqualTo(answer.isDone());
        return answer;
    }

    private Exchange exchange(Object body) {
        Exchange exchange = new DefaultExchange(context);
        exchange.setVariable("source", "PUSH");
        exchange.getMessage().setBody(body);
        return exchange;
    }

    private static boolean isWorker() {
        return Thread.currentThread().getName().equals("worker");
    }

    private static List<String> outcomes(List<CompletableFuture<String>> answers) throws Exception {
        List<String> outcomes = new ArrayList<>();
        for (CompletableFuture<String> answer : answers) {
            outcomes.add(answer.get(5, TimeUnit.SECONDS));
        }
        return outcomes;
    }

    private static void store(PushGroup group) {
        group.unknown(1);
        group.opening(List.of(), "15m");
        group.storing(null);
        group.confirm();
    }

    private static Push push(int sequence, int total) {
        return push(sequence, total, "{}");
    }

    private static Push push(int sequence, int total, String payload) {
        return new Push(
                new BatchKey("p", EventType.RESOURCE_METADATA, "b"),
                sequence,
                total,
                1,
                OffsetDateTime.parse("2025-10-28T01:00:00Z"),
                payload,
                Set.of());
    }
}
