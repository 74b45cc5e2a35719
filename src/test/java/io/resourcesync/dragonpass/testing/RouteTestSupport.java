package io.resourcesync.dragonpass.testing;

import io.micrometer.core.instrument.MeterRegistry;
import io.resourcesync.dragonpass.batch.BatchKey;
import io.resourcesync.dragonpass.main.SyncMain;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestInstance;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The real routes, beans and schema, one route of which a test calls by its {@code direct:} or {@code
 * seda:} name. One context serves all tests of a class; its tables are empty before each. Schedulers
 * fire once, at the start, when there is nothing to do.
 */
@Tag("database")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class RouteTestSupport extends CamelTestSupport {

    @Override
    protected CamelContext createCamelContext() throws Exception {
        Map<String, String> settings = new HashMap<>();
        settings.put("camel.server.port", String.valueOf(SyncApp.freePort()));
        settings.put("camel.management.port", String.valueOf(SyncApp.freePort()));
        settings.putAll(TestDatabase.fresh());
        settings.put("spool.folder", SyncApp.spoolFolder());
        settings.put("batch.sweep", "1h");
        settings.put("purge.delay", "1h");
        settings.put("dragonpass.api.url", "http://127.0.0.1:9");
        settings.put("push.auth", "none");
        settings.put("dragonpass.api.auth", "none");
        // Attempts are meant to fail, and the next must be made all the same.
        settings.put("camel.resilience4j.slidingWindowSize", "100000");
        settings.put("camel.resilience4j.minimumNumberOfCalls", "100000");
        settings.putAll(settings());
        SyncMain main = new SyncMain(Path.of("target"), Path.of("target/classes"), null, settings);
        main.init();
        return main.getCamelContext();
    }

    /** What a class needs otherwise. */
    protected Map<String, String> settings() {
        return Map.of();
    }

    @BeforeAll
    static void lookOften() {
        Awaitility.setDefaultPollInterval(Duration.ofMillis(10));
    }

    @BeforeEach
    void emptyTables() {
        for (String table :
                List.of("push_message", "push_batch", "quarantine", "resource", "transport_hub", "resource_change")) {
            jdbc().update("DELETE FROM " + table);
        }
    }

    protected JdbcTemplate jdbc() {
        return new JdbcTemplate(bean("dataSource", DataSource.class));
    }

    /** Rows written past the routes. */
    protected Rows rows() {
        return new Rows(jdbc());
    }

    protected <T> T bean(String name, Class<T> type) {
        return context().getRegistry().lookupByNameAndType(name, type);
    }

    protected MeterRegistry metrics() {
        return context().getRegistry().findSingleByType(MeterRegistry.class);
    }

    /** Calls a route that works on one batch: its key is a variable, and the body the statements' parameters. */
    protected Exchange call(String route, BatchKey key, Map<String, Object> variables) {
        return template().send("direct:" + route, exchange -> {
            exchange.setVariable("key", key);
            variables.forEach(exchange::setVariable);
            exchange.getMessage().setBody(key.parameters());
        });
    }

    /** Takes what waits in a queue whose route does not run. */
    protected <T> List<T> drain(String queue, Class<T> type) {
        List<T> bodies = new ArrayList<>();
        for (T body; (body = consumer().receiveBodyNoWait("seda:" + queue, type)) != null; ) {
            bodies.add(body);
        }
        return bodies;
    }
}
