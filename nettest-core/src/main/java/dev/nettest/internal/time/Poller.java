package dev.nettest.internal.time;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Repeats a probe in real time while it is wanted, because waits outside the network are not reported. Its thread ends
 * some time after the last wanted probe, or at once if no network is left that may want another one.
 */
final class Poller {

    private static final long SHORTEST_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final String name;
    private final BooleanSupplier wanted;
    private final BooleanSupplier probe;
    private final BooleanSupplier lingers;
    private final ClockThread clockThread = new ClockThread();
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private @Nullable Thread thread;

    private volatile boolean polling;

    /**
     * @param wanted whether there is anything to probe for
     * @param probe probes once, and returns true if that had an effect
     * @param lingers whether to keep the thread for later probes
     */
    Poller(String name, BooleanSupplier wanted, BooleanSupplier probe, BooleanSupplier lingers) {
        this.name = name;
        this.wanted = wanted;
        this.probe = probe;
        this.lingers = lingers;
    }

    /** Probes may be wanted now. */
    void start() {
        if (!polling) {
            wake();
        }
    }

    /** A probe will probably have an effect now: ends the current pause. */
    void wake() {
        lock.lock();
        try {
            if (thread == null) {
                thread = new Thread(this::run, name);
                thread.setDaemon(true);
                thread.start();
            } else {
                LockSupport.unpark(thread);
            }
        } finally {
            lock.unlock();
        }
    }

    /** A network was closed: the thread may no longer linger. */
    void networkClosed() {
        lock.lock();
        try {
            if (thread != null && !lingers.getAsBoolean()) {
                LockSupport.unpark(thread);
            }
        } finally {
            lock.unlock();
        }
    }

    ClockThread thread() {
        return clockThread;
    }

    private void run() {
        clockThread.begin();
        do {
            polling = true;
            pollWhileWanted();
            polling = false;
            linger();
        } while (wanted.getAsBoolean() || !endIfUnwanted());
    }

    private void pollWhileWanted() {
        long pause = SHORTEST_NANOS;
        while (wanted.getAsBoolean()) {
            if (probe.getAsBoolean()) {
                pause = SHORTEST_NANOS;
            } else {
                LockSupport.parkNanos(this, pause);
                pause = Math.min(LONGEST_NANOS, 2 * pause);
            }
        }
    }

    private void linger() {
        long end = System.nanoTime() + KEEP_ALIVE_NANOS;
        long left = KEEP_ALIVE_NANOS;
        while (left > 0 && !wanted.getAsBoolean() && lingers.getAsBoolean()) {
            LockSupport.parkNanos(this, left);
            left = end - System.nanoTime();
        }
    }

    private boolean endIfUnwanted() {
        lock.lock();
        try {
            boolean unwanted = !wanted.getAsBoolean();
            if (unwanted) {
                thread = null;
            }
            return unwanted;
        } finally {
            lock.unlock();
        }
    }
}
