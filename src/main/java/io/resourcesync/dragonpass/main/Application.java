package io.resourcesync.dragonpass.main;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.resourcesync.dragonpass.batch.ApplyPace;
import io.resourcesync.dragonpass.batch.ApplyQueue;
import io.resourcesync.dragonpass.batch.Assembly;
import io.resourcesync.dragonpass.batch.BatchGauges;
import io.resourcesync.dragonpass.batch.BatchProgress;
import io.resourcesync.dragonpass.batch.Durations;
import io.resourcesync.dragonpass.batch.SweepPace;
import io.resourcesync.dragonpass.http.ManagementEngine;
import io.resourcesync.dragonpass.http.PushServer;
import io.resourcesync.dragonpass.http.Requests;
import io.resourcesync.dragonpass.push.EventOutcome;
import io.resourcesync.dragonpass.push.ParsedPush;
import io.resourcesync.dragonpass.push.Push;
import io.resourcesync.dragonpass.push.PushCounter;
import io.resourcesync.dragonpass.push.Pushes;
import io.resourcesync.dragonpass.quarantine.QuarantineDesk;
import io.resourcesync.dragonpass.recovery.ApiClient;
import io.resourcesync.dragonpass.recovery.Recovery;
import io.resourcesync.dragonpass.security.ApiAuthentication;
import io.resourcesync.dragonpass.security.KeysReadiness;
import io.resourcesync.dragonpass.security.PushKeys;
import io.resourcesync.dragonpass.store.DatabaseWatch;
import io.resourcesync.dragonpass.store.Durability;
import io.resourcesync.dragonpass.store.GroupCommit;
import io.resourcesync.dragonpass.store.PushGroups;
import io.resourcesync.dragonpass.store.Spool;
import io.resourcesync.dragonpass.store.SqlStatements;
import io.resourcesync.dragonpass.store.StoreReadiness;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.apache.camel.CamelConfiguration;
import org.apache.camel.CamelContext;
import org.apache.camel.component.sql.SqlEndpoint;
import org.apache.camel.processor.aggregate.MemoryAggregationRepository;
import org.apache.camel.spi.Registry;
import org.apache.camel.spring.spi.SpringTransactionPolicy;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;

/** Makes the beans that the routes name, in the order in which they need each other. */
public final class Application implements CamelConfiguration {

    /**
     * Opens when two of the last four groups of pushes could not be stored, so that those that follow
     * need not wait for the database; DatabaseWatch closes it again.
     */
    private static final CircuitBreakerConfig DATABASE_BREAKER = CircuitBreakerConfig.custom()
            .slidingWindowSize(4)
            .minimumNumberOfCalls(2)
            .permittedNumberOfCallsInHalfOpenState(1)
            .build();

    /** More than a server that answers again at last takes for a group and the one before it. */
    private static final Duration WRITER_PATIENCE = Duration.ofSeconds(15);

