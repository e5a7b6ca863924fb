package dev.nettest.internal.time;

import dev.nettest.internal.sync.ThreadTracking;
import dev.nettest.internal.sync.Threads;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Checks if every thread that counts as runnable waits for something outside the network. Thread states of the JDK
 * alone would be unsound: a woken thread that has not run yet still looks as if it waited. So the probe asks the
 * operating system, in two rounds.
 *
 * <p>The first round notes a mark of the sleep of each thread. The second proves that the thread has slept since, see
 * {@link ProcThread}. If that holds for all threads, they all slept at the same time: at each instant between the end
 * of the first round and the start of the second. If no count has changed either, no registered thread was left to wake
 * another.
 *
 * <p>A thread that waits for a monitor or a lock continues when the owner releases it. So the owner has to be one of
 * the threads that slept, or the caller.
 *
 * <p>The virtual machine's own thread that stops all others has to sleep all the time too. A thread that it stopped
 * while leaving a wait would otherwise look as if it still waited.
 */
final class QuiescenceProbe {

    private static final String VM_THREAD = "VM Thread";

    /** In place of a wait in the network: any wait outside. */
    private static final Object OUTSIDE = new Object();

    /** The number of top stack frames searched for {@code Thread.sleep}. */
    private static final int TOP_FRAMES = 8;

    private static volatile @Nullable ProcThread vmThread;

    private final Collection<ActivityTracker> activities;
    private final @Nullable ThreadTracking except;
    private final boolean countDeliveries;

    private final SleepProof proof = new SleepProof();

    /** The marks of threads in a timed wait, before the search of their stacks. */
    private final Map<Thread, Long> searched = new HashMap<>();

    /** Platform threads that wait for a monitor or a lock that may have an owner. */
    private final List<Thread> lockWaiters = new ArrayList<>();

    /** A thread of which the system cannot tell if it waits, preferably one with work. */
    private @Nullable BusyReason unknowable;

    /** The thread that wants to know, and waits for the answer. */
    private final Thread caller = Thread.currentThread();

    private QuiescenceProbe(
            Collection<ActivityTracker> activities, @Nullable ThreadTracking except, boolean countDeliveries) {
        this.activities = activities;
        this.except = except;
        this.countDeliveries = countDeliveries;
    }

    /**
     * Probes {@code activities} once.
     *
     * @param except a thread that does not count: the caller
     * @param countDeliveries whether deliveries in flight keep a network busy
     * @return why they are busy; null if, at one instant since this call, no registered thread could run
     */
    static @Nullable BusyReason busy(
            Collection<ActivityTracker> activities, @Nullable ThreadTracking except, boolean countDeliveries) {
        QuiescenceProbe probe = new QuiescenceProbe(activities, except, countDeliveries);
        if (probe.isIdleByCount()) {
            return null;
        }
        return Threads.isVirtual(Thread.currentThread()) ? probe.probeOnPlatformThread() : probe.probe();
    }

    /**
     * True if, by the counts alone, no thread could run at one instant since this call.
     */
    static boolean isIdleByCount(ActivityTracker activity) {
        return new QuiescenceProbe(List.of(activity), null, true).isIdleByCount();
    }

    private boolean isIdleByCount() {
        long before = states();
        for (ActivityTracker activity : activities) {
            ThreadRegistration own = except == null ? null : activity.registrationOf(except);
            if (ActivityTracker.count(activity.state()) > (own != null && own.hasWork() ? 1 : 0)
                    || activity.isAnyStarting()) {
                return false;
            }
        }
        return inFlight() == 0 && states() == before;
    }

