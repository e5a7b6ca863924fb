package dev.nettest.internal.time;

import dev.nettest.NetworkClock;
import dev.nettest.internal.sync.RunnableListener;
import dev.nettest.internal.sync.ThreadTracking;
import dev.nettest.internal.sync.ThreadWaiter;
import dev.nettest.internal.sync.TrackedThread;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Counts what keeps a network busy: runnable registered threads, queued tasks, in-flight deliveries.
 *
 * <p>The count is never too low. A waker counts a thread in before it wakes it, and an executor counts a task in before
 * it hands it over. Only the thread itself counts itself out. So at zero no registered thread can run. The count is too
 * high while a thread waits for something outside the network; {@link QuiescenceProbe} then asks the operating system.
 */
public final class ActivityTracker {

    private static final int COUNT_BITS = 24;
    private static final int FEW = 64;
    private static final String OWN_THREADS = "nettest-";
    private static final long CHANGE = 1L << COUNT_BITS;

    /** The sign bit of {@link #state}: the network is closed, and its threads no longer count on the clock. */
    private static final long ENDED = Long.MIN_VALUE;

    private final NetworkClock clock;
    private final @Nullable VirtualClockImpl virtual;
    private final @Nullable SelfAdvancingClock selfAdvancing;

    /** The count in the low bits, the number of its changes above them. */
    private final AtomicLong state = new AtomicLong();

    private final AtomicInteger inFlight = new AtomicInteger();

    /** The registrations whose threads have begun. */
    private final Set<ThreadRegistration> registrations = ConcurrentHashMap.newKeySet();

    /** Threads of {@link #threadFactory()} that are not counted yet. */
    private final Set<Thread> starting = ConcurrentHashMap.newKeySet();

    /** The registrations made by {@code participate()}. */
    private final Set<ThreadRegistration> participations = ConcurrentHashMap.newKeySet();

    /** The registrations made by {@link #joinIfWanted()}. The probe forgets those of ended threads. */
    private final Set<ThreadRegistration> joined = ConcurrentHashMap.newKeySet();

    /** Selects the threads that join by themselves; null for none. */
    private final @Nullable Predicate<? super Thread> joining;

    /** The threads that wait in an await of idleness, registered or not. */
    private final Set<Thread> idleAwaiters = ConcurrentHashMap.newKeySet();

    private final AtomicInteger names = new AtomicInteger();

    /** With more registrations than this, the next thread that begins removes those of ended threads. */
    private volatile int sweepAt = FEW;

    private final FailedTasks failedTasks = new FailedTasks();

    private volatile Runnable onIdle = () -> {};
    private volatile Runnable onEnd = () -> {};
    private volatile NetworkWaits waits = NetworkWaits.NONE;

    /** @param joining selects the threads that join by themselves; null for none */
    public ActivityTracker(NetworkClock clock, @Nullable Predicate<? super Thread> joining) {
        this.joining = joining;
        this.clock = clock;
        this.virtual = clock instanceof VirtualClockImpl known ? known : null;
        this.selfAdvancing = clock instanceof SelfAdvancingClock known ? known : null;
    }

    /** @param action runs outside every lock when the count or the number of deliveries in flight becomes zero */
    void onIdle(Runnable action) {
        onIdle = action;
    }

    /** @param action runs outside every lock when the network was closed */
    void onEnd(Runnable action) {
        onEnd = action;
    }

    /** @param known the waits of the network, for a clock that finds that they cannot end */
    public void waits(NetworkWaits known) {
        waits = known;
    }

    NetworkWaits waits() {
        return waits;
    }

    NetworkClock clock() {
        return clock;
    }

    /** The clock's own thread; null if there is none, or if it is the current thread. */
    @Nullable
    ProcThread clockThread() {
        if (clock instanceof SystemClock system) {
            return system.thread().unlessCurrent();
        }
        return selfAdvancing == null ? null : selfAdvancing.pollingThread().unlessCurrent();
    }

    /** The clock if it is self-advancing, else null. */
    @Nullable
    public SelfAdvancingClock selfAdvancing() {
        return selfAdvancing;
    }

