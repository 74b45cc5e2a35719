package io.resourcesync.dragonpass.testing;

import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * A real Karaf in a process and a folder of its own, driven by what is typed into its console. It finds
 * artifacts only in the repository that the build has filled.
 */
public final class KarafProcess implements AutoCloseable, Observed {

    /** The configuration of the product, of {@code etc/}. */
    public static final String CONFIGURATION = "io.resourcesync.dragonpass.cfg";

    private static final Pattern ESCAPES = Pattern.compile("\u001b\\[[0-9;?]*[A-Za-z]|\u001b[=>]|\r");
    private static final Pattern AGENT = Pattern.compile("JMXConnectorServer\\.address=\"([^\"]*)\"");
    private static final int ATTEMPTS = 5;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final int port = SyncApp.freePort();
    private final int managementPort = SyncApp.freePort();
    private final BlockingQueue<String> output = new LinkedBlockingQueue<>();
    private Process process;
    private int commands;
    private String agent;

    /**
     * Unpacks a Karaf that starts nothing but its console.
     *
     * @param folder an empty one
     */
    public KarafProcess(Path folder) {
        this.folder = folder;
        try {
            copy(built("apache-karaf-" + System.getProperty("karaf.version")), folder);
            Files.writeString(folder.resolve("etc/org.ops4j.pax.url.mvn.cfg"), """
                    org.ops4j.pax.url.mvn.settings =
                    org.ops4j.pax.url.mvn.localRepository = %s
                    org.ops4j.pax.url.mvn.useFallbackRepositories = false
                    org.ops4j.pax.url.mvn.defaultRepositories = ${karaf.home.uri}system@id=system@snapshots,\
                    file:%s@id=built@snapshots
                    org.ops4j.pax.url.mvn.repositories =
                    """.formatted(
                            folder.resolve("m2"), built("repository")));
            edit("etc/org.apache.karaf.features.cfg", "(?m)^ *(ssh|management)/.*\n", "");
            edit("etc/config.properties", "karaf.shutdown.port *=.*", "karaf.shutdown.port=-1");
            // As the page about Karaf says.
            edit(
                    "etc/config.properties",
                    "felix.fileinstall.enableConfigSave *=.*",
                    "felix.fileinstall.enableConfigSave=false");
            // A saved file is seen after this many milliseconds instead of a second.
            edit("etc/config.properties", "felix.fileinstall.poll *=.*", "felix.fileinstall.poll=200");
            edit(
                    "etc/org.apache.felix.fileinstall-deploy.cfg",
                    "felix.fileinstall.poll *=.*",
                    "felix.fileinstall.poll=200");
            addFeatures();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** To the repository that the build has filled, once. */
    private static synchronized void addFeatures() throws IOException {
        Path features = built("repository/io/resourcesync/dragonpass-resource-sync/" + version() + "/"
                + "dragonpass-resource-sync-" + version() + "-features.xml");
        if (!Files.exists(features)) {
            Files.copy(built("features.xml"), features);
        }
    }

    /** What the build has prepared for Karaf. */
    public static Path built(String name) {
        return Path.of(System.getProperty("karaf.folder"), name).toAbsolutePath();
    }

    /** The product's version. */
    public static String version() {
        return System.getProperty("project.version");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(file, copy);
                }
            }
        }
    }

    /** Replaces what matches in a file of its folder. */
    public void edit(String file, String pattern, String replacement) {
        try {
            Path path = folder.resolve(file);
            Files.writeString(path, Files.readString(path).replaceAll(pattern, replacement));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it and waits for its console. */
    public KarafProcess start() {
        ProcessBuilder builder = new ProcessBuilder("bash", "bin/karaf")
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("TERM", "dumb");
        // What only a soft reference holds is no leak, and is gone with the next collection.
        builder.environment()
                .put("EXTRA_JAVA_OPTS", "-XX:SoftRefLRUPolicyMSPerMB=0 " + StandaloneProcess.QUICK_TO_START);
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread reader = new Thread(this::read, "karaf-console");
        reader.setDaemon(true);
        reader.start();
        run("echo ready");
        return this;
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.add(ESCAPES.matcher(line).replaceAll(""));
            }
        } catch (IOException e) {
            output.add("the console is gone: " + e);
        }
    }

    /**
     * Types a command and returns what it prints. One that fails is typed again, as Karaf's own commands trip
     * over what it does at the same moment: listing a bundle that goes, changing a log that is set up anew.
     *
     * @throws IllegalStateException when it fails again and again, or takes too long
     */
    public String run(String command) {
        for (int attempt = 1; ; attempt++) {
            try {
                return type(command);
            } catch (CommandFailed e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static final class CommandFailed extends IllegalStateException {

        private static final long serialVersionUID = 1L;

        CommandFailed(String message) {
            super(message);
        }
    }

    private String type(String command) {
        commands++;
        // Not as it is typed, which the console shows, too.
        Pattern end = Pattern.compile("end of command " + commands + "(?!\\d)");
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            String typed = command + "\necho 'end of' command " + commands + "\n";
            process.getOutputStream().write(typed.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
            List<String> printed = new ArrayList<>();
            for (String line = next(command, deadline); !end.matcher(line).find(); line = next(command, deadline)) {
                if (!line.isBlank()) {
                    printed.add(line);
                }
            }
            String text = String.join("\n", printed);
            if (text.contains("Error executing command") || text.contains("Command not found")) {
                throw new CommandFailed(command + ": " + text);
            }
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String next(String command, long deadline) {
        try {
            String line = output.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (line == null) {
                throw new IllegalStateException("no answer to " + command + "; " + log());
            }
            return line.replace("karaf@root()>", "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** The settings of a product that needs neither keys nor credentials, on ports that are free. */
    public Map<String, String> settings() {
        return Map.of(
                "camel.server.port", String.valueOf(port),
                "camel.management.port", String.valueOf(managementPort),
                "push.auth", "none",
                "dragonpass.api.auth", "none",
                "batch.sweep", "200ms");
    }

    /** Saves a configuration with these lines instead of those of the same names, or beside them. */
    public void configure(Map<String, String> settings) {
        Path file = folder.resolve("etc").resolve(CONFIGURATION);
        try {
            String before = Files.exists(file)
                    ? Files.readString(file)
                            .lines()
                            .filter(line -> settings.keySet().stream()
                                    .noneMatch(name -> line.matches(Pattern.quote(name) + " *=.*")))
                            .collect(Collectors.joining("\n", "", "\n"))
                    : "";
            String lines = settings.entrySet().stream()
                    .map(setting -> setting.getKey() + " = " + setting.getValue() + "\n")
                    .collect(Collectors.joining());
            Path saved = Files.writeString(folder.resolve("saved.cfg"), before + lines);
            Files.move(
                    saved,
                    file,
                    java.nio.file.StandardCopyOption.ATOMIC_MOVE,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the product is ready and has said so: it answers a little before. */
    public void awaitReady() {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> isReady() && hasStarted());
    }

    private boolean hasStarted() {
        String log = log();
        return log.lastIndexOf("Started in ") > log.lastIndexOf("Stopped: ");
    }

    /** Waits until nothing answers any more. */
    public void awaitSilence() {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).until(() -> !isReady());
    }

    private boolean isReady() {
        try {
            return observe("/observe/health/ready").statusCode() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    public HttpResponse<String> push(String body) {
        return Http.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/dragonpass/push"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    @Override
    public int managementPort() {
        return managementPort;
    }

    /** Where pushes are sent to. */
    public URI server() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public Path folder() {
        return folder;
    }

    /** All that it has logged. */
    public String log() {
        try {
            return Files.readString(folder.resolve("data/log/karaf.log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the JDK's own tool prints of the JVM. */
    public String jcmd(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
        command.add(String.valueOf(jvm().pid()));
        command.addAll(List.of(arguments));
        try {
            Process tool = new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The names of the MBeans in the JVM. */
    public Set<String> beans() {
        if (agent == null) {
            jcmd("ManagementAgent.start_local");
            agent = AGENT.matcher(jcmd("PerfCounter.print"))
                    .results()
                    .map(address -> address.group(1))
                    .findFirst()
                    .orElseThrow();
        }
        try (JMXConnector connector = JMXConnectorFactory.connect(new JMXServiceURL(agent))) {
            return connector.getMBeanServerConnection().queryNames(null, null).stream()
                    .map(ObjectName::toString)
                    .collect(Collectors.toCollection(TreeSet::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether anything listens on one of the product's ports. */
    public boolean listens() {
        return Stream.of(port, managementPort).anyMatch(number -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", number));
                return true;
            } catch (IOException e) {
                return false;
            }
        });
    }

    /** The script runs it as its child. */
    private ProcessHandle jvm() {
        return process.descendants()
                .filter(child -> child.info().command().orElse("").endsWith("java"))
                .findFirst()
                .orElse(process.toHandle());
    }

    @Override
    public void close() {
        if (process != null) {
            List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
            all.add(process.toHandle());
            all.forEach(ProcessHandle::destroy);
            await().atMost(PATIENCE).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
        }
    }
}
