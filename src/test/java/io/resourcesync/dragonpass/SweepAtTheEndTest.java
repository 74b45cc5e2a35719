package io.resourcesync.dragonpass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.resourcesync.dragonpass.testing.SyncApp;
import io.resourcesync.dragonpass.testing.TestDatabase;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A stop does not wait for a sweep over very many open batches. */
@Tag("database")
class SweepAtTheEndTest {

    @Test
    void shouldNotBeSweptToItsEndWhileTheProductStops() {
        Map<String, String> database = TestDatabase.fresh();
        Gauge open;
        Gauge age;
        try (SyncApp app = SyncApp.start(database)) {
            app.jdbc()
                    .execute("INSERT INTO push_batch SELECT 'p', 'resource.metadata.updated', 'b' || i, 20, 'OPEN', "
                            + "current_timestamp, current_timestamp + INTERVAL '1' HOUR, 0, null, null, null, null "
                            + "FROM "
                            + (TestDatabase.isPostgresql()
                                    ? "generate_series(1, 50000)"
                                    : "UNNEST(SEQUENCE_ARRAY(1, 50000, 1))")
                            + " AS t(i)");
            MeterRegistry metrics = app.context().getRegistry().findSingleByType(MeterRegistry.class);
            open = metrics.get("dragonpass.batches.open").gauge();
            age = metrics.get("dragonpass.batches.open.oldest.age").gauge();
            await().until(() -> age.value() > 0);
        }
        assertThat(open.value()).isZero();
    }
}
