package dev.nettest.samples.retry;

import java.io.IOException;
import java.time.Duration;

/**
 * Retries an operation until it succeeds or the attempts are used up. The pause between attempts doubles up to a
 * maximum.
 */
public final class Retry {

    /** The operation. */
    @FunctionalInterface
    public interface Attempt<T> {
        T run() throws IOException;
    }

    /** {@code Thread.sleep}, or the sleep of a test's clock. */
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

    /** The result of the first successful attempt. Throws the last failure, with the earlier ones as suppressed. */
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
