package io.resourcesync.dragonpass.main;

import io.micrometer.core.instrument.MeterRegistry;
import io.resourcesync.dragonpass.batch.Assembly;
import io.resourcesync.dragonpass.batch.BatchGauges;
import io.resourcesync.dragonpass.batch.Durations;
import io.resourcesync.dragonpass.http.ManagementEngine;
import io.resourcesync.dragonpass.http.Requests;
import io.resourcesync.dragonpass.http.StoreReadiness;
import io.resourcesync.dragonpass.push.Pushes;
import io.resourcesync.dragonpass.quarantine.QuarantineDesk;
import io.resourcesync.dragonpass.recovery.ApiClient;
import io.resourcesync.dragonpass.recovery.Recovery;
import io.resourcesync.dragonpass.security.ApiAuthentication;
import io.resourcesync.dragonpass.security.KeysReadiness;
import io.resourcesync.dragonpass.security.PushKeys;
import java.security.SecureRandom;
import java.time.Clock;
import javax.sql.DataSource;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.processor.aggregate.MemoryAggregationRepository;
import org.apache.camel.spi.Registry;
import org.apache.camel.spring.spi.SpringTransactionPolicy;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** Makes the beans that the routes name, in the order in which they need each other. */
public final class Application implements CamelConfiguration {

    @Override
    public void configure(CamelContext context) throws Exception {
        Settings settings = Settings.read(context.getPropertiesComponent()::resolveProperty);
        Clock clock = Clock.systemUTC();
        Registry beans = context.getRegistry();

        Database database = Database.open(settings.database());
        context.addService(database);
        beans.bind("dataSource", database.work());
        beans.bind("pushDataSource", database.pushes());
        // What a route gets that asks for a transaction and names none.
        beans.bind("PROPAGATION_REQUIRED", transactions(database.work()));
        beans.bind("pushTransaction", transactions(database.pushes()));

        MeterRegistry metrics = beans.findSingleByType(MeterRegistry.class);
        beans.bind("batchGauges", new BatchGauges(metrics, clock));

        MemoryAggregationRepository awaited = new MemoryAggregationRepository();
        beans.bind("awaitedBatches", awaited);
        beans.bind("assembly", new Assembly(clock, awaited));
        beans.bind("durations", new Durations());
        beans.bind("pushes", new Pushes());
        beans.bind("requests", new Requests());
        PushKeys keys = Credentials.keys(settings.pushAuth());
        beans.bind("pushAuthentication", Credentials.of(settings.pushAuth(), keys, clock));
        beans.bind("keys", new KeysReadiness(keys));
        beans.bind("apiClient", new ApiClient());
        beans.bind("apiAuthentication", new ApiAuthentication(Credentials.of(settings.apiAuth(), context, clock)));
        beans.bind(
                "recovery",
                new Recovery(
                        settings.recoveryWindow(),
                        settings.recoveryBackoffInitial(),
                        settings.recoveryBackoffMax(),
                        settings.recoveryMaxAnswerBytes(),
                        new SecureRandom(),
                        clock));

        beans.bind("quarantineDesk", new QuarantineDesk());
        beans.bind("managementEngine", new ManagementEngine(settings.managementPort()));

        beans.bind("store", new StoreReadiness(new JdbcTemplate(database.pushes()), clock));
    }

    private static SpringTransactionPolicy transactions(DataSource dataSource) {
        return new SpringTransactionPolicy(new DataSourceTransactionManager(dataSource));
    }
}
