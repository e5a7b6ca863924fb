package dev.nettest.samples.netty;

import dev.nettest.NetworkClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Collects the times of events, since its construction. Any thread. */
public final class Times {

    private final NetworkClock clock;
    private final int count;
    private final long begin;
    private final List<Duration> times = new ArrayList<>();
    private final CompletableFuture<List<Duration>> all = new CompletableFuture<>();

    /** @param count how many events there are */
    public Times(NetworkClock clock, int count) {
        this.clock = clock;
        this.count = count;
        this.begin = clock.nanoTime();
    }

    /** An event happens now. Later ones than the last are ignored. */
    public synchronized void add() {
        times.add(Duration.ofNanos(clock.nanoTime() - begin));
        if (times.size() == count) {
            all.complete(List.copyOf(times));
        }
    }

    /** Complete after the last event. */
    public CompletableFuture<List<Duration>> all() {
        return all;
    }

    /** Durations of so many seconds. */
    public static List<Duration> seconds(String... seconds) {
        return Stream.of(seconds)
                .map(number -> Duration.parse("PT" + number + "S"))
                .toList();
    }
}
