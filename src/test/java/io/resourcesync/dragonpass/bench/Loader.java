package io.resourcesync.dragonpass.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A {@link Worker} in a process of its own, as seen from here. */
final class Loader implements AutoCloseable {

    private static final List<String> OPTIONS = List.of("-Xmx512m", "-XX:+UseSerialGC");

    private final JavaProcess process;
    private final Writer commands;
    private final BufferedReader answers;
    private final Path folder;

    private Loader(JavaProcess process, Path folder) {
        this.process = process;
        this.folder = folder;
        this.commands = new OutputStreamWriter(process.process().getOutputStream(), StandardCharsets.UTF_8);
        this.answers =
                new BufferedReader(new InputStreamReader(process.process().getInputStream(), StandardCharsets.UTF_8));
    }

    /**
     * @param folder where its log goes, and what it has sent
     */
    static Loader start(Path folder, Class<? extends Worker> worker, String... arguments) throws IOException {
        return new Loader(
                JavaProcess.start(
                        folder, folder.resolve("load.log"), true, JavaProcess.mainClass(OPTIONS, worker, arguments)),
                folder);
    }

    long pid() {
        return process.pid();
    }

    /** Carries out a load and returns when it is done. */
    Outcome run(Load load) {
        try {
            return Worker.JSON.readValue(ask(Worker.JSON.writeValueAsString(load)), Outcome.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What it has sent so far: a line for each batch. */
    List<Sent> sent() {
        Path file = folder.resolve("sent.txt").toAbsolutePath();
        try {
            ask(Worker.JSON.writeValueAsString(file.toString()));
            return Files.readAllLines(file).stream().map(Sent::parse).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String ask(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
            String answer = answers.readLine();
            if (answer == null) {
                throw new IllegalStateException("the load process ended: " + process.log());
            }
            return answer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it at once if it still runs. */
    void kill() {
        process.close();
    }

    /** Lets it end in order. */
    @Override
    public void close() {
        try {
            commands.close();
            process.awaitEnd();
        } catch (IOException e) {
            process.close();
        }
    }
}
