package io.resourcesync.dragonpass.batch;

import java.time.Duration;
import java.util.regex.Pattern;
import org.apache.camel.util.TimeUtils;

/** Durations as Camel writes them in properties, such as {@code 15m} or {@code 48h}. */
public final class Durations {

    /** What Camel documents; from anything else it reads 0, or fails with an index out of bounds. */
    private static final Pattern DURATION =
            Pattern.compile("\\d{1,9}|(?=.)(\\d{1,9}d)?(\\d{1,9}h)?(\\d{1,9}m)?(\\d{1,9}s)?(\\d{1,9}ms)?");

    /** As SQL computes with them: whole seconds. */
    public int seconds(String duration) {
        return Math.toIntExact(parse(duration).toSeconds());
    }

    /**
     * @throws IllegalArgumentException when it is none
     */
    public static Duration parse(String duration) {
        if (!DURATION.matcher(duration).matches()) {
            throw new IllegalArgumentException("no duration: " + duration);
        }
        return Duration.ofMillis(TimeUtils.toMilliSeconds(duration));
    }
}
