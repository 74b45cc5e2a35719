package io.resourcesync.dragonpass.batch;

import java.time.Duration;
import org.apache.camel.util.TimeUtils;

/** Durations as Camel writes them in properties, such as {@code 15m} or {@code 48h}. */
public final class Durations {

    /** As SQL computes with them: whole seconds. */
    public int seconds(String duration) {
        return Math.toIntExact(parse(duration).toSeconds());
    }

    /**
     * @throws IllegalArgumentException when it is none
     */
    public static Duration parse(String duration) {
        return Duration.ofMillis(TimeUtils.toMilliSeconds(duration));
    }
}
