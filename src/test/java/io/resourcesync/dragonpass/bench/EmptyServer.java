package io.resourcesync.dragonpass.bench;

import org.apache.camel.main.Main;

/** Contender A: Camel's HTTP server with a route that only answers. */
final class EmptyServer {

    /** What it answers. */
    static final String ANSWER = "{}";

    private EmptyServer() {}

    /**
     * @param args the port
     */
    public static void main(String[] args) throws Exception {
        serve(args[0], "empty", new Main());
    }

    /**
     * Runs the routes of a folder beside this class.
     *
     * @param main with the beans that these routes name
     */
    static void serve(String port, String folder, Main main) throws Exception {
        main.setDefaultPropertyPlaceholderLocation("false");
        main.addInitialProperty("camel.server.enabled", "true");
        main.addInitialProperty("camel.server.host", "127.0.0.1");
        main.addInitialProperty("camel.server.port", port);
        main.addInitialProperty("camel.main.startupSummaryLevel", "Off");
        main.addInitialProperty("camel.main.streamCachingEnabled", "false");
        main.addInitialProperty(
                "camel.main.routesIncludePattern",
                "classpath:io/resourcesync/dragonpass/bench/" + folder + "/*.camel.yaml");
        main.run();
    }
}
