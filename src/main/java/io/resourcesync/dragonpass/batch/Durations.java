package io.resourcesync.dragonpass.batch;

import java.time.Duration;
import java.util.regex.Pattern;
import org.apache.camel.util.TimeUtils;

/** Durations as Camel writes them in properties, such as {@code 15m} or {@code 48h}. */
public final class Durations {

    /** Camel's parser would take what comes after the last unit for nothing, and "s" for an array index. */
    private static final Pattern FORM = Pattern.compile("-?\\d+|(?=\\d)(\\d+d)?(\\d+h)?(\\d+m)?(\\d+s)?(\\d+ms)?");

    /** As SQL computes with them: whole seconds. */
    public int seconds(String duration) {
        return Math.toIntExact(parse(duration).toSeconds());
    }

    /**
     * @throws IllegalArgumentException when it is none
     */
    public static Duration parse(String duration) {
        if (!FORM.matcher(duration).matches()) {
            throw new IllegalArgumentException(duration + " is no duration");
        }
        return Duration.ofMillis(TimeUtils.toMilliSeconds(duration));
    }
}
