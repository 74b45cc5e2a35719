package io.resourcesync.dragonpass.push;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.resourcesync.dragonpass.batch.BatchChanges;
import io.resourcesync.dragonpass.batch.EventType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whatever a body holds, it is a push in order or a refusal that says why, and nothing else. */
class PushFuzzTest {

    private static final Pushes PUSHES = new Pushes();

    @FuzzTest(maxDuration = "15s")
    void shouldAcceptABodyOrRefuseIt(byte[] body) {
        try {
            ParsedPush parsed = PUSHES.parse(body);
            Optional<EventType> topic = EventType.of(PUSHES.eventType(parsed));
            if (topic.isEmpty()) {
                PUSHES.refuseUnknown(parsed);
                throw new AssertionError("an unknown event was not refused");
            }
            Push push = PUSHES.check(parsed, topic.get().wireName());
            assertThat(Pushes.compare(push, push.payload())).isEqualTo("duplicate");
            BatchChanges changes = BatchChanges.of(push.batch(), List.of(row(push)), 0);
            assertThat(changes.changes()).hasSizeLessThanOrEqualTo(100);
        } catch (PushRejected e) {
            assertThat(e.payload()).isEqualTo(body == null ? new byte[0] : body);
            assertThat(e.problem().toJson()).hasSizeLessThan(200_000);
            assertThat(e.problem().status()).isIn(400, 422);
            assertThat(e.problem().detail()).doesNotContain("Exception", "jackson", "\tat ");
            assertThat(Quarantined.parameters(e)).containsKeys("payloadHash", "reason", "detail", "payload");
        }
    }

    private static Map<String, Object> row(Push push) {
        Map<String, Object> row = new HashMap<>();
        row.put("sequence", push.sequence());
        row.put("module", push.module());
        row.put("updated_at", push.updatedAt());
        row.put("payload", push.payload());
        return row;
    }
}