    @Override
    public void configure(CamelContext context) throws Exception {
        Settings settings = Settings.read(context.getPropertiesComponent()::resolveProperty);
        Clock clock = Clock.systemUTC();
        Registry beans = context.getRegistry();

        MeterRegistry metrics = beans.findSingleByType(MeterRegistry.class);
        context.addService(new GcMetrics(metrics));
        Database database = new Database(settings.database(), beans.findSingleByType(DataSources.class));
        context.addService(database);
        Durability durability = database.durability();
        Spool spool = spool(settings, clock, metrics);
        context.addService(spool);
        CircuitBreaker breaker = CircuitBreaker.of("database", DATABASE_BREAKER);
        DatabaseWatch watch =
                new DatabaseWatch(new JdbcTemplate(database.pushes()), database::prepare, breaker, durability, metrics);
        beans.bind("dataSource", database.work());
        beans.bind("pushDataSource", database.pushes());
        // What a route gets that asks for a transaction and names none.
        beans.bind("PROPAGATION_REQUIRED", transactions(database.work()));
        beans.bind("pushTransaction", transactions(database.pushes()));

        SqlStatements statements = new SqlStatements();
        context.getCamelContextExtension().registerEndpointCallback((uri, endpoint) -> {
            if (endpoint instanceof SqlEndpoint sql) {
                sql.setPrepareStatementStrategy(statements);
            }
            return endpoint;
        });

        beans.bind("durability", durability);
        beans.bind("databaseBreaker", breaker);
        beans.bind("databaseWatch", watch);
        beans.bind("spool", spool);
        beans.bind("eventOutcome", new EventOutcome());
        beans.bind("batchGauges", new BatchGauges(metrics, clock));

        MemoryAggregationRepository awaited = new MemoryAggregationRepository();
        beans.bind("awaitedBatches", awaited);
        Assembly assembly = new Assembly(clock, awaited, new ApplyQueue(context), settings.applyRoom());
        beans.bind("assembly", assembly);
        beans.bind("correlationKey", Computed.ofBody(BatchProgress.class, progress -> progress.key()
                .correlationKey()));
        beans.bind("isApplicable", Computed.ofBody(BatchProgress.class, BatchProgress::applicable));
        beans.bind(
                "millisToDeadline", Computed.ofBody(BatchProgress.class, progress -> progress.millisToDeadline(clock)));
        // At most a fiftieth of the time for the batches, a hundredth for their pushes.
        beans.bind("sweepPace", new SweepPace(clock, 49, assembly::hasRoomForMore));
        beans.bind("pushSweepPace", new SweepPace(clock, 99, () -> false));
        beans.bind("applyPace", applyPace(clock, metrics));
        beans.bind("durations", new Durations());
        Pushes pushes = new Pushes();
        beans.bind("pushes", pushes);
        beans.bind("eventType", Computed.ofBody(ParsedPush.class, pushes::eventType));
        beans.bind("acknowledgement", Computed.ofVariable("push", Push.class, Push::acknowledgement));
        beans.bind("pushCounter", new PushCounter(metrics, context.getName()));
        beans.bind("pushGroups", new PushGroups());
        beans.bind(
                "groupCommit",
                new GroupCommit(context, assembly, settings.serverLimits().maxInFlight(), WRITER_PATIENCE));
        beans.bind("requests", new Requests());
        PushKeys keys = Credentials.keys(settings.pushAuth());
        beans.bind("pushAuthentication", Credentials.of(settings.pushAuth(), keys, clock));
        beans.bind("keys", new KeysReadiness(keys));
        beans.bind("apiClient", new ApiClient(settings.apiResponseTimeout()));
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
        beans.bind("vertxOptions", PushServer.withoutFiles());
        beans.bind("managementEngine", new ManagementEngine(settings.managementPort()));

        beans.bind("store", new StoreReadiness(watch, durability, spool, clock));
    }

    private static ApplyPace applyPace(Clock clock, MeterRegistry metrics) {
        return new ApplyPace(
                clock,
                () -> metrics.find("dragonpass.ack").timers().stream()
                        .mapToDouble(timer -> timer.totalTime(TimeUnit.SECONDS))
                        .sum(),
                () -> metrics.find("system.cpu.usage").gauges().stream()
                        .mapToDouble(Gauge::value)
                        .max()
                        .orElse(Double.NaN));
    }

    private static Spool spool(Settings settings, Clock clock, MeterRegistry metrics) {
        try {
            return Spool.open(settings.spoolFolder(), settings.spoolMaxBytes(), clock, metrics);
        } catch (IOException e) {
            throw new SettingsException("spool.folder is " + settings.spoolFolder() + ", which cannot be used ("
                    + e.getMessage() + "): give this process a folder of its own that it can write");
        }
    }

    private static SpringTransactionPolicy transactions(DataSource dataSource) {
        return new ReportedTransactions(new DataSourceTransactionManager(dataSource));
    }
}
