package io.resourcesync.dragonpass.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.util.List;

/** Whatever the API answers, it is a list of events or a failure that can be told. */
class RecoveryAnswerFuzzTest {

    private static final int MAX_BYTES = 100_000;

    @FuzzTest(maxDuration = "15s")
    void shouldReadAnAnswerOrSayWhyNot(byte[] body) {
        try {
            List<byte[]> events = RecoveryAnswer.events(new ByteArrayInputStream(body), MAX_BYTES);
            assertThat(events).doesNotContainNull();
        } catch (RecoveryFailed e) {
            assertThat(e.outcome()).matches("[a-z0-9-]{1,20}");
            assertThat(e.getMessage()).hasSizeLessThan(200).doesNotContain("Exception");
        }
    }
}
