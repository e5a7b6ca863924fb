package dev.nettest.internal.time;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The proof of one {@link QuiescenceProbe} that some threads slept at the same time, in its two rounds. */
final class SleepProof {

    /** The threads that slept in the first round. */
    private final List<Asleep> asleep = new ArrayList<>();

    /** Virtual threads in a wait outside the network that is not for a monitor. */
    private final List<Thread> virtualWaiters = new ArrayList<>();

    /** The number of JDK threads that run or wake virtual threads; negative until they were probed. */
    private int carriers = -1;

    /** @param mark the beginning of the sleep to prove, see {@link ProcThread#hasSleptSince} */
    private record Asleep(ProcThread thread, long mark) {}

    // ---- the first round

    /** Notes a thread that seems to sleep. */
    void asleep(ProcThread thread, long mark) {
        asleep.add(new Asleep(thread, mark));
    }

    /** Notes a virtual thread that seems to wait. Returns a reason if a virtual thread can run. */
    @Nullable
    BusyReason virtualWait(Thread thread) {
        virtualWaiters.add(thread);
        return carriersAwake();
    }

    /** True if the second round can repeat the proof of an earlier probe, so that the first has nothing to note. */
    boolean repeats(ThreadRegistration registration, Object wait, ProcThread osThread) {
        long mark = registration.markProvenIn(wait);
        if (mark < 0) {
            registration.probedIn(wait);
            return false;
        }
        asleep.add(new Asleep(osThread, mark));
        return true;
    }

    /**
     * Notes a sleeping thread for the second round. Returns {@code reason} if the thread does not sleep; a thread that
     * has ended passes.
     */
    @Nullable
    BusyReason unlessAsleep(ProcThread thread, BusyReason reason) {
        long mark = thread.markIfAsleep();
        if (mark < 0) {
            return mark == ProcThread.GONE ? null : reason;
        }
        asleep.add(new Asleep(thread, mark));
        return null;
    }

    /** The first round for virtual threads: all threads that run or wake them have to sleep. */
    @Nullable
    BusyReason carriersAwake() {
        if (carriers >= 0) {
            return null;
        }
        List<ProcThread> threads = VirtualThreadStats.threads();
        carriers = threads.size();
        for (ProcThread thread : threads) {
            BusyReason awake = unlessAsleep(thread, BusyReason.virtualThreadCanRun());
            if (awake != null) {
                return awake;
            }
        }
        return null;
    }

    // ---- the second round

    /**
     * True if all threads have slept since the first round. In reverse order: the virtual machine's thread is asked
     * before and after all others.
     *
     * @param unchanged false if the proof has become useless meanwhile
     */
    boolean secondRound(BooleanSupplier unchanged) {
        if (carriers >= 0) {
            VirtualThreadStats stats = VirtualThreadStats.available();
            if ((stats != null && !stats.isNoneRunnable())
                    || VirtualThreadStats.threads().size() != carriers) { // a thread that began since was not asked
                return false;
            }
            for (Thread waiter : virtualWaiters) {
                Thread.State state = waiter.getState();
                if (state != Thread.State.WAITING && state != Thread.State.TIMED_WAITING) {
                    return false;
                }
            }
        }
        for (int i = asleep.size() - 1; i >= 0; i--) {
            Asleep next = asleep.get(i);
            if (!unchanged.getAsBoolean() || !next.thread().hasSleptSince(next.mark())) {
                return false;
            }
        }
        return true;
    }
}
