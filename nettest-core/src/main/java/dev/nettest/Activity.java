package dev.nettest;

import dev.nettest.kernel.CountedThread;
import dev.nettest.kernel.Membership;
import dev.nettest.kernel.Participant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Who of a network can run: how many of the threads that take part, and tasks that wait for one, and what is in flight.
 *
 * <p>The count is never too low: whoever wakes a thread, starts one or hands a task in counts it first, and only a thread itself
 * counts itself out. So nobody can run when it is zero. It is too high while a thread waits for something that is not the
 * network's; then {@link Probe} asks.
 */
final class Activity {

    private static final int COUNT_BITS = 24;
    private static final int FEW = 64;
    private static final long CHANGE = 1L << COUNT_BITS;

    private final NetworkClock clock;
    private final @Nullable VirtualClock virtual;

    /** The count in the low bits; above them, how often it has changed. */
    private final AtomicLong state = new AtomicLong();

    private final AtomicInteger inFlight = new AtomicInteger();
    private final Set<Member> members = ConcurrentHashMap.newKeySet();
    private final Set<Thread> notBegun = ConcurrentHashMap.newKeySet();
    private final Set<Member> registered = ConcurrentHashMap.newKeySet();
    private final AtomicInteger names = new AtomicInteger();
    /** Threads that have ended are forgotten when there are more than this. */
    private volatile int sweepAt = FEW;

    private volatile Runnable whenStill = () -> {};
    private volatile boolean ended;

    Activity(NetworkClock clock) {
        this.clock = clock;
        this.virtual = clock instanceof VirtualClock known ? known : null;
    }

    /** @param action is run, outside every lock, when the count or what is in flight becomes zero */
    void whenStill(Runnable action) {
        whenStill = action;
    }

    NetworkClock clock() {
        return clock;
    }

    /** The thread of the clock's own; null where there is none, or it asks. */
    @Nullable
    OsThread clockThread() {
        if (clock instanceof SystemClock system) {
            return system.helper().other();
        }
        return virtual == null ? null : virtual.helper().other();
    }

    /** The clock, if it moves by itself when the network is idle. */
    @Nullable
    VirtualClock selfAdvancing() {
        return virtual != null && virtual.isSelfAdvancing() ? virtual : null;
    }

    // ---- counting

    /** Counts one more, before it can run. */
    void raise() {
        state.addAndGet(CHANGE + 1);
        clock.threadRunnable();
    }

    /** Counts one less. May move a clock that moves by itself, and then runs what is due. */
    void lower() {
        boolean still = count(state.addAndGet(CHANGE - 1)) == 0;
        if (still) {
            whenStill.run(); // idleness comes before time moves on
        }
        clock.threadWaiting();
        if (still) {
            leaveIfEnded();
        }
    }

    /** Something is on its way that will change the network, and nobody waits for it in vain where time moves by itself. */
    void depart() {
        inFlight.incrementAndGet();
    }

    /** It has arrived, or will not any more; whoever it woke is counted already. */
    void arrive() {
        if (inFlight.decrementAndGet() == 0) {
            whenStill.run();
        }
    }

    private void leaveIfEnded() {
        if (ended && count(state.get()) == 0 && virtual != null) {
            virtual.leave(this);
        }
    }

    /** Count and changes in one: whoever finds it unchanged knows that nobody was counted in or out meanwhile. */
    long state() {
        return state.get();
    }

    static int count(long state) {
        return (int) (state & (CHANGE - 1));
    }

    /** What is in flight. Where only the test can move the time, it can let it arrive, and nobody waits for that. */
    int flying() {
        return virtual == null || virtual.isSelfAdvancing() ? inFlight.get() : 0;
    }

    // ---- who takes part

    Set<Member> members() {
        return members;
    }

    /** Its thread has ended. */
    void forget(Member member) {
        unregister(member);
        members.remove(member);
    }

    /** The current thread's part in this network, if it has one. */
    @Nullable
    Member current() {
        Participant participant = Participant.current();
        return participant == null ? null : of(participant);
    }

    @Nullable
    Member of(Participant participant) {
        for (Membership membership : participant.memberships()) {
            if (membership instanceof Member member && member.activity() == this) {
                return member;
            }
        }
        return null;
    }

    /** Whether the current thread takes part in a network on {@code clock}. */
    static boolean currentIsOn(NetworkClock clock) {
        Participant participant = Participant.current();
        if (participant != null) {
            for (Membership membership : participant.memberships()) {
                if (membership instanceof Member member && member.activity().clock == clock) {
                    return true;
                }
            }
        }
        return false;
    }

    /** The current thread takes part, and can run. */
    Member register() {
        Participant participant = Participant.ofCurrentThread(new InterruptListener());
        Member member = new Member(this, participant);
        member.begin();
        member.runnable();
        member.running(true);
        participant.join(member);
        registered.add(member);
        if (virtual != null) {
            virtual.registered(1);
        }
        return member;
    }

    void unregister(Member member) {
        if (registered.remove(member)) {
            if (virtual != null) {
                virtual.registered(-1);
            }
            members.remove(member);
            member.end();
        }
    }

    /** A thread that counts while it has a task; whoever hands it one counts the task. */
    Thread newWorker(Runnable work, String name) {
        return new CountedThread(() -> run(work, mine()), name, thread -> new Member(this, thread));
    }

    /**
     * A thread that counts from its start to its end. It counts itself in, for nobody tells of a start: executors start threads in ways
     * of their own. Until then it is seen to have been started.
     */
    Thread newThread(Runnable work, String name) {
        Thread made = new CountedThread(() -> runCounted(work, mine()), name, thread -> new Member(this, thread));
        notBegun.add(made);
        return made;
    }

    /** Whether a thread was started that does not count yet. */
    boolean isAnyStarting() {
        for (Thread thread : notBegun) {
            if (thread.getState() != Thread.State.NEW) {
                return true;
            }
        }
        return false;
    }

    /** Of a thread that was made here. */
    Member mine() {
        return Objects.requireNonNull(current(), "this is no thread of the network's");
    }

    private void runCounted(Runnable work, Member member) {
        member.runnable();
        notBegun.remove(Thread.currentThread());
        try {
            member.running(true);
            run(work, member);
        } finally {
            member.running(false);
            member.waiting();
        }
    }

    ThreadFactory threadFactory() {
        return work -> newThread(work, "nettest-thread-" + names.incrementAndGet());
    }

    private void run(Runnable work, Member member) {
        member.begin();
        if (members.size() > sweepAt) {
            members.removeIf(Member::isGone);
            sweepAt = 2 * members.size() + FEW;
        }
        work.run();
    }

    /** The network is closed: nobody is registered any more, and the clock may forget it when nobody runs. */
    void end() {
        registered.forEach(this::unregister);
        ended = true;
        leaveIfEnded();
    }
}
