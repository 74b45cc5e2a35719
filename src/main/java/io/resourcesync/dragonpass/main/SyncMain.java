package io.resourcesync.dragonpass.main;

import io.resourcesync.dragonpass.demo.DemoSigner;
import io.resourcesync.dragonpass.store.Spool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.main.Main;
import org.apache.camel.support.service.ServiceHelper;

/** Camel Main with the product's routes, settings and beans. */
public class SyncMain extends Main {

    /**
     * In a process of its own.
     *
     * @param home the folder whose {@code routes/} and {@code config/} win over the packaged ones
     * @param codeSource the jar, or folder of classes, with the packaged ones
     * @param profile a set of settings and routes on top, such as {@code demo}; null for none
     * @param overrides properties that win over those in files
     * @throws IOException when a file cannot be read
     * @throws SettingsException when a file holds an unknown property
     */
    public SyncMain(Path home, Path codeSource, String profile, Map<String, String> overrides) throws IOException {
        Overlay overlay = Overlay.of(home, codeSource, SyncMain.class.getClassLoader());
        Properties properties = Configuration.load(home, profile);
        if ("demo".equals(profile)) {
            DemoSigner signer = DemoSigner.create();
            properties.setProperty("push.jwt.keys", signer.keys().toString());
            properties.setProperty("demo.token-file", signer.tokenFile().toString());
            properties.setProperty("spool.folder", signer.spool().toString());
            bind("demoSigner", signer);
        }
        properties.putAll(overrides);
        String routes = overlay.routes("routes");
        assemble(overlay, properties, profile == null ? routes : routes + "," + overlay.routes("routes/" + profile));
    }

    /**
     * Inside another runtime.
     *
     * @param overlay finds the routes and statements
     * @param settings win over the packaged ones
     * @throws IOException when a file cannot be read
     * @throws SettingsException when a setting is unknown
     */
    protected SyncMain(Overlay overlay, Map<String, String> settings) throws IOException {
        assemble(overlay, Configuration.load(settings), overlay.routes("routes"));
    }

    private void assemble(Overlay overlay, Properties properties, String routes) {
        properties.setProperty("camel.main.routesIncludePattern", routes);
        setDefaultPropertyPlaceholderLocation("false");
        setInitialProperties(properties);
        configure().addConfiguration(new Application());
        addMainListener(new StartupChecks(overlay, System.nanoTime()));
    }

    /**
     * Starts it and returns, for a caller who stays; {@link #run()} waits until the process is asked to stop.
     *
     * @throws Exception when it cannot start; what did start is left to {@link #close()}
     */
    public final void open() throws Exception {
        start();
        afterStart();
    }

    /** Stops all that runs, also what a start left behind that failed half-way. */
    public final void close() {
        try {
            shutdown();
        } finally {
            release(getCamelContext());
        }
    }

    /** A context that never started stops nothing, but these were opened when it was configured. */
    private static void release(CamelContext context) {
        if (context == null) {
            return;
        }
        try {
            context.stop();
        } finally {
            ServiceHelper.stopService(
                    Arrays.asList(context.hasService(Spool.class), context.hasService(Database.class)));
        }
    }
}
