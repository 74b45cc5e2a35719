package io.resourcesync.dragonpass.karaf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.lang.reflect.Proxy;
import java.sql.Driver;
import java.sql.DriverManager;
import java.util.Collections;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.cm.ConfigurationException;
import org.osgi.service.cm.ManagedService;
import org.slf4j.LoggerFactory;

/** What a start in a runtime does that ends in something worse than an exception; the rest is in KarafIT. */
class ActivatorTest {

    private final Logger logger = (Logger) LoggerFactory.getLogger("dragonpass.karaf");
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final List<Map<String, String>> starts = new CopyOnWriteArrayList<>();

    private final Activator activator = new Activator() {
        @Override
        HostedMain main(BundleContext context, Map<String, String> wanted) {
            starts.add(wanted);
            throw new NoClassDefFoundError("of an edited route");
        }
    };

    private ManagedService configuration;
    private boolean stopped;

    @BeforeEach
    void start() {
        log.start();
        logger.addAppender(log);
        activator.start((BundleContext) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {BundleContext.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getProperty")) {
                        return "";
                    }
                    configuration = (ManagedService) arguments[1];
                    return registration();
                }));
    }

    /** Its end takes the drivers of its class loader away, which here is that of all tests. */
    @AfterEach
    void stop() throws Exception {
        if (stopped) {
            return;
        }
        stopped = true;
        List<Driver> drivers = Collections.list(DriverManager.getDrivers());
        activator.stop(null);
        for (Driver driver : drivers) {
            DriverManager.registerDriver(driver);
        }
        logger.detachAppender(log);
    }

    @Test
    void shouldSayWhyItCannotStartAndFollowTheNextConfiguration() throws Exception {
        update("1");
        await().until(() -> messages().size() == 1);
        update("2");
        await().until(() -> messages().size() == 2);

        assertThat(messages()).containsOnly("Cannot start: java.lang.NoClassDefFoundError: of an edited route");
        assertThat(starts).containsExactly(Map.of("db.pool-size", "1"), Map.of("db.pool-size", "2"));
    }

    /** The runtime may still be delivering it when it unregisters who is to get it. */
    @Test
    void shouldIgnoreAConfigurationThatComesOnceItHasStopped() throws Exception {
        stop();

        assertThatCode(() -> update("1")).doesNotThrowAnyException();
    }

    private void update(String value) throws ConfigurationException {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("db.pool-size", value);
        configuration.updated(properties);
    }

    private List<String> messages() {
        return List.copyOf(log.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(message -> message.startsWith("Cannot start"))
                .toList();
    }

    private static Object registration() {
        return Proxy.newProxyInstance(
                ActivatorTest.class.getClassLoader(),
                new Class<?>[] {ServiceRegistration.class},
                (proxy, method, arguments) -> null);
    }
}
