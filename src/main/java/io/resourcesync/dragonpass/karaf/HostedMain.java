package io.resourcesync.dragonpass.karaf;

import io.resourcesync.dragonpass.batch.EventType;
import io.resourcesync.dragonpass.main.Overlay;
import io.resourcesync.dragonpass.main.QuarantineCommand;
import io.resourcesync.dragonpass.main.SyncMain;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import javax.sql.DataSource;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.wiring.BundleWiring;
import org.springframework.jdbc.core.JdbcTemplate;

/** The product in a bundle, with the routes and statements of {@code etc/dragonpass-resource-sync} over its own. */
class HostedMain extends SyncMain implements ResourceSync {

    private static final String FOLDER = "dragonpass-resource-sync";

    private final Overlay overlay;

    /**
     * @param settings win over the packaged ones
     * @throws IOException when a file cannot be read
     */
    HostedMain(BundleContext bundle, Map<String, String> settings) throws IOException {
        this(bundle, overlay(bundle), settings);
    }

    private HostedMain(BundleContext bundle, Overlay overlay, Map<String, String> settings) throws IOException {
        super(overlay, withDefaults(bundle, settings));
        this.overlay = overlay;
        bind("dataSources", new ServiceDataSources(bundle));
        // Without a hook in the JVM, which is not ours.
        setShutdownStrategy(new SimpleMainShutdownStrategy());
    }

    /** What the configuration leaves out is as in the file that is installed with the bundle. */
    private static Map<String, String> withDefaults(BundleContext context, Map<String, String> settings)
            throws IOException {
        Properties defaults = new Properties();
        try (InputStream in =
                context.getBundle().getEntry(Activator.PID + ".cfg").openStream()) {
            defaults.load(in);
        }
        Map<String, String> all = new HashMap<>();
        defaults.forEach((name, value) -> all.put(name.toString(), resolved(context, value.toString())));
        all.putAll(settings);
        return all;
    }

    /** With the folders of Karaf in place of their names. */
    static String resolved(BundleContext context, String value) {
        return value.replace("${karaf.data}", context.getProperty("karaf.data"))
                .replace("${karaf.etc}", context.getProperty("karaf.etc"));
    }

    private static Overlay overlay(BundleContext context) {
        Bundle bundle = context.getBundle();
        return new Overlay(
                Map.of("routes", Path.of(context.getProperty("karaf.etc"), FOLDER)),
                folder -> names(bundle, folder),
                bundle.adapt(BundleWiring.class).getClassLoader());
    }

    private static Collection<String> names(Bundle bundle, String folder) {
        Enumeration<URL> entries = bundle.findEntries(folder, "*", false);
        return entries == null
                ? List.of()
                : Collections.list(entries).stream()
                        .map(entry -> entry.getPath().replaceFirst(".*/", ""))
                        .toList();
    }

    /** What classes and resources are looked up with. */
    final Overlay classes() {
        return overlay;
    }

    @Override
    public List<OpenBatch> openBatches() {
        return jdbc().query(
                        """
                SELECT b.program_id, b.event_type, b.batch_id, b.total_sequence, b.deadline_at, b.recovery_attempts,
                       (SELECT count(*) FROM push_message m
                         WHERE m.program_id = b.program_id AND m.event_type = b.event_type
                           AND m.batch_id = b.batch_id) AS stored
                  FROM push_batch b
                 WHERE b.status = 'OPEN'
                 ORDER BY b.opened_at
                """,
                        (row, number) -> new OpenBatch(
                                row.getString("program_id"),
                                row.getString("event_type"),
                                row.getString("batch_id"),
                                row.getInt("stored"),
                                row.getInt("total_sequence"),
                                row.getObject("deadline_at", OffsetDateTime.class),
                                row.getInt("recovery_attempts")));
    }

    @Override
    public int recover(String batchId) {
        // Topics share ids: one that cannot be recovered would be given up at its deadline.
        return Arrays.stream(EventType.values())
                .filter(EventType::recoverable)
                .mapToInt(topic -> jdbc().update(
                                "UPDATE push_batch SET deadline_at = current_timestamp"
                                        + " WHERE status = 'OPEN' AND event_type = ? AND batch_id = ?",
                                topic.wireName(),
                                batchId))
                .sum();
    }

    private JdbcTemplate jdbc() {
        return new JdbcTemplate(lookup("dataSource", DataSource.class));
    }

    @Override
    public int quarantine(List<String> arguments, PrintStream out) {
        return new QuarantineCommand(
                        URI.create(
                                "http://" + setting("camel.management.host") + ":" + setting("camel.management.port")),
                        out,
                        out)
                .run(arguments);
    }

    private String setting(String name) {
        return getCamelContext().getPropertiesComponent().resolveProperty(name).orElseThrow();
    }
}
