package io.resourcesync.dragonpass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.resourcesync.dragonpass.testing.PushBuilder;
import io.resourcesync.dragonpass.testing.SyncApp;
import io.resourcesync.dragonpass.testing.TestDatabase;
import io.resourcesync.dragonpass.testing.Together;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of two versions share a schema: whichever comes first, the other one works on it. */
@Tag("database")
class UpgradeTest {

    private static final int NODES = 3;

    @TempDir
    private Path folder;

    @Test
    void shouldWorkOnASchemaThatANewerVersionHasUpgraded() {
        Map<String, String> database = database();
        try (SyncApp app = SyncApp.start(database)) {
            app.push(PushBuilder.metadata("N1").sequence(1, 2).json());
            upgrade(app);
            assertThat(app.push(PushBuilder.metadata("N2").sequence(2, 2).json())
                            .statusCode())
                    .isEqualTo(200);
            await().untilAsserted(() -> assertApplied(app, 1));
        }
        try (SyncApp app = SyncApp.start(database)) {
            app.push(PushBuilder.hubs("A1").sequence(1, 1).json());
            await().untilAsserted(() -> assertApplied(app, 2));
        }
    }

    @Test
    void shouldStartTogetherOnAnEmptyDatabase() throws Exception {
        assumeTrue(TestDatabase.isPostgresql(), "an embedded database has one node");
        Map<String, String> database = database();

        List<SyncApp> nodes = Together.run(NODES, i -> SyncApp.start(database));

        try {
            for (SyncApp node : nodes) {
                node.push(PushBuilder.metadata("N1")
                        .batch("b" + nodes.indexOf(node))
                        .sequence(1, 1)
                        .json());
            }
            await().untilAsserted(() -> assertApplied(nodes.get(0), NODES));
        } finally {
            nodes.forEach(SyncApp::close);
        }
    }

    private static void assertApplied(SyncApp app, int batches) {
        assertThat(app.query("SELECT batch_id FROM push_batch WHERE status = 'APPLIED'"))
                .hasSize(batches);
    }

    /** What the next version might do. */
    private static void upgrade(SyncApp app) {
        Flyway.configure()
                .dataSource(app.jdbc().getDataSource())
                .locations("classpath:db/newer")
                .ignoreMigrationPatterns("*:missing")
                .load()
                .migrate();
        assertThat(app.query("SELECT note FROM push_batch")).hasSize(1);
    }

    private Map<String, String> database() {
        return TestDatabase.isPostgresql()
                ? TestDatabase.fresh()
                : new HashMap<>(Map.of("db.url", "jdbc:hsqldb:file:" + folder.resolve("db")));
    }
}
