package io.resourcesync.dragonpass.main;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/**
 * The command {@code quarantine}: asks the running product over its management port, as an embedded
 * database can be opened by one process only.
 */
public final class QuarantineCommand {

    private final URI management;
    private final PrintStream out;
    private final PrintStream err;

    /**
     * @param management the root of the management server
     */
    public QuarantineCommand(URI management, PrintStream out, PrintStream err) {
        this.management = management;
        this.out = out;
        this.err = err;
    }

    /**
     * Runs the command.
     *
     * @param args what follows {@code quarantine}
     * @return 0, or 1 when the product refused or cannot be reached, or 2 for wrong arguments
     */
    public int run(List<String> args) {
        String verb = args.isEmpty() ? "" : args.get(0);
        String subject = args.size() == 2 ? args.get(1) : "";
        if (verb.equals("list") && args.size() <= 2) {
            return get("/observe/quarantine" + filter(subject));
        }
        if (verb.equals("show") && isId(subject)) {
            return get("/observe/quarantine/" + subject);
        }
        if (verb.equals("replay") && isId(subject)) {
            return post("/observe/quarantine/" + subject + "/replay");
        }
        if (verb.equals("replay") && !subject.isEmpty()) {
            return post("/observe/quarantine/replay" + (subject.equals("all") ? "" : filter(subject)));
        }
        err.println("quarantine list [REASON] | show ID | replay ID | replay REASON | replay all");
        return 2;
    }

    private static boolean isId(String text) {
        return text.matches("\\d{1,18}");
    }

    private static String filter(String reason) {
        return reason.isEmpty() ? "" : "?reason=" + URLEncoder.encode(reason, StandardCharsets.UTF_8);
    }

    private int get(String path) {
        return send(HttpRequest.newBuilder(management.resolve(path)).GET());
    }

    private int post(String path) {
        return send(HttpRequest.newBuilder(management.resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.noBody()));
    }

    private int send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(request.timeout(Duration.ofMinutes(5)).build(), HttpResponse.BodyHandlers.ofString());
            boolean done = answer.statusCode() == 200;
            (done ? out : err).println(answer.body().strip());
            return done ? 0 : 1;
        } catch (IOException e) {
            err.println("Nothing answers at " + management + ": start the product, or say where it is with"
                    + " camel.management.host and camel.management.port");
            return 1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        }
    }
}
