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
        Gauge open;
        try (SyncApp app = SyncApp.start(Map.of())) {
            app.jdbc()
                    .execute("INSERT INTO push_batch SELECT 'p', 'resource.metadata.updated', 'b' || i, 20, 'OPEN', "
                            + "current_timestamp, current_timestamp + INTERVAL '1' HOUR, 0, null, null, null, null "
                            + "FROM " + TestDatabase.numbersTo(50_000) + " AS t(i)");
            MeterRegistry metrics = app.context().getRegistry().findSingleByType(MeterRegistry.class);
            open = metrics.get("dragonpass.batches.open").gauge();
            Gauge age = metrics.get("dragonpass.batches.open.oldest.age").gauge();
            await().until(() -> age.value() > 0);
        }
        assertThat(open.value()).isZero();
    }
}
