package io.resourcesync.dragonpass.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Durations as properties have them. */
class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "500ms,PT0.5S",
        "90s,PT1M30S",
        "15m,PT15M",
        "48h,PT48H",
        "2d,PT48H",
        "1h30m,PT1H30M",
        "250,PT0.25S",
        "0,PT0S"
    })
    void shouldReadWhatCamelReads(String text, Duration duration) {
        assertThat(Durations.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "soon",
                "m",
                "15 minutes later",
                "15M",
                "1m1h",
                "-5s",
                " 5s",
                "9999999999h",
                "2147483648000d",
                "1,5h",
                "-",
                "--5s",
                "99999999999999999999h"
            })
    void shouldRefuseWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldGiveSqlWholeSeconds() {
        assertThat(new Durations().seconds("48h")).isEqualTo(172_800);
    }
}
