package io.resourcesync.dragonpass.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** A network between two processes that can be told to misbehave. */
public final class TcpProxy implements AutoCloseable {

    /** What happens to connections, those that are open as well as new ones. */
    public enum Weather {
        FINE,
        /** Each packet is held back for {@value #DELAY_MILLIS} ms. */
        SLOW,
        /** Nothing gets through, and nobody is told. */
        SILENT,
        /** Connections are reset, new ones at once. */
        CUT,
        /** Now and then a bit is another one. */
        CORRUPT
    }

    private static final int DELAY_MILLIS = 200;

    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Weather weather = Weather.FINE;

    /** @param target the port on this machine that connections lead to */
    public TcpProxy(int target) {
        this.target = target;
        try {
            listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start("accept", this::accept);
    }

    /** The port to connect to. */
    public int port() {
        return listener.getLocalPort();
    }

    public void set(Weather next) {
        weather = next;
        if (next == Weather.CUT) {
            open.forEach(TcpProxy::reset);
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (weather == Weather.CUT) {
                    reset(client);
                    continue;
                }
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                open.add(client);
                open.add(server);
                start("to-server", () -> pump(client, server));
                start("to-client", () -> pump(server, client));
            } catch (IOException e) {
                // Closed, or the target is away: the client is not answered.
            }
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] packet = new byte[8192];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int length; (length = in.read(packet)) >= 0; ) {
                while (weather == Weather.SILENT) {
                    Thread.sleep(50);
                }
                if (weather == Weather.SLOW) {
                    Thread.sleep(DELAY_MILLIS);
                }
                if (weather == Weather.CORRUPT) {
                    corrupt(packet, length);
                }
                out.write(packet, 0, length);
                out.flush();
            }
        } catch (IOException e) {
            // The end of this connection.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            reset(from);
            reset(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private static void corrupt(byte[] packet, int length) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        if (random.nextInt(5) == 0) {
            packet[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            // It is closed already.
        }
        try {
            socket.close();
        } catch (IOException e) {
            // It is as closed as it gets.
        }
    }

    private static void start(String name, Runnable action) {
        Thread thread = new Thread(action, "tcp-proxy-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(TcpProxy::reset);
    }
}