    // ---- counting

    /** Counts a thread or a task before it can run. */
    void increment() {
        if (isEnded()) {
            state.addAndGet(CHANGE + 1);
            return;
        }
        clock.threadRunnable(); // first: end() then takes back only what the clock knows
        if (state.addAndGet(CHANGE + 1) < 0) {
            clock.threadWaiting();
        }
    }

    /** Counts a thread or a task out. A self-advancing clock may move in this call, and then runs its timers. */
    void decrement() {
        long now = state.addAndGet(CHANGE - 1);
        if (count(now) == 0) {
            onIdle.run(); // before time moves
        }
        if (now >= 0) {
            clock.threadWaiting();
        }
    }

    /** Something is in flight that will change the network without further action. */
    void deliveryStarted() {
        inFlight.incrementAndGet();
    }

    /** It has arrived or was cancelled. The threads that it woke are already counted. */
    void deliveryFinished() {
        if (inFlight.decrementAndGet() == 0) {
            onIdle.run();
        }
    }

    /** True if the network is closed. */
    boolean isEnded() {
        return state.get() < 0;
    }

    /** Count and changes in one value: if it is unchanged, no thread was counted in or out meanwhile. */
    long state() {
        return state.get();
    }

    static int count(long state) {
        return (int) (state & (CHANGE - 1));
    }

    /** The deliveries in flight. Zero on a manual clock: there they arrive only if the test moves the clock. */
    int inFlight() {
        return virtual == null || selfAdvancing != null ? inFlight.get() : 0;
    }

    /** The waits of registered threads in the network. */
    public List<ThreadWaiter> waitsOfRegisteredThreads() {
        List<ThreadWaiter> waits = new ArrayList<>();
        for (ThreadRegistration registration : registrations) {
            ThreadWaiter wait = registration.tracking().waiter();
            if (wait != null) {
                waits.add(wait);
            }
        }
        return waits;
    }

    /** The last tasks that ended with an exception, apart from those of a closed network. */
    public FailedTasks failedTasks() {
        return failedTasks;
    }

    // ---- registered threads

    Set<ThreadRegistration> registrations() {
        return registrations;
    }

    /** The threads that wait in an await of idleness, registered or not. */
    Set<Thread> idleAwaiters() {
        return idleAwaiters;
    }

    /** Drops the registration of a thread that has ended. */
    void forget(ThreadRegistration registration) {
        leaveJoined(registration);
        unregister(registration);
        registrations.remove(registration);
    }

    /** The current thread's registration in this network; null if it has none. */
    @Nullable
    public ThreadRegistration current() {
        ThreadTracking tracking = ThreadTracking.current();
        return tracking == null ? null : registrationOf(tracking);
    }

    @Nullable
    ThreadRegistration registrationOf(ThreadTracking tracking) {
        for (RunnableListener listener : tracking.listeners()) {
            if (listener instanceof ThreadRegistration registration && registration.activity() == this) {
                return registration;
            }
        }
        return null;
    }

