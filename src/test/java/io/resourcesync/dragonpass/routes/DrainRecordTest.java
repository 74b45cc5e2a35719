package io.resourcesync.dragonpass.routes;

import static org.assertj.core.api.Assertions.assertThat;

import io.resourcesync.dragonpass.store.DatabaseWatch;
import io.resourcesync.dragonpass.store.Spool;
import io.resourcesync.dragonpass.testing.PushBuilder;
import io.resourcesync.dragonpass.testing.RouteTestSupport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.builder.AdviceWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A push leaves the spool once it is stored or in quarantine, and not before, whatever goes wrong. */
class DrainRecordTest extends RouteTestSupport {

    private static final String PUSH = PushBuilder.metadata("N1").sequence(1, 1).json();

    @ParameterizedTest
    @CsvSource({"route-event, parse-json", "store-push, store-in-group"})
    void shouldKeepAPushWhoseHandlingEndsUnexpectedly(String route, String step) throws Exception {
        assertKeptThenDrained(PUSH, route, step);

        assertThat(jdbc().queryForList("SELECT source FROM push_message", String.class))
                .containsExactly("SPOOL");
    }

    @ParameterizedTest
    @CsvSource({
        "quarantine-push, spare-dead-quarantine",
        "write-quarantined, insert-quarantine",
        "write-quarantined, require-durable-quarantine"
    })
    void shouldKeepWhatCannotBeQuarantined(String route, String step) throws Exception {
        assertKeptThenDrained("{}", route, step);

        assertThat(jdbc().queryForList("SELECT reason FROM quarantine", String.class))
                .containsExactly("INVALID");
    }

    private void assertKeptThenDrained(String push, String route, String step) throws Exception {
        String record = spooled(push);
        AtomicBoolean faulty = new AtomicBoolean(true);
        AdviceWith.adviceWith(
                context(), route, advice -> advice.weaveById(step).before().process(exchange -> {
                    if (faulty.get()) {
                        throw new IllegalStateException("a defect");
                    }
                }));
        drainRecord(record);
        assertThat(records()).containsExactly(record);

        faulty.set(false);
        bean("databaseWatch", DatabaseWatch.class).look();
        drainRecord(record);
        assertThat(records()).isEmpty();
    }

    private void drainRecord(String record) {
        template().send("direct:drain-record", exchange -> {
            exchange.setVariable("source", "SPOOL");
            exchange.getMessage().setBody(record);
        });
    }

    private String spooled(String push) throws IOException {
        bean("spool", Spool.class).append(push.getBytes(StandardCharsets.UTF_8));
        assertThat(records()).hasSize(1);
        return records().get(0);
    }

    private List<String> records() throws IOException {
        return bean("spool", Spool.class).oldest(10);
    }
}
