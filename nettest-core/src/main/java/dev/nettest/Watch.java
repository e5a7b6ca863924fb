package dev.nettest;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks again and again, in real time, while somebody wants it: nobody tells when a thread begins to wait for something that is not
 * the network's. Its thread ends when it has had nothing to look at for a while.
 */
final class Watch {

    private static final long SHORTEST_NANOS = TimeUnit.MICROSECONDS.toNanos(20);
    private static final long LONGEST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final String name;
    private final BooleanSupplier wanted;
    private final BooleanSupplier look;
    private final Helper helper = new Helper();
    private final ReentrantLock lock = new ReentrantLock();

    /** Guarded by {@link #lock}. */
    private @Nullable Thread thread;

    private volatile boolean looking;

    /**
     * @param wanted whether there is anything to look for
     * @param look looks, and says whether it was worth it
     */
    Watch(String name, BooleanSupplier wanted, BooleanSupplier look) {
        this.name = name;
        this.wanted = wanted;
        this.look = look;
    }

    /** There may be something to look for now. */
    void start() {
        if (!looking) {
            wake();
        }
    }

    /** There is probably something to see now. */
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

    Helper helper() {
        return helper;
    }

    private void run() {
        helper.begin();
        do {
            looking = true;
            lookWhileWanted();
            looking = false;
            if (!wanted.getAsBoolean()) {
                LockSupport.parkNanos(this, KEEP_ALIVE_NANOS);
            }
        } while (wanted.getAsBoolean() || !ended());
    }

    private void lookWhileWanted() {
        long pause = SHORTEST_NANOS;
        while (wanted.getAsBoolean()) {
            if (look.getAsBoolean()) {
                pause = SHORTEST_NANOS;
            } else {
                LockSupport.parkNanos(this, pause);
                pause = Math.min(LONGEST_NANOS, 2 * pause);
            }
        }
    }

    private boolean ended() {
        lock.lock();
        try {
            boolean done = !wanted.getAsBoolean();
            if (done) {
                thread = null;
            }
            return done;
        } finally {
            lock.unlock();
        }
    }
}
