package io.resourcesync.dragonpass.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What HSQLDB tells of its log; that it does tell it is shown on a disk that is really full. */
class DurabilityTest {

    private static final Logger HSQLDB = Logger.getLogger("hsqldb.db.HSQLDB19A0.ENGINE");

    private final AtomicInteger abandoned = new AtomicInteger();
    private final Durability durability = new Durability(abandoned::incrementAndGet);

    @AfterEach
    void stop() {
        durability.stop();
    }

    @Test
    void shouldTrustCommitsAtFirst() {
        durability.start();

        HSQLDB.log(Level.INFO, "checkpointClose start");

        assertThat(durability.isDoubtful()).isFalse();
        durability.require();
    }

    @Test
    void shouldTrustNoCommitFromTheFirstOneThatWasNotFlushed() {
        durability.start();

        HSQLDB.log(Level.WARNING, "ScriptWriter synch error: ");
        HSQLDB.log(Level.WARNING, "ScriptWriter synch error: ");

        assertThatThrownBy(durability::require).isInstanceOf(Durability.DoubtfulCommit.class);
        await().untilAsserted(() -> assertThat(abandoned).hasValue(1));
    }

    /** HSQLDB would go on after it, on a file that is half written. */
    @Test
    void shouldFailTheCheckpointThatCouldNotBeWritten() {
        durability.start();

        assertThatThrownBy(() -> HSQLDB.log(Level.SEVERE, "checkpoint failed - recovered", new IOException("full")))
                .isInstanceOf(Durability.DoubtfulCommit.class);
        assertThat(durability.isDoubtful()).isTrue();
    }

    @Test
    void shouldLetHsqldbShutDownAllTheSame() {
        List<Throwable> thrown = new CopyOnWriteArrayList<>();
        Durability failing = new Durability(() -> {
            try {
                HSQLDB.log(Level.SEVERE, "error closing log", new IOException("full"));
            } catch (RuntimeException e) {
                thrown.add(e);
            }
            abandoned.incrementAndGet();
        });
        failing.start();
        try {
            HSQLDB.log(Level.WARNING, "ScriptWriter synch error: ");

            await().untilAsserted(() -> assertThat(abandoned).hasValue(1));
            assertThat(thrown).isEmpty();
        } finally {
            failing.stop();
        }
    }

    /** As a crash leaves it. */
    @Test
    void shouldTrustWhatALogWithATornLineLeft() {
        durability.start();

        HSQLDB.log(
                Level.SEVERE, "statement error processing log - open continued x.log line: 9", new IOException("torn"));

        assertThat(durability.isDoubtful()).isFalse();
    }

    @Test
    void shouldLeaveNoHandlerBehind() {
        int before = Logger.getLogger("hsqldb.db").getHandlers().length;
        durability.start();

        durability.stop();

        assertThat(Logger.getLogger("hsqldb.db").getHandlers()).hasSize(before);
    }
}
