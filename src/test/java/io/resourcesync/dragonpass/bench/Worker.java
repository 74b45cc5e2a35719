package io.resourcesync.dragonpass.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that makes load. It reads one {@link Load} a line, carries it out and writes one {@link
 * Outcome} a line; a line that is the name of a file makes it write there what was acknowledged.
 */
abstract class Worker implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();

    private final List<Batches> lanes = new ArrayList<>();
    private final String name;

    /**
     * @param name begins the ids of all batches
     */
    Worker(String name) {
        this.name = name;
    }

    abstract Outcome run(Load load) throws Exception;

    @Override
    public void close() throws SQLException {}

    /** The batches of each connection; those of an earlier load go on. */
    final List<Batches> lanes(Load load) {
        while (lanes.size() < load.connections()) {
            lanes.add(new Batches(name + "-" + lanes.size(), load.batchSize(), load.total(), load.atOnce()));
        }
        return lanes.subList(0, load.connections());
    }

    /** Serves until there is no more input. */
    static void serve(Worker worker) throws Exception {
        PrintStream out = System.out;
        // What libraries print must not stand between the answers.
        System.setOut(System.err);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (worker) {
            for (String line; (line = in.readLine()) != null; ) {
                JsonNode command = JSON.readTree(line);
                if (command.isTextual()) {
                    worker.writeLedger(Path.of(command.textValue()));
                    out.println("{}");
                } else {
                    out.println(JSON.writeValueAsString(worker.run(JSON.treeToValue(command, Load.class))));
                }
                out.flush();
            }
        }
    }

    /** A {@link Sent} a line. */
    private void writeLedger(Path file) throws IOException {
        List<String> lines = lanes.stream()
                .flatMap(lane -> lane.all().stream())
                .filter(batch -> batch.acknowledged > 0)
                .map(batch -> Sent.of(batch).toLine())
                .toList();
        Files.write(file, lines);
    }

    /** Seconds of CPU that this process has taken. */
    static double cpuSeconds() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
    }
}
