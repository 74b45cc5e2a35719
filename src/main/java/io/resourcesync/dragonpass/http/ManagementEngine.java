package io.resourcesync.dragonpass.http;

import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpEngine;

/** Mounts {@code platform-http:} endpoints that name it on the management server. */
public final class ManagementEngine extends VertxPlatformHttpEngine {

    private final int port;

    /**
     * @param port of the management server
     */
    public ManagementEngine(int port) {
        this.port = port;
    }

    @Override
    public int getServerPort() {
        return port;
    }
}
