package io.resourcesync.dragonpass.store;

import io.resourcesync.dragonpass.batch.Assembly;
import io.resourcesync.dragonpass.http.PushServer;
import io.resourcesync.dragonpass.push.Push;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.InvalidPayloadException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gathers the pushes that wait at the same moment and has the route {@code write-group} store them in
 * one transaction, since a flush to disk costs the same for one push as for many. Nobody waits for a
 * group to fill: a push that comes alone is written alone, and those that come meanwhile are the next
 * group. There is one writer, as two would race on opening batches.
 *
 * <p>As a step of a route it takes a {@link Push} and leaves what became of it in the variable
 * {@code outcome}: {@code stored}, {@code duplicate}, {@code total} or {@code content} for one that
 * disagrees with what is there, {@code unavailable} for one that the database refuses, {@code away}
 * when the database did not take it. An exchange with {@link PushServer#WORKERS} goes on with these and
 * gives its thread back meanwhile; any other waits in its own, so that a pool cannot wait for itself.
 */
public final class GroupCommit extends AsyncProcessorSupport {

    private static final Logger LOG = LoggerFactory.getLogger("dragonpass.sync");

    /** Of one group, together; beyond it the others wait for the next. Characters bound its memory. */
    private static final int MAX_PUSHES = 256;

    private static final int MAX_CHARS = 4_194_304;

    /** Ends the writer; whatever waits before it is written. */
    private static final WaitingPush END = new WaitingPush(null, null);

    private final CamelContext context;
    private final Assembly assembly;
    private final BlockingQueue<WaitingPush> waiting;
    private final Duration patience;
    private ProducerTemplate template;
    private Thread writer;
    private ScheduledThreadPoolExecutor patienceTimer;
    private boolean open;

    /**
     * @param assembly knows the batches that this node waits for
     * @param capacity how many pushes can wait; one more is not stored
     * @param patience how long a push, or a stop, waits for a database that hangs
     */
    public GroupCommit(CamelContext context, Assembly assembly, int capacity, Duration patience) {
        this.context = context;
        this.assembly = assembly;
        this.waiting = new ArrayBlockingQueue<>(capacity);
        this.patience = patience;
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        WaitingPush push;
        try {
            push = new WaitingPush(
                    exchange.getMessage().getMandatoryBody(Push.class), exchange.getVariable("source", String.class));
        } catch (InvalidPayloadException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
        if (!isTaken(push)) {
            push.giveUp();
        }
        CompletableFuture<String> outcome = push.outcome();
        Executor workers = exchange.getProperty(PushServer.WORKERS, Executor.class);
        if (workers == null || outcome.isDone() || isWaitedFor(exchange)) {
            exchange.setVariable("outcome", outcome.join());
            callback.done(true);
            return true;
        }
        outcome.thenAccept(what -> workers.execute(() -> {
            exchange.setVariable("outcome", what);
            callback.done(false);
        }));
        return false;
    }

    /** In a transaction or a circuit breaker a thread, which can be one of the workers, waits for this step anyway. */
    private static boolean isWaitedFor(Exchange exchange) {
        return exchange.isTransacted()
                || exchange.getProperty(ExchangePropertyKey.TRY_ROUTE_BLOCK, false, boolean.class);
    }

    /** One at a time with a stop: a push that comes after the end must not wait for a writer. */
    private synchronized boolean isTaken(WaitingPush push) {
        if (!open || !waiting.offer(push)) {
            return false;
        }
        Future<?> limit = patienceTimer.schedule(push::giveUp, patience.toMillis(), TimeUnit.MILLISECONDS);
        push.outcome().thenRun(() -> limit.cancel(false));
        return true;
    }

    /** How many pushes wait for the next group. */
    int waiting() {
        return waiting.size();
    }

    @Override
    protected synchronized void doStart() {
        template = context.createProducerTemplate();
        // Not that of CompletableFuture, whose thread would keep the class loader of this bundle for ever.
        patienceTimer = new ScheduledThreadPoolExecutor(1, new CamelThreadFactory("dragonpass-patience", "", true));
        patienceTimer.setRemoveOnCancelPolicy(true);
        writer = new Thread(this::write, "dragonpass-writer");
        writer.setDaemon(true);
        writer.start();
        open = true;
    }

    /** Returns when those that wait are written, or the database has hung for long. */
    @Override
    protected void doStop() throws Exception {
        synchronized (this) {
            open = false;
        }
        if (waiting.offer(END, patience.toMillis(), TimeUnit.MILLISECONDS)) {
            writer.join(patience.toMillis());
        } else {
            // Given up by now; the writer shall end once the database is back.
            waiting.clear();
            waiting.add(END);
        }
        if (writer.isAlive()) {
            LOG.warn("The database hangs: the writer of pushes is left behind, and what it writes is not acknowledged");
        }
        // Those that a writer which hangs has left behind are still given up.
        patienceTimer.shutdown();
        template.close();
    }

    private void write() {
        boolean ended = false;
        while (!ended) {
            try {
                ended = writeNext();
            } catch (Throwable e) {
                // Memory, and none to report it with: whoever was in hand is given up in time, and the writer goes on.
            }
        }
    }

    /** @return whether this was the last group */
    private boolean writeNext() {
        WaitingPush next = take();
        List<WaitingPush> group = new ArrayList<>();
        int chars = 0;
        while (next != null && next != END) {
            group.add(next);
            chars += next.push().payload().length();
            next = group.size() < MAX_PUSHES && chars < MAX_CHARS ? waiting.poll() : null;
        }
        if (!group.isEmpty()) {
            write(group);
        }
        return next == END;
    }

    private WaitingPush take() {
        while (true) {
            try {
                return waiting.take();
            } catch (InterruptedException e) {
                LOG.warn("Something interrupted the writer of pushes, which goes on");
            }
        }
    }

    private void write(List<WaitingPush> pushes) {
        try {
            PushGroup group = new PushGroup(pushes, assembly);
            Exchange written = template.send(
                    "direct:write-group", exchange -> exchange.getMessage().setBody(group));
            if (written.getException() != null) {
                throw written.getException();
            }
        } catch (Throwable e) {
            // Whatever it is, the writer goes on, and nothing is acknowledged that was not confirmed.
            LOG.error("The writer of pushes met an error; what it had not confirmed is not acknowledged", e);
        } finally {
            pushes.forEach(WaitingPush::giveUp);
        }
    }
}
