package io.resourcesync.dragonpass.model;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;
import net.jqwik.api.AfterFailureMode;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;
import org.slf4j.LoggerFactory;

/**
 * Whatever happens to the pushes of random batches on their way, the tables end up as the {@link
 * ReferenceModel} has them, fed with every push that was acknowledged or recovered, and no batch
 * stays open.
 *
 * <pre>
 * mvn test -Dtest=ModelPropertyTest                                    300 cases
 * mvn test -Dtest=ModelPropertyTest -Dmodel.tries=5000                 more of them
 * mvn test -Dtest=ModelPropertyTest -Dmodel.seed=-4711                 those of a run that printed "seed = -4711"
 * mvn test -Dtest=ModelPropertyTest -Dmodel.log=INFO                   with what the application logs
 * </pre>
 *
 * <p>What jqwik counts as a try is a round of {@value #CASES} cases, which share an application, its
 * restarts and the waiting for its timers, but have programs of their own. A seed gives the same
 * plans again as long as {@code model.tries} is the same; the threads are free to interleave
 * otherwise. A plan that failed is shrunk for as long as {@code junit-platform.properties} allows.
 */
@Tag("database")
class ModelPropertyTest {

    private static final int CASES = 25;

    private static final Path FOLDER = Path.of("target", "model");

    private static RecoveryApi api;
    private static RestartableApp app;
    private static int rounds;
    private static boolean failedBefore;

    /** jqwik takes both from constants in an annotation only. */
    static final class FromSystemProperties implements AroundPropertyHook {

        @Override
        public PropertyExecutionResult aroundProperty(PropertyLifecycleContext context, PropertyExecutor property) {
            int cases = Integer.getInteger("model.tries", 300);
            context.attributes().setTries((cases + CASES - 1) / CASES);
            String seed = System.getProperty("model.seed");
            if (seed != null) {
                context.attributes().setSeed(seed);
            }
            return property.execute();
        }
    }

    @BeforeContainer
    static void start() {
        log(Level.valueOf(System.getProperty("model.log", "OFF")));
        api = new RecoveryApi();
    }

    @AfterContainer
    static void stop() throws IOException {
        if (app != null) {
            app.close();
        }
        api.close();
        log(Level.INFO);
        deleteFolder();
    }

    @AddLifecycleHook(FromSystemProperties.class)
    @Property(edgeCases = EdgeCasesMode.NONE, afterFailure = AfterFailureMode.PREVIOUS_SEED)
    void shouldEndUpAsTheReferenceModelWhateverHappensToThePushes(@ForAll("plans") Plan plan) {
        if (app != null && app.size() != plan.nodes()) {
            app.close();
            app = null;
        }
        if (app == null) {
            app = new RestartableApp(FOLDER, api.url(), plan.nodes());
        }
        Duration patience = Duration.ofSeconds(failedBefore ? 5 : 20);
        boolean passed = false;
        try {
            new Round(plan, app, api, "%07d".formatted(rounds++), patience).play();
            passed = true;
        } finally {
            if (!passed) {
                // What it left behind must not disturb the smaller plans that are tried now.
                failedBefore = true;
                app.close();
                app = null;
            }
        }
    }

    @Provide
    Arbitrary<Plan> plans() {
        return Plans.plans(CASES);
    }

    /** Thousands of pushes are refused on purpose, and nodes lose the database when another shuts it down. */
    private static void log(Level level) {
        ((Logger) LoggerFactory.getLogger("dragonpass")).setLevel(level);
        ((Logger) LoggerFactory.getLogger("com.zaxxer.hikari")).setLevel(level);
    }

    private static void deleteFolder() throws IOException {
        if (!Files.exists(FOLDER)) {
            return;
        }
        try (Stream<Path> files = Files.walk(FOLDER)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