    /** A virtual thread cannot probe: it would find itself running. */
    private @Nullable BusyReason probeOnPlatformThread() {
        @Nullable BusyReason[] answer = new @Nullable BusyReason[1];
        Thread prober = new Thread(() -> answer[0] = probe(), "nettest-probe");
        prober.setDaemon(true);
        prober.start();
        boolean interrupted = false;
        while (true) {
            try {
                prober.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return answer[0];
    }

    private @Nullable BusyReason probe() {
        long before = states();
        BusyReason sleeper = findSleeper();
        if (sleeper != null) {
            return sleeper;
        }
        ProcThread vm = vmThread();
        BusyReason vmAwake = vm == null ? null : proof.unlessAsleep(vm, BusyReason.vmOperation());
        for (ActivityTracker activity : activities) {
            BusyReason busy = firstRound(activity, vm != null);
            if (busy != null) {
                return busy; // says more than vmAwake
            }
        }
        BusyReason locked = ownerThatRuns(); // owners are read between the rounds, while all threads sleep
        if (locked != null) {
            return locked;
        }
        if (unknowable != null) {
            return unknowable;
        }
        if (vmAwake != null) {
            return vmAwake;
        }
        int count = inFlight(); // read between the rounds too
        if (count > 0) {
            return BusyReason.deliveries(count);
        }
        boolean slept = proof.secondRound(() -> states() == before);
        return slept && states() == before ? null : BusyReason.changing();
    }

    /** Looks for a lock that is about to be released: its owner is none of the threads that sleep in both rounds. */
    private @Nullable BusyReason ownerThatRuns() {
        for (Thread waiter : lockWaiters) {
            LockOwner owner = LockOwner.of(waiter);
            if (owner != null && !isKnownToWait(owner)) {
                return BusyReason.lockIsOwned(waiter, owner);
            }
        }
        return null;
    }

    private boolean isKnownToWait(LockOwner owner) {
        if (owner.id() == caller.getId()) {
            return true;
        }
        for (ActivityTracker activity : activities) {
            for (ThreadRegistration registration : activity.registrations()) {
                if (registration.tracking().thread().getId() == owner.id()) {
                    return true;
                }
            }
            for (Thread awaiting : activity.idleAwaiters()) {
                if (awaiting.getId() == owner.id()) {
                    return true;
                }
            }
        }
        return false;
    }

    private int inFlight() {
        int sum = 0;
        if (countDeliveries) {
            for (ActivityTracker activity : activities) {
                sum += activity.inFlight();
            }
        }
        return sum;
    }

    private long states() {
        long sum = 0;
        for (ActivityTracker activity : activities) {
            sum += activity.state(); // each only grows, so equal sums mean equal states
        }
        return sum;
    }

    /**
     * Finds a thread in {@code Thread.sleep}: it will run by itself. This comes before the rounds, because the
     * virtual machine may stop its threads to read a stack. {@link #searched} shows in the first round if a thread has
     * run since.
     */
    private @Nullable BusyReason findSleeper() {
        for (ActivityTracker activity : activities) {
            for (ThreadRegistration registration : activity.registrations()) {
                Thread thread = registration.tracking().thread();
                if (!registration.hasWork()
                        || registration.tracking().isInWait()
                        || thread.getState() != Thread.State.TIMED_WAITING
                        || registration.markProvenIn(OUTSIDE) >= 0) { // it was no sleeper then, and has not run since
                    continue;
                }
                ProcThread osThread = registration.osThread();
                searched.put(thread, osThread == null ? ProcThread.AWAKE : osThread.markIfAsleep());
                if (isSleeping(thread)) {
                    return BusyReason.sleeps(thread);
                }
            }
        }
        return null;
    }

    private @Nullable BusyReason firstRound(ActivityTracker activity, boolean vmThreadKnown) {
        ProcThread clockThread = activity.clockThread();
        BusyReason clockAwake =
                clockThread == null ? null : proof.unlessAsleep(clockThread, BusyReason.clockThreadRuns());
        int explained = 0;
        for (ThreadRegistration registration : activity.registrations()) {
            ThreadTracking tracking = registration.tracking();
            if (tracking == except) {
                explained += registration.hasWork() ? 1 : 0;
                continue;
            }
            Object wait = tracking.currentWait();
            if (wait != null) {
                if (tracking.isWoken()) {
                    return BusyReason.woken(tracking.thread());
                }
                BusyReason entering = inNetworkWait(registration, wait);
                if (entering != null) {
                    return entering;
                }
                continue;
            }
            boolean hasWork = registration.hasWork();
            BusyReason busy = outsideNetworkWait(registration, hasWork, vmThreadKnown);
            if (busy != null) {
                return busy;
            }
            explained += hasWork ? 1 : 0;
        }
        if (activity.isAnyStarting() || ActivityTracker.count(activity.state()) != explained) {
            return BusyReason.unexplained();
        }
        return clockAwake;
    }

    /**
     * A thread counts itself out before it parks. Until it parks, it may still have to wake the next owner of a lock.
     */
    private @Nullable BusyReason inNetworkWait(ThreadRegistration registration, Object wait) {
        Thread thread = registration.tracking().thread();
        ProcThread osThread = registration.osThread();
        if (Threads.isVirtual(thread)) {
            return proof.carriersAwake();
        }
        BusyReason entering = BusyReason.enteringWait(thread);
        if (thread.getState() == Thread.State.RUNNABLE) {
            return entering; // /proc may show it asleep for a moment, inside the virtual machine
        }
        if (osThread == null || proof.repeats(registration, wait, osThread)) {
            return null;
        }
        return proof.unlessAsleep(osThread, entering);
    }

    private @Nullable BusyReason outsideNetworkWait(
            ThreadRegistration registration, boolean hasWork, boolean vmThreadKnown) {
        Thread thread = registration.tracking().thread();
        Thread.State state = thread.getState();
        if (state == Thread.State.NEW) {
            return hasWork ? BusyReason.notBegun(thread) : null;
        }
        if (state == Thread.State.TERMINATED && registration.isGone()) {
            registration.activity().forget(registration);
            return hasWork ? BusyReason.changing() : null;
        }
        // Also for a thread without work, which may sleep for a moment before it wakes another one. An ending thread
        // does so inside the virtual machine before it wakes the threads that join it.
        if (state == Thread.State.RUNNABLE) {
            return BusyReason.canRun(thread);
        }
        if (Threads.isVirtual(thread)) {
            return virtualOutsideNetworkWait(thread, hasWork, vmThreadKnown);
        }
        ProcThread osThread = registration.osThread();
        if (osThread == null || !vmThreadKnown) {
            return unknowable(BusyReason.unknowable(thread), hasWork);
        }
        if (LockOwner.mayExistFor(thread)) {
            lockWaiters.add(thread);
        }
        if (proof.repeats(registration, OUTSIDE, osThread)) {
            return null;
        }
        long mark = osThread.markIfAsleep();
        if (mark < 0) {
            return BusyReason.canRun(thread);
        }
        if (hasWork && state == Thread.State.TIMED_WAITING && !Objects.equals(searched.get(thread), mark)) {
            return BusyReason.justBegunToWait(thread);
        }
        proof.asleep(osThread, mark);
        return null;
    }

    /** Notes {@code reason}. It is the answer only if no other thread is seen to run. */
    private @Nullable BusyReason unknowable(BusyReason reason, boolean hasWork) {
        if (hasWork || unknowable == null) {
            unknowable = reason;
        }
        return null;
    }

    private @Nullable BusyReason virtualOutsideNetworkWait(Thread thread, boolean hasWork, boolean vmThreadKnown) {
        if (VirtualThreadStats.available() == null || !vmThreadKnown) {
            return unknowable(BusyReason.unknowableVirtual(thread), hasWork);
        }
        if (thread.getState() == Thread.State.TIMED_WAITING && !searched.containsKey(thread)) {
            return BusyReason.justBegunToWait(thread);
        }
        if (thread.getState() == Thread.State.BLOCKED) {
            return BusyReason.blockedOnMonitor(thread);
        }
        return proof.virtualWait(thread);
    }

    private static @Nullable ProcThread vmThread() {
        ProcThread known = vmThread;
        if (known == null) {
            List<ProcThread> found = ProcThread.named(List.of(VM_THREAD));
            known = found.size() == 1 ? found.get(0) : null;
            vmThread = known;
        }
        return known;
    }

    private static boolean isSleeping(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        for (int i = 0; i < Math.min(TOP_FRAMES, stack.length); i++) {
            if (stack[i].getClassName().equals("java.lang.Thread")
                    && stack[i].getMethodName().startsWith("sleep")) {
                return true;
            }
        }
        return false;
    }
}
