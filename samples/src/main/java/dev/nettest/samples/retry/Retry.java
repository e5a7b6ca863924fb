package dev.nettest.samples.retry;

import java.io.IOException;
import java.time.Duration;

/**
 * Does something that fails now and then: again after a pause, which is twice as long each time up to a longest one, until it succeeds or
 * has been tried often enough.
 */
public final class Retry {

    /** What is tried. */
    @FunctionalInterface
    public interface Attempt<T> {
        T run() throws IOException;
    }

    /** {@code Thread.sleep}, or a test's idea of it. */
    @FunctionalInterface
    public interface Sleeper {
        void sleep(Duration duration) throws InterruptedException;
    }

    private final int attempts;
    private final Duration firstPause;
    private final Duration longestPause;
    private final Sleeper sleeper;

    public Retry(int attempts, Duration firstPause, Duration longestPause, Sleeper sleeper) {
        if (attempts < 1) {
            throw new IllegalArgumentException("attempts must be at least 1: " + attempts);
        }
        this.attempts = attempts;
        this.firstPause = firstPause;
        this.longestPause = longestPause;
        this.sleeper = sleeper;
    }

    /** The result of the first attempt that succeeds; throws what the last one threw, with what the others threw attached. */
    public <T> T call(Attempt<T> attempt) throws IOException, InterruptedException {
        Duration pause = firstPause;
        IOException failure = null;
        for (int left = attempts; left > 0; left--) {
            try {
                return attempt.run();
            } catch (IOException e) {
                if (failure != null) {
                    e.addSuppressed(failure);
                }
                failure = e;
            }
            if (left > 1) {
                sleeper.sleep(pause);
                Duration doubled = pause.multipliedBy(2);
                pause = doubled.compareTo(longestPause) < 0 ? doubled : longestPause;
            }
        }
        throw failure;
    }
}
