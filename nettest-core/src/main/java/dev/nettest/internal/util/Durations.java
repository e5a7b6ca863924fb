package dev.nettest.internal.util;

import java.time.Duration;

/** Formats durations for messages. */
public final class Durations {

    /** Seconds, about thirty years. Longer durations are formatted in seconds, since nanoseconds could overflow. */
    private static final long LONG = 1_000_000_000;

    private Durations() {}

    /** "5 s", "250 ms", "1 min 30 s". */
    public static String text(Duration duration) {
        long seconds = duration.toSeconds();
        if (duration.toNanosPart() == 0 || seconds > LONG) {
            if (seconds < 60 || seconds > LONG) {
                return seconds + " s";
            }
            String minutes = seconds / 60 + " min";
            return seconds % 60 == 0 ? minutes : minutes + " " + seconds % 60 + " s";
        }
        if (duration.toNanosPart() % 1_000_000 == 0) {
            return duration.toMillis() + " ms";
        }
        return duration.toNanos() + " ns";
    }
}
