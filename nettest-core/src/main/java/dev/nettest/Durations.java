package dev.nettest;

import java.time.Duration;

/** Durations as people write them. */
final class Durations {

    private Durations() {}

    /** "5 s", "250 ms", "1 min 30 s". */
    static String text(Duration duration) {
        if (duration.toNanos() % 1_000_000_000 == 0) {
            long seconds = duration.toSeconds();
            if (seconds < 60) {
                return seconds + " s";
            }
            String minutes = seconds / 60 + " min";
            return seconds % 60 == 0 ? minutes : minutes + " " + seconds % 60 + " s";
        }
        if (duration.toNanos() % 1_000_000 == 0) {
            return duration.toMillis() + " ms";
        }
        return duration.toNanos() + " ns";
    }
}
