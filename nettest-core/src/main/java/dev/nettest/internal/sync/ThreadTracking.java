package dev.nettest.internal.sync;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A thread that is registered with networks: its present wait, and the listeners that count it. A {@link TrackedThread}
 * is registered from its start; any other thread can be for a while. An unregistered thread pays one check per wait.
 */
public final class ThreadTracking {

    private static final ThreadLocal<@Nullable ThreadTracking> ATTACHED = new ThreadLocal<>();

    /** How many threads of the process are attached: a hint that saves most reads of the thread local. */
    private static final AtomicInteger ATTACHMENTS = new AtomicInteger();

    private final Thread thread;
    private final ReentrantLock changing = new ReentrantLock();

    /** Written under {@link #changing}. */
    private volatile List<RunnableListener> listeners = List.of();

    private volatile @Nullable ThreadWaiter waiter;

    private final @Nullable InterruptHook interrupts;

    /** @param interrupts null for a {@link TrackedThread}, which observes its interrupts itself */
    ThreadTracking(Thread thread, @Nullable InterruptHook interrupts) {
        this.thread = thread;
        this.interrupts = interrupts;
    }

    @Nullable
    InterruptHook interrupts() {
        return interrupts;
    }

    /** The current thread, or null if it is not registered with any network. */
    public static @Nullable ThreadTracking current() {
        if (Thread.currentThread() instanceof TrackedThread tracked) {
            return tracked.tracking();
        }
        return ATTACHMENTS.get() == 0 ? null : ATTACHED.get();
    }

    /**
     * The current thread, attached if it was not.
     *
     * @param interrupts observes interrupts of the current thread; unused if the thread is attached already
     */
    public static ThreadTracking ofCurrentThread(InterruptHook interrupts) {
        ThreadTracking current = current();
        if (current != null) {
            return current;
        }
        ThreadTracking attached = new ThreadTracking(Thread.currentThread(), interrupts);
        ATTACHMENTS.incrementAndGet(); // stays too high if the thread ends without removing its listeners
        ATTACHED.set(attached);
        return attached;
    }

    public Thread thread() {
        return thread;
    }

    public List<RunnableListener> listeners() {
        return listeners;
    }

    public void add(RunnableListener listener) {
        changing.lock();
        try {
            List<RunnableListener> more = new ArrayList<>(listeners);
            more.add(listener);
            listeners = List.copyOf(more);
        } finally {
            changing.unlock();
        }
    }

    /** Callable by any thread. A wait that has begun is still reported to {@code listener}. */
    public void remove(RunnableListener listener) {
        changing.lock();
        try {
            List<RunnableListener> fewer = new ArrayList<>(listeners);
            fewer.remove(listener);
            listeners = List.copyOf(fewer);
        } finally {
            changing.unlock();
        }
        if (listeners.isEmpty() && Thread.currentThread() == thread && ATTACHED.get() == this) {
            ATTACHED.remove();
            ATTACHMENTS.decrementAndGet();
        }
    }

    void waiter(@Nullable ThreadWaiter current) {
        waiter = current;
    }

    /** The wait in the network that it is inside of, woken or not; null if there is none. */
    public @Nullable Object currentWait() {
        return waiter;
    }

    /** The present wait; null if there is none. */
    public @Nullable ThreadWaiter waiter() {
        return waiter;
    }

    /** True if it is inside a wait in the network, woken or not. */
    public boolean isInWait() {
        return waiter != null;
    }

    /** True if it is inside such a wait and was woken: marked runnable, but perhaps not running yet. */
    public boolean isWoken() {
        ThreadWaiter current = waiter;
        return current != null && current.isWoken();
    }
}
