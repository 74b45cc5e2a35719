package io.resourcesync.dragonpass.main;

import io.micrometer.core.instrument.MeterRegistry;
import io.resourcesync.dragonpass.http.PushServer;
import io.resourcesync.dragonpass.http.PushServerFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.apache.camel.CamelContext;
import org.apache.camel.component.micrometer.MicrometerConstants;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks the settings before Camel acts on any, and says one line when all of it runs. */
final class StartupChecks extends MainListenerSupport {

    private static final Logger LOG = LoggerFactory.getLogger("dragonpass.main");

    private final ClassLoader resources;
    private final long begin;

    /**
     * @param resources where routes, statements and classes are looked up
     * @param begin when the start began, by {@link System#nanoTime()}
     */
    StartupChecks(ClassLoader resources, long begin) {
        this.resources = resources;
        this.begin = begin;
    }

    @Override
    public void beforeInitialize(BaseMainSupport main) {
        CamelContext context = main.getCamelContext();
        context.setApplicationContextClassLoader(resources);
        MeterRegistry metrics = Metrics.registry();
        context.getRegistry().bind(MicrometerConstants.METRICS_REGISTRY_NAME, metrics);
        context.getRegistry()
                .bind(
                        "pushServerFactory",
                        new PushServerFactory((camel, server) -> new PushServer(
                                camel,
                                server.getHost(),
                                server.getPort(),
                                settings(main).pushPath(),
                                settings(main).serverLimits(),
                                settings(main).tls(),
                                metrics)));
    }

    @Override
    public void beforeConfigure(BaseMainSupport main) {
        Settings settings = settings(main);
        // Camel's own server for management would log a port that is taken and go on without it.
        requireFree("camel.server", settings.serverHost(), settings.serverPort());
        requireFree("camel.management", settings.managementHost(), settings.managementPort());
    }

    private static void requireFree(String prefix, String host, int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, port));
        } catch (IOException e) {
            throw new SettingsException(prefix + ".port " + port + " on " + host + " cannot be used (" + e.getMessage()
                    + "): stop what listens there, or choose another");
        }
    }

    @Override
    public void afterStart(BaseMainSupport main) {
        Settings settings = settings(main);
        LOG.info(
                "Started in {}: pushes at {}://{}:{}{}, health and metrics at http://{}:{}/observe, database {}",
                String.format("%.1f s", (System.nanoTime() - begin) / 1e9),
                settings.tls() == null ? "http" : "https",
                settings.serverHost(),
                settings.serverPort(),
                settings.pushPath(),
                settings.managementHost(),
                settings.managementPort(),
                withoutProperties(settings.database().url()));
    }

    /** A URL can carry a password. */
    private static String withoutProperties(String url) {
        return url.replaceAll("[?;].*", "");
    }

    @Override
    public void afterStop(BaseMainSupport main) {
        LOG.info("Stopped: open batches go on with the next start");
    }

    private static Settings settings(BaseMainSupport main) {
        CamelContext context = main.getCamelContext();
        return Settings.read(context.getPropertiesComponent()::resolveProperty);
    }
}
