package io.resourcesync.dragonpass.bench;

import io.resourcesync.dragonpass.testing.SyncApp;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Starts the contenders, each in a folder of its own. */
final class Contenders {

    private static final String UNSTORED = "unstored/routes/store-push.camel.yaml";

    private static final Contender.Check STORED_AND_APPLIED =
            rows -> rows.stored().applied();

    private final Options options;
    private final Store store;
    private final Path folder;
    private final Tokens tokens;
    private int started;

    /**
     * @param folder for all of them
     */
    Contenders(Options options, Store store, Path folder) throws IOException {
        this.options = options;
        this.store = store;
        this.folder = folder;
        this.tokens = Tokens.create(Files.createDirectories(folder));
    }

    /**
     * Starts one, with an empty database.
     *
     * @param name one of {@link Options#CONTENDERS}
     */
    Contender start(String name) throws IOException {
        Path own = folder(name);
        Access access = store.create(own);
        return switch (name) {
            case "A" -> empty(own);
            case "A2" -> unstored(own, access);
            case "B" -> rows(own, access);
            case "D" -> manual(own, access);
            case "E" -> changes(own, access);
            case "C-open" -> product(name, true, own, access, RowCheck.Before.NOTHING);
            case "C-complete" -> product(name, false, own, access, RowCheck.Before.NOTHING);
            default -> throw new IllegalArgumentException("no contender is called " + name);
        };
    }

    /** Starts the product alone, with an empty database, to be pushed to by others. */
    Alone alone(String name) throws IOException {
        return alone(folder(name), options.jvm());
    }

    /**
     * Starts the product alone, with an empty database, in a folder in which it may have run before. It has
     * just been launched when this returns.
     */
    Alone alone(Path own, List<String> jvm) throws IOException {
        Access access = store.create(folder("database"));
        long begin = System.nanoTime();
        return new Alone(ProductServer.launch(own, options.jar(), jvm, access, tokens), begin, access, tokens);
    }

    /** Ends the product and compares its rows with what it has acknowledged; all of it must be applied. */
    void verify(Alone alone, List<Sent> sent) throws IOException {
        alone.server().process().terminate();
        Verified verified =
                Contender.verify(store.afterwards(alone.access()), RowCheck.Before.NOTHING, sent, STORED_AND_APPLIED);
        if (verified.unapplied() > 0) {
            throw new IllegalStateException(verified.unapplied() + " pushes were not applied");
        }
    }

    /** Starts the product on a database that holds something. */
    Contender on(String name, Path own, Access access, RowCheck.Before before) throws IOException {
        return product(name, false, own, access, before);
    }

    /** A database with the product's tables. */
    Access tables(Path own) throws IOException {
        Access access = store.create(own);
        makeTables(own, access);
        return access;
    }

    /** A folder for one. */
    Path folder(String name) throws IOException {
        return Files.createDirectories(folder.resolve(name + "-" + started++));
    }

    /**
     * The product, its database, and the tokens that it accepts.
     *
     * @param begin when it was launched, by {@link System#nanoTime()}
     */
    record Alone(ProductServer server, long begin, Access access, Tokens tokens) {}

    private Contender empty(Path own) throws IOException {
        int port = SyncApp.freePort();
        JavaProcess server = serve(own, port, EmptyServer.class, String.valueOf(port));
        Loader loader = Loader.start(
                own,
                LoadGenerator.class,
                "a",
                String.valueOf(port),
                tokens.file().toString(),
                EmptyServer.ANSWER);
        return new Contender(
                "A", false, loader, server, null, store, null, RowCheck.Before.NOTHING, Contender.Check.NOTHING);
    }

    private Contender manual(Path own, Access access) throws IOException {
        makeTables(own, access);
        int port = SyncApp.freePort();
        JavaProcess server = serve(
                own,
                port,
                ManualServer.class,
                access.arguments(String.valueOf(port), tokens.keys().toString()));
        Progress progress = () -> Long.parseLong(Http.get(port, "/written").body());
        return new Contender(
                "D",
                false,
                pushes(own, "d", port),
                server,
                progress,
                store,
                access,
                RowCheck.Before.NOTHING,
                RowCheck::changed);
    }

    /** Starts a server of this class path, and waits until it listens. */
    private JavaProcess serve(Path own, int port, Class<?> main, String... arguments) throws IOException {
        JavaProcess server = JavaProcess.start(
                own, own.resolve("server.log"), false, JavaProcess.mainClass(options.jvm(), main, arguments));
        while (!isListening(port)) {
            if (!server.isAlive()) {
                throw new IllegalStateException(main.getSimpleName() + " has ended: " + server.log());
            }
            Pause.millis(20);
        }
        return server;
    }

    private static boolean isListening(int port) {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private Contender changes(Path own, Access access) throws IOException {
        makeTables(own, access);
        Loader loader = Loader.start(own, JdbcChanges.class, access.arguments("e"));
        return new Contender("E", false, loader, null, null, store, access, RowCheck.Before.NOTHING, RowCheck::changed);
    }

    private Contender unstored(Path own, Access access) throws IOException {
        Path route = own.resolve("routes/store-push.camel.yaml");
        Files.createDirectories(route.getParent());
        try (InputStream in = Contenders.class.getResourceAsStream(UNSTORED)) {
            Files.write(route, in.readAllBytes());
        }
        ProductServer server = launch(own, access).awaitReady();
        return new Contender(
                "A2",
                false,
                pushes(own, "a", server.port()),
                server.process(),
                null,
                store,
                null,
                RowCheck.Before.NOTHING,
                Contender.Check.NOTHING);
    }

    private Contender product(String name, boolean withheld, Path own, Access access, RowCheck.Before before)
            throws IOException {
        ProductServer server = launch(own, access).awaitReady();
        return new Contender(
                name,
                withheld,
                pushes(own, "c", server.port()),
                server.process(),
                withheld ? null : server::closedBatches,
                store,
                access,
                before,
                withheld ? RowCheck::stored : STORED_AND_APPLIED);
    }

    private Contender rows(Path own, Access access) throws IOException {
        makeTables(own, access);
        Loader loader = Loader.start(own, JdbcRows.class, access.arguments("b"));
        return new Contender("B", true, loader, null, null, store, access, RowCheck.Before.NOTHING, RowCheck::stored);
    }

    /** The product makes its tables, with all that it sets for its database, and leaves. */
    private void makeTables(Path own, Access access) throws IOException {
        ProductServer.launch(own, options.jar(), List.of(), access, tokens)
                .awaitReady()
                .process()
                .terminate();
    }

    private ProductServer launch(Path own, Access access) throws IOException {
        return ProductServer.launch(own, options.jar(), options.jvm(), access, tokens);
    }

    private Loader pushes(Path own, String name, int port) throws IOException {
        return Loader.start(
                own,
                LoadGenerator.class,
                name,
                String.valueOf(port),
                tokens.file().toString());
    }
}
