package io.resourcesync.dragonpass.main;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Runs the product in a process of its own, on Camel Main. */
public final class Standalone {

    private static final Logger LOG = LoggerFactory.getLogger("dragonpass.main");

    private static final String USAGE = """
            Usage: java -jar dragonpass-resource-sync-standalone.jar [command]

              (nothing)  receive pushes, until stopped
              demo       the same with a simulator of DragonPass, which pushes and loses pushes
              quarantine list [REASON] | show ID | replay ID | replay REASON | replay all
                         look at the quarantined events of the running product, or replay them
              help       this text

            Settings: config/application.properties beside the jar, system properties, environment.
            """;

    private Standalone() {}

    /** Exit codes: 0 after a stop that was asked for, 1 when it cannot start, 2 for wrong arguments. */
    public static void main(String[] args) {
        System.exit(run(Arrays.asList(args)));
    }

    private static int run(List<String> args) {
        if (args.equals(List.of("help")) || args.equals(List.of("--help"))) {
            System.out.print(USAGE);
            return 0;
        }
        boolean quarantine = !args.isEmpty() && args.get(0).equals("quarantine");
        if (!args.isEmpty() && !args.equals(List.of("demo")) && !quarantine) {
            System.err.print(USAGE);
            return 2;
        }
        SLF4JBridgeHandler.removeHandlersForRootLogger();
        SLF4JBridgeHandler.install();
        System.setProperty("hsqldb.reconfig_logging", "false");
        try {
            Path codeSource = codeSource();
            // From an IDE or from Maven the routes and settings of the source folder are used.
            Path home = Files.isDirectory(codeSource) ? Path.of("") : codeSource.getParent();
            if (quarantine) {
                return new QuarantineCommand(management(home), System.out, System.err)
                        .run(args.subList(1, args.size()));
            }
            SyncMain main = new SyncMain(home, codeSource, args.isEmpty() ? null : "demo", Map.of());
            try {
                main.run();
            } finally {
                main.close();
            }
            return 0;
        } catch (Exception e) {
            LOG.error("Cannot start: {}", SettingsException.sentence(e));
            LOG.debug("The whole exception", e);
            return 1;
        }
    }

    private static URI management(Path home) throws IOException {
        Properties properties = Configuration.load(home, null);
        String host = System.getProperty("camel.management.host", properties.getProperty("camel.management.host"));
        String port = System.getProperty("camel.management.port", properties.getProperty("camel.management.port"));
        return URI.create("http://" + host + ":" + port);
    }

    /** The jar, or the folder of classes, that this runs from. */
    static Path codeSource() throws URISyntaxException {
        return Path.of(Standalone.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }
}
