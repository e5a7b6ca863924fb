package dev.nettest.internal.link;

import dev.nettest.internal.sync.Timers;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Serialises transmissions at a shared rate. Lock-free. */
final class RateLimiter {

    private final AtomicLong busyUntil = new AtomicLong(Long.MIN_VALUE);

    /** Transmits {@code bytes} after all earlier transmissions. Returns the time at which the last byte leaves. */
    long transmit(long now, int bytes, long rate) {
        if (rate == 0) {
            return now;
        }
        long needed = nanos(bytes, rate);
        long busy;
        long left;
        do {
            busy = busyUntil.get();
            left = Timers.deadline(Math.max(now, busy), needed);
        } while (!busyUntil.compareAndSet(busy, left));
        return left;
    }

    private static long nanos(int bytes, long rate) {
        long second = TimeUnit.SECONDS.toNanos(1);
        return Math.round((double) bytes * Byte.SIZE * second / rate);
    }
}
