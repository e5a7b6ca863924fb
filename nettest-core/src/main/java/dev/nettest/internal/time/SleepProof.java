package dev.nettest.internal.time;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The proof of one {@link QuiescenceProbe} that some threads slept at the same time, in its two rounds. */
final class SleepProof {

    private static final long SINCE_PROOF = -1;

    /** The threads that slept in the first round. */
    private final List<Asleep> asleep = new ArrayList<>();

    /** Virtual threads in a wait outside the network that is not for a monitor. */
    private final List<Thread> virtualWaiters = new ArrayList<>();

    /** The number of JDK threads that run or wake virtual threads; negative until they were probed. */
    private int carriers = -1;

    /** @param switches those of the first round; {@link #SINCE_PROOF} for a thread with an earlier proof */
    private record Asleep(ProcThread thread, long switches) {

        boolean isProvenNow() {
            return switches == SINCE_PROOF ? thread.hasSleptSinceProof() : thread.hasSleptSince(switches);
        }
    }

    // ---- the first round

    /** Notes a thread that seems to sleep. */
    void asleep(ProcThread thread, long switches) {
        asleep.add(new Asleep(thread, switches));
    }

    /** Notes a virtual thread that seems to wait. Returns a reason if a virtual thread can run. */
    @Nullable
    BusyReason virtualWait(Thread thread) {
        virtualWaiters.add(thread);
        return carriersAwake();
    }

    /** True if the second round can repeat the proof of an earlier probe, so that the first has nothing to note. */
    boolean repeats(ThreadRegistration registration, Object wait, ProcThread osThread) {
        if (!registration.isProvenIn(wait)) {
            registration.probedIn(wait);
            return false;
        }
        asleep.add(new Asleep(osThread, SINCE_PROOF));
        return true;
    }

    /**
     * Notes a sleeping thread for the second round. Returns {@code reason} if the thread does not sleep; a thread that
     * has ended passes.
     */
    @Nullable
    BusyReason unlessAsleep(ProcThread thread, BusyReason reason) {
        long switches = thread.switchesIfAsleep();
        if (switches < 0) {
            return switches == ProcThread.GONE ? null : reason;
        }
        asleep.add(new Asleep(thread, switches));
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
     */
    boolean secondRound() {
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
            if (!asleep.get(i).isProvenNow()) {
                return false;
            }
        }
        return true;
    }
}
