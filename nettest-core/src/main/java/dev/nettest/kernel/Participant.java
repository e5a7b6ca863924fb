package dev.nettest.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A thread that takes part in networks: where it waits, which of its networks are told. A {@link CountedThread} is one from
 * birth; any other thread can become one for a while. Threads that are none pay nothing but the question.
 */
public final class Participant {

    private static final ThreadLocal<@Nullable Participant> ATTACHED = new ThreadLocal<>();

    /** How many threads are attached in the whole process: a hint, so that nobody asks the thread local in vain. */
    private static final AtomicInteger ATTACHMENTS = new AtomicInteger();

    private final Thread thread;
    private final ReentrantLock joining = new ReentrantLock();

    /** Changed by whoever holds {@link #joining}. */
    private volatile List<Membership> memberships = List.of();

    private volatile @Nullable ThreadWaiter waiter;

    private final @Nullable Interrupts interrupts;

    /** @param interrupts null for one that hears of its interrupts itself */
    Participant(Thread thread, @Nullable Interrupts interrupts) {
        this.thread = thread;
        this.interrupts = interrupts;
    }

    @Nullable
    Interrupts interrupts() {
        return interrupts;
    }

    /** The current thread, if it takes part anywhere. */
    public static @Nullable Participant current() {
        if (Thread.currentThread() instanceof CountedThread counted) {
            return counted.participant();
        }
        return ATTACHMENTS.get() == 0 ? null : ATTACHED.get();
    }

    /**
     * The current thread, to {@link #join} with.
     *
     * @param interrupts of the current thread, where it is not known yet
     */
    public static Participant ofCurrentThread(Interrupts interrupts) {
        Participant current = current();
        if (current != null) {
            return current;
        }
        Participant attached = new Participant(Thread.currentThread(), interrupts);
        ATTACHMENTS.incrementAndGet(); // never taken back where a thread just ends; it is a hint
        ATTACHED.set(attached);
        return attached;
    }

    public Thread thread() {
        return thread;
    }

    public List<Membership> memberships() {
        return memberships;
    }

    public void join(Membership membership) {
        joining.lock();
        try {
            List<Membership> more = new ArrayList<>(memberships);
            more.add(membership);
            memberships = List.copyOf(more);
        } finally {
            joining.unlock();
        }
    }

    /** By any thread. A wait that has begun is still reported to {@code membership}. */
    public void leave(Membership membership) {
        joining.lock();
        try {
            List<Membership> fewer = new ArrayList<>(memberships);
            fewer.remove(membership);
            memberships = List.copyOf(fewer);
        } finally {
            joining.unlock();
        }
        if (memberships.isEmpty() && Thread.currentThread() == thread && ATTACHED.get() == this) {
            ATTACHED.remove();
            ATTACHMENTS.decrementAndGet();
        }
    }

    void waiter(@Nullable ThreadWaiter current) {
        waiter = current;
    }

    /** Whether it is inside a wait of a network's, woken or not. */
    public boolean isInWait() {
        return waiter != null;
    }

    /** Whether it is inside such a wait and was woken: marked runnable, but perhaps not running yet. */
    public boolean isWoken() {
        ThreadWaiter current = waiter;
        return current != null && current.isWoken();
    }
}
