package io.resourcesync.dragonpass.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the simulator sends when, by a clock that the test moves. */
class SimulatorMemoryTest {

    private final MovableClock clock = new MovableClock();
    private final Simulator simulator = new Simulator(clock, new Random(1));

    @Test
    void shouldGiveEachDeliveryOnceWhenItsTimeHasCome() throws Exception {
        order("{\"eventType\":\"resource.metadata.updated\",\"order\":\"ascending\",\"delay\":{\"1\":\"2s\"},"
                + "\"repeat\":[1,3]}");

        assertThat(due()).containsExactly(2, 3, 3);
        assertThat(due()).isEmpty();
        clock.move(Duration.ofSeconds(2));
        assertThat(due()).containsExactly(1, 1);
    }

    @Test
    void shouldTryAPushFourTimes() throws Exception {
        order("{\"eventType\":\"resource.metadata.updated\",\"total\":1}");

        for (int attempt = 1; attempt <= 4; attempt++) {
            List<Delivery> due = simulator.due();
            assertThat(due).extracting(Delivery::attempt).containsExactly(attempt);
            assertThat(simulator.retry(due.get(0))).isEqualTo(attempt < 4);
            clock.move(Duration.ofSeconds(1));
        }
        assertThat(due()).isEmpty();
    }

    @Test
    void shouldTakeOnlyTheEchoOfAPushForItsAcknowledgement() throws Exception {
        order("{\"eventType\":\"resource.metadata.updated\",\"batchId\":\"b\",\"total\":1}");
        Delivery push = simulator.due().get(0);
        String echo = "{\"batchId\":\"b\",\"sequence\":1,\"status\":\"success\"}";

        assertThat(simulator.isAcknowledged(push, 200, echo)).isTrue();
        assertThat(simulator.isAcknowledged(push, 202, echo)).isFalse();
        assertThat(simulator.isAcknowledged(push, 200, echo.replace('1', '2'))).isFalse();
        assertThat(simulator.isAcknowledged(push, 200, "OK")).isFalse();
        assertThat(simulator.isAcknowledged(push, 200, null)).isFalse();
    }

    private void order(String json) throws Exception {
        simulator.order(json.getBytes(StandardCharsets.UTF_8));
    }

    private List<Integer> due() {
        return simulator.due().stream().map(Delivery::sequence).toList();
    }

    private static final class MovableClock extends Clock {

        private Instant now = Instant.parse("2025-10-28T01:00:00Z");

        void move(Duration duration) {
            now = now.plus(duration);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
