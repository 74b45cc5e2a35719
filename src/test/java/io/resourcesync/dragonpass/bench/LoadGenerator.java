package io.resourcesync.dragonpass.bench;

import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Pushes over HTTP, on so many connections that stay open, and checks every answer. One thread with a
 * selector of its own does it all, as the cores are shared with what is measured.
 */
final class LoadGenerator extends Worker {

    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final long TICK_NANOS = 200_000;

    private final InetSocketAddress server;
    private final List<byte[]> heads;
    private final String fixedAnswer;
    private final Random random = new Random(1);

    private final Deque<HttpConnection> idle = new ArrayDeque<>();
    private Latencies latencies;
    private long countedFrom;
    private long answered;
    private int underWay;
    private long lastAnswer;

    private LoadGenerator(String name, int port, Path tokens, String fixedAnswer) throws Exception {
        super(name);
        this.server = new InetSocketAddress("127.0.0.1", port);
        this.fixedAnswer = fixedAnswer;
        this.heads = new ArrayList<>();
        for (String token : Files.readAllLines(tokens)) {
            heads.add(HttpConnection.head(Batches.PATH, port, token));
        }
    }

    /**
     * @param args a name that begins the ids of all batches, the port, a file with a token a line and, for
     *     a server that does not acknowledge, its only answer
     */
    public static void main(String[] args) throws Exception {
        serve(new LoadGenerator(
                args[0], Integer.parseInt(args[1]), Path.of(args[2]), args.length > 3 ? args[3] : null));
    }

    @Override
    Outcome run(Load load) throws Exception {
        latencies = new Latencies();
        answered = 0;
        underWay = 0;
        lastAnswer = System.nanoTime();
        double cpu = cpuSeconds();
        try (Selector selector = Selector.open()) {
            List<HttpConnection> connections = new ArrayList<>();
            for (Batches batches : lanes(load)) {
                connections.add(new HttpConnection(server, selector, batches));
            }
            idle.clear();
            idle.addAll(connections);
            long begin = System.nanoTime();
            countedFrom = load.countedFrom(begin);
            if (load.rate() > 0) {
                openLoop(load, selector, begin);
            } else {
                closedLoop(load, selector, begin);
            }
            double seconds = (System.nanoTime() - begin) / 1e9;
            for (HttpConnection connection : connections) {
                connection.close();
            }
            return Outcome.of(answered, seconds, latencies, cpuSeconds() - cpu);
        }
    }

    private void closedLoop(Load load, Selector selector, long begin) throws Exception {
        long end = load.seconds() > 0 ? begin + (long) (load.seconds() * 1e9) : Long.MAX_VALUE;
        long left = load.pushes() > 0 ? load.pushes() : Long.MAX_VALUE;
        while (true) {
            long now = System.nanoTime();
            while (!idle.isEmpty() && now < end && left > 0) {
                HttpConnection connection = idle.pollFirst();
                Batches.Push push = load.finishing() ? connection.batches.rest() : connection.batches.next();
                if (push != null) {
                    left--;
                    send(connection, push, now);
                }
            }
            if (underWay == 0) {
                return;
            }
            selector.select(1000);
            receive(selector);
        }
    }

    /**
     * A push that finds no connection free waits for one, and its time counts from when it was due. Times
     * while the server settles do not count.
     */
    private void openLoop(Load load, Selector selector, long begin) throws Exception {
        long number = (long) (load.rate() * load.seconds());
        double gap = 1e9 / load.rate();
        for (long next = 0; next < number || underWay > 0; ) {
            long now = System.nanoTime();
            while (next < number && !idle.isEmpty() && begin + (long) (next * gap) <= now) {
                HttpConnection connection = idle.pollFirst();
                send(connection, connection.batches.next(), begin + (long) (next * gap));
                next++;
            }
            if (selector.selectNow() == 0) {
                LockSupport.parkNanos(TICK_NANOS);
            }
            receive(selector);
        }
    }

    private void send(HttpConnection connection, Batches.Push push, long due) throws Exception {
        if (underWay == 0) {
            lastAnswer = System.nanoTime();
        }
        connection.send(heads.get(random.nextInt(heads.size())), push, due);
        underWay++;
    }

    private void receive(Selector selector) throws Exception {
        Iterator<SelectionKey> keys = selector.selectedKeys().iterator();
        if (keys.hasNext()) {
            lastAnswer = System.nanoTime();
        } else if (underWay > 0 && System.nanoTime() - lastAnswer > PATIENCE_NANOS) {
            throw new IllegalStateException("no answer for a minute");
        }
        while (keys.hasNext()) {
            HttpConnection connection = (HttpConnection) keys.next().attachment();
            keys.remove();
            if (!connection.proceed()) {
                continue;
            }
            long now = System.nanoTime();
            underWay--;
            String error = connection.error(fixedAnswer);
            if (error != null) {
                throw new IllegalStateException("a wrong answer: " + error);
            }
            if (connection.due() >= countedFrom) {
                latencies.record(now - connection.due());
            }
            connection.push().acknowledged();
            answered++;
            connection.batches.answered(connection.push());
            connection.release();
            idle.addLast(connection);
        }
    }
}
