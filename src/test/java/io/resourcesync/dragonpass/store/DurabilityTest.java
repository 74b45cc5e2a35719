package io.resourcesync.dragonpass.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

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

    @Test
    void shouldLeaveNoHandlerBehind() {
        int before = Logger.getLogger("hsqldb.db").getHandlers().length;
        durability.start();

        durability.stop();

        assertThat(Logger.getLogger("hsqldb.db").getHandlers()).hasSize(before);
    }
}
