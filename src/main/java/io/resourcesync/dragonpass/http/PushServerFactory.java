package io.resourcesync.dragonpass.http;

import java.util.function.BiFunction;
import org.apache.camel.CamelContext;
import org.apache.camel.Service;
import org.apache.camel.component.platform.http.main.DefaultMainHttpServerFactory;
import org.apache.camel.main.HttpServerConfigurationProperties;

/**
 * Has Camel Main use {@link PushServer} for {@code camel.server.*}; the management server stays
 * Camel's own.
 */
public final class PushServerFactory extends DefaultMainHttpServerFactory {

    private final BiFunction<CamelContext, HttpServerConfigurationProperties, PushServer> server;

    /**
     * @param server makes the server from what {@code camel.server.*} says
     */
    public PushServerFactory(BiFunction<CamelContext, HttpServerConfigurationProperties, PushServer> server) {
        this.server = server;
    }

    @Override
    public Service newHttpServer(CamelContext context, HttpServerConfigurationProperties configuration) {
        return server.apply(context, configuration);
    }
}
