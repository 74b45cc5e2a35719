package io.resourcesync.dragonpass.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One connection that sends a request, reads its answer, and then the next. It knows just as much of
 * HTTP/1.1 as the answers of a push need: a status line, a Content-Length, a body.
 */
final class HttpConnection implements AutoCloseable {

    private static final byte[] LENGTH = "content-length:".getBytes(StandardCharsets.US_ASCII);

    final Batches batches;
    private final InetSocketAddress server;
    private final Selector selector;
    private final ByteBuffer out = ByteBuffer.allocateDirect(16_384);
    private final ByteBuffer in = ByteBuffer.allocateDirect(16_384);
    private final byte[] answer = new byte[16_384];
    private SocketChannel channel;
    private SelectionKey key;
    private Batches.Push push;
    private long due;
    private int bodyAt;
    private int end;
    private int status;
    private String failure;

    /**
     * @param batches what it sends
     */
    HttpConnection(InetSocketAddress server, Selector selector, Batches batches) throws IOException {
        this.server = server;
        this.selector = selector;
        this.batches = batches;
        connect();
    }

    /** All of a request's head but the length of its body. */
    static byte[] head(String path, int port, String token) {
        return ("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port
                        + "\r\nContent-Type: application/json\r\nAuthorization: Bearer " + token
                        + "\r\nContent-Length: ")
                .getBytes(StandardCharsets.US_ASCII);
    }

    private void connect() throws IOException {
        channel = SocketChannel.open(server);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        key = channel.register(selector, SelectionKey.OP_READ, this);
    }

    /**
     * @param begunAt the {@link System#nanoTime()} that its time counts from
     */
    void send(byte[] head, Batches.Push next, long begunAt) throws IOException {
        push = next;
        due = begunAt;
        end = -1;
        failure = null;
        in.clear();
        out.clear();
        out.put(head).put(Integer.toString(next.body().length).getBytes(StandardCharsets.US_ASCII));
        out.put((byte) '\r').put((byte) '\n').put((byte) '\r').put((byte) '\n');
        out.put(next.body()).flip();
        try {
            write();
        } catch (IOException e) {
            // Reading tells it again, and then it is an answer like any other.
            key.interestOps(SelectionKey.OP_READ);
        }
    }

    private void write() throws IOException {
        channel.write(out);
        key.interestOps(out.hasRemaining() ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ);
    }

    /** Writes and reads what can be, and tells whether the answer, or the end of the connection, is there. */
    boolean proceed() throws IOException {
        try {
            if (key.isWritable()) {
                write();
            }
            if (!key.isReadable()) {
                return false;
            }
            if (channel.read(in) < 0) {
                failure = "the connection was closed";
            }
        } catch (IOException e) {
            failure = "the connection broke: " + e.getMessage();
        }
        if (push == null) {
            // An idle connection that the server has closed.
            reconnect();
            return false;
        }
        return failure != null || isComplete();
    }

    private boolean isComplete() {
        int length = in.position();
        in.get(0, answer, 0, length);
        if (end < 0) {
            readHead(length);
        }
        return end >= 0 && length >= end;
    }

    private void readHead(int length) {
        for (int i = 0; i + 3 < length; i++) {
            if (answer[i] == '\r' && answer[i + 1] == '\n' && answer[i + 2] == '\r' && answer[i + 3] == '\n') {
                bodyAt = i + 4;
                status = number(9);
                end = bodyAt + contentLength(i);
                return;
            }
        }
    }

    private int contentLength(int headEnd) {
        for (int i = 0; i + LENGTH.length < headEnd; i++) {
            int matched = 0;
            while (matched < LENGTH.length && (answer[i + matched] | 0x20) == (LENGTH[matched] | 0x20)) {
                matched++;
            }
            if (matched == LENGTH.length) {
                return number(i + matched + (answer[i + matched] == ' ' ? 1 : 0));
            }
        }
        // An acknowledgement never comes in chunks; what does is not read any further.
        failure = "an answer in chunks: " + new String(answer, 0, headEnd, StandardCharsets.ISO_8859_1);
        return 0;
    }

    private int number(int at) {
        int value = 0;
        for (int i = at; answer[i] >= '0' && answer[i] <= '9'; i++) {
            value = value * 10 + answer[i] - '0';
        }
        return value;
    }

    /**
     * @param fixed the answer that is expected; null for the acknowledgement of the push
     * @return null when it is right, else what it is
     */
    String error(String fixed) {
        if (failure != null) {
            return failure;
        }
        byte[] expected = fixed == null ? push.acknowledgement() : fixed.getBytes(StandardCharsets.UTF_8);
        if (status == 200 && Arrays.equals(answer, bodyAt, end, expected, 0, expected.length)) {
            return null;
        }
        return new String(answer, 0, end, StandardCharsets.UTF_8);
    }

    Batches.Push push() {
        return push;
    }

    long due() {
        return due;
    }

    /** Ready for the next request. */
    void release() {
        push = null;
    }

    private void reconnect() throws IOException {
        channel.close();
        failure = null;
        connect();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
