package io.resourcesync.dragonpass.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A JVM of its own, which can be frozen while it is not its turn, so that it takes nothing from the
 * others. What it takes is read from {@code /proc}.
 */
final class JavaProcess implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 300;

    private final Process process;
    private final Path log;

    private JavaProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts it.
     *
     * @param folder its working directory
     * @param log where its errors go, and its output unless that is piped
     * @param piped whether its output can be read here
     */
    static JavaProcess start(Path folder, Path log, boolean piped, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        ProcessBuilder.Redirect toLog = ProcessBuilder.Redirect.appendTo(log.toFile());
        builder.redirectError(toLog);
        if (!piped) {
            builder.redirectOutput(toLog);
        }
        Process process = builder.start();
        // A benchmark that is broken off must not leave anything behind, least of all frozen.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        return new JavaProcess(process, log);
    }

    /** The arguments that run a class of this class path. */
    static List<String> mainClass(List<String> jvmOptions, Class<?> main, String... arguments) {
        List<String> all = new ArrayList<>(jvmOptions);
        all.add("-cp");
        // Absolute, as the process works in another folder.
        all.add(Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator)));
        all.add(main.getName());
        all.addAll(List.of(arguments));
        return all;
    }

    Process process() {
        return process;
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** All that it has printed; for a message that says why it ended. */
    String log() throws IOException {
        return Files.exists(log) ? Files.readString(log) : "";
    }

    /** Stops it where it is; {@link #thaw()} lets it go on. */
    void freeze() throws IOException {
        signal("STOP");
    }

    void thaw() throws IOException {
        signal("CONT");
    }

    private void signal(String name) throws IOException {
        Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(pid())).start();
        try {
            kill.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks it to stop, and waits until it has. */
    void terminate() throws IOException {
        thaw();
        process.destroy();
        awaitEnd();
    }

    /** Waits until it has stopped by itself. */
    void awaitEnd() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("process " + pid() + " does not stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Ends it at once if it still runs. */
    @Override
    public void close() {
        process.destroyForcibly();
        awaitEnd();
    }
}
