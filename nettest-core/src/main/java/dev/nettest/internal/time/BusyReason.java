package dev.nettest.internal.time;

import dev.nettest.internal.util.CallSite;
import java.util.function.Supplier;

/** Why a network is busy. The text is made only when it is read, so that a probe stays cheap. */
@FunctionalInterface
public interface BusyReason {

    /** A clause for a failure message. It names the thread and reads its stack now. */
    String describe();

    /** True if the system cannot tell whether the thread waits, so that later probes will hardly find it idle. */
    default boolean isUnknowable() {
        return false;
    }

    static BusyReason clockMoving() {
        return () -> "the clock is moving";
    }

    static BusyReason clockThreadRuns() {
        return () -> "the clock's thread runs";
    }

    static BusyReason vmOperation() {
        return () -> "the virtual machine has its threads stopped";
    }

    static BusyReason deliveries(int count) {
        return () -> count + (count == 1 ? " delivery is" : " deliveries are") + " in flight";
    }

    /** A count changed, or a thread ran, between the two rounds. */
    static BusyReason changing() {
        return () -> "its threads wake each other";
    }

    /** The clock and its networks have counted different numbers: a thread has updated one of them so far. */
    static BusyReason countsDiffer() {
        return () -> "a thread is entering or leaving a wait";
    }

    /** More threads are counted than the probe has found. */
    static BusyReason unexplained() {
        return () -> "a task or a thread was started and has not begun yet, or a thread is entering or leaving a wait";
    }

    static BusyReason canRun(Thread thread) {
        return () -> "the thread " + where(thread) + " can run";
    }

    static BusyReason virtualThreadCanRun() {
        return () -> "a virtual thread can run";
    }

    static BusyReason notBegun(Thread thread) {
        return () -> "the thread " + where(thread) + " has not begun yet";
    }

    static BusyReason woken(Thread thread) {
        return () -> "the thread " + where(thread) + " was woken";
    }

    static BusyReason enteringWait(Thread thread) {
        return () -> "the thread " + where(thread) + " is entering a wait";
    }

    /** A timed wait that began after the probe had looked for sleeps. */
    static BusyReason justBegunToWait(Thread thread) {
        return () -> "the thread " + where(thread) + " has only just begun to wait";
    }

    static BusyReason sleeps(Thread thread) {
        return () ->
                "the thread " + where(thread) + " sleeps, for which no virtual time passes; sleep on network.clock()";
    }

    static BusyReason lockIsOwned(Thread waiter, LockOwner owner) {
        return () -> "the thread " + where(waiter) + " waits for a lock that "
                + (owner.name() == null
                        ? "is being released"
                        : "the thread \"" + owner.name() + "\" holds, which is not registered and may release it");
    }

    static BusyReason unknowable(Thread thread) {
        return unknowable(() -> "the thread " + where(thread)
                + " waits for something outside the network, and this system cannot tell soundly whether it was woken"
                + " already; have it wait in the network, or give its tasks to network.newExecutor(), whose idle"
                + " threads do not count, or do not register it");
    }

    /**
     * The JDK wakes a virtual thread that waits for a monitor through a thread of its own. Between two of its lists the
     * woken thread counts neither as queued nor as running.
     */
    static BusyReason blockedOnMonitor(Thread thread) {
        return () -> "the virtual thread " + where(thread)
                + " waits for a monitor, and the JDK cannot tell soundly whether it was woken already";
    }

    static BusyReason unknowableVirtual(Thread thread) {
        return unknowable(() -> "the virtual thread " + where(thread)
                + " waits for something outside the network, and whether it was woken already can be told soundly"
                + " only since JDK 24 and on Linux; have it wait in the network, or use a platform thread");
    }

    private static BusyReason unknowable(Supplier<String> text) {
        return new BusyReason() {
            @Override
            public String describe() {
                return text.get();
            }

            @Override
            public boolean isUnknowable() {
                return true;
            }
        };
    }

    /** Its name, state and top frame, and the nearest frame of the user's code. */
    private static String where(Thread thread) {
        StringBuilder text = new StringBuilder("\"" + thread.getName() + "\" (" + thread.getState() + ")");
        StackTraceElement[] stack = thread.getStackTrace();
        if (stack.length > 0) {
            text.append(" at ").append(CallSite.text(stack[0]));
        }
        for (int i = 1; i < stack.length; i++) {
            if (!CallSite.isLibrary(stack[i].getClassName())) {
                text.append(", from ").append(CallSite.place(stack[i]));
                break;
            }
        }
        return text.toString();
    }
}
