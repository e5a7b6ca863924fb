package dev.nettest;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Where everything that shares a rate leaves one after the other. Any thread, without a lock. */
final class Lane {

    private final AtomicLong busyUntil = new AtomicLong(Long.MIN_VALUE);

    /** Sends so many bytes when those before them have left; the instant at which the last of them leaves. */
    long transmit(long now, int bytes, long rate) {
        if (rate == 0) {
            return now;
        }
        long needed = nanos(bytes, rate);
        long busy;
        long left;
        do {
            busy = busyUntil.get();
            left = Math.max(now, busy) + needed;
        } while (!busyUntil.compareAndSet(busy, left));
        return left;
    }

    private static long nanos(int bytes, long rate) {
        long second = TimeUnit.SECONDS.toNanos(1);
        return Math.round((double) bytes * Byte.SIZE * second / rate);
    }
}