    /** True if the current thread is registered in a network on {@code clock}. */
    static boolean isCurrentRegisteredOn(NetworkClock clock) {
        ThreadTracking tracking = ThreadTracking.current();
        if (tracking != null) {
            for (RunnableListener listener : tracking.listeners()) {
                if (listener instanceof ThreadRegistration registration && registration.activity().clock == clock) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Registers the current thread until it ends, if it is one that joins by itself. It is no participation: the clock
     * does not move because of it.
     */
    public void joinIfWanted() {
        if (joining != null && !isEnded() && current() == null && isJoining(joining, Thread.currentThread())) {
            ThreadRegistration registration = attach();
            joined.add(registration);
            if (isEnded()) {
                leaveJoined(registration); // end() may have missed it
            }
        }
    }

    /** Threads of the library itself, which run timers and bridges, never join. */
    private static boolean isJoining(Predicate<? super Thread> threads, Thread thread) {
        return !thread.getName().startsWith(OWN_THREADS) && threads.test(thread);
    }

    /** Ends a registration made by {@link #joinIfWanted()}; false if it was made otherwise. */
    public boolean leaveJoined(ThreadRegistration registration) {
        boolean left = joined.remove(registration);
        if (left) {
            registrations.remove(registration);
            registration.end();
        }
        return left;
    }

    private ThreadRegistration attach() {
        ThreadTracking tracking = ThreadTracking.ofCurrentThread(new BlockerInterruptHook());
        ThreadRegistration registration = new ThreadRegistration(this, tracking);
        registration.begin();
        registration.runnable();
        registration.setHasWork(true);
        tracking.add(registration);
        return registration;
    }

    /** Registers the current thread, which counts as runnable from now on. */
    public ThreadRegistration register() {
        ThreadRegistration registration = attach();
        participations.add(registration);
        if (selfAdvancing != null) {
            selfAdvancing.participationOpened();
        }
        if (isEnded()) {
            unregister(registration); // end() may have missed it
        }
        return registration;
    }

    /** Ends a registration made by {@link #register()}. Idempotent. */
    public void unregister(ThreadRegistration registration) {
        if (participations.remove(registration)) {
            if (selfAdvancing != null) {
                selfAdvancing.participationClosed();
            }
            registrations.remove(registration);
            registration.end();
        }
    }

    /** A thread that counts only while it has a task. Its executor counts the task from when it is handed in. */
    Thread newWorker(Runnable work, String name) {
        return new TrackedThread(() -> run(work, own()), name, thread -> new ThreadRegistration(this, thread));
    }

    /** A thread that counts to its end: from its start, or from its begin in a pool of JDK 21 or later. */
    public Thread newThread(Runnable work, String name) {
        Thread made = new TrackedThread(
                () -> runCounted(work, own()), name, thread -> new ThreadRegistration(this, thread), true);
        starting.add(made);
        return made;
    }

    /** A thread of {@code base} that counts from its begin to its end; {@link #isAnyStarting()} shows it before. */
    public @Nullable Thread newThread(Runnable work, ThreadFactory base) {
        Thread made = base.newThread(() -> {
            ThreadRegistration registration = attach();
            joined.add(registration);
            starting.remove(Thread.currentThread());
            try {
                work.run();
            } finally {
                leaveJoined(registration);
            }
        });
        if (made != null) {
            starting.add(made);
        }
        return made;
    }

    /** True if a thread was started that is not counted yet. A thread of a foreign factory may never run its work. */
    boolean isAnyStarting() {
        for (Thread thread : starting) {
            Thread.State state = thread.getState();
            if (state != Thread.State.NEW && state != Thread.State.TERMINATED) {
                return true;
            }
        }
        return false;
    }

    /** The registration of the current thread, which was made here. */
    ThreadRegistration own() {
        return Objects.requireNonNull(current(), "not a thread of this network");
    }

    private void runCounted(Runnable work, ThreadRegistration registration) {
        if (!((TrackedThread) Thread.currentThread()).isReportedByStart()) {
            registration.runnable();
        }
        starting.remove(Thread.currentThread());
        try {
            registration.setHasWork(true);
            run(work, registration);
        } finally {
            registration.setHasWork(false);
            registration.waiting();
        }
    }

    public ThreadFactory threadFactory() {
        return work -> newThread(work, "nettest-thread-" + names.incrementAndGet());
    }

    private void run(Runnable work, ThreadRegistration registration) {
        registration.begin();
        if (registrations.size() > sweepAt) {
            registrations.removeIf(ThreadRegistration::isGone);
            sweepAt = 2 * registrations.size() + FEW;
        }
        try {
            work.run();
        } finally {
            registration.closeFiles();
        }
    }

    /**
     * The network is closed: ends all participations. Threads that still run no longer stop the clock, which other
     * networks may share.
     */
    public void end() {
        for (ThreadRegistration participation : participations) {
            unregister(participation);
        }
        joined.forEach(this::leaveJoined);
        int left = count(state.getAndUpdate(now -> now | ENDED));
        if (virtual != null) {
            virtual.leave(this);
        }
        for (int i = 0; i < left; i++) {
            clock.threadWaiting();
        }
        onEnd.run();
    }
}
