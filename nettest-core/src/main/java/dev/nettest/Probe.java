package dev.nettest;

import dev.nettest.kernel.Participant;
import dev.nettest.kernel.Threads;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether every thread that is counted as runnable waits for something that is not the network's. The JDK's own word on that is
 * unsound: a thread that was woken and has not run yet looks as if it waited. So the operating system is asked, twice: where each of these
 * threads sleeps both times and was not switched to in between, all of them slept at once, at every moment between the end of the first
 * round and the start of the second. With no change of the counts in the meantime, nobody who takes part could wake anybody.
 *
 * <p>The thread that stops all others for the virtual machine has to sleep too, all the time: a thread that it stopped on its way out
 * of a wait would look as if it still waited.
 */
final class Probe {

    private static final String VM_THREAD = "VM Thread";

    /** Frames that are looked at to tell a sleep from a wait. */
    private static final int TOP_FRAMES = 8;

    private static volatile @Nullable OsThread vmThread;

    private final Collection<Activity> activities;
    private final @Nullable Participant except;
    private final boolean flights;
    private final List<Asleep> asleep = new ArrayList<>();
    private final Map<Thread, Long> looked = new HashMap<>();

    /** How many threads carry virtual ones; negative until it was asked. */
    private int carrying = -1;

    private record Asleep(OsThread thread, long since) {}

    /** What keeps a network busy, put into words only when somebody wants to read them. */
    @FunctionalInterface
    interface Busy {
        String describe();
    }

    private Probe(Collection<Activity> activities, @Nullable Participant except, boolean flights) {
        this.activities = activities;
        this.except = except;
        this.flights = flights;
    }

    /**
     * What keeps {@code activities} busy, or null if nobody who takes part could run at one moment since this was called.
     *
     * @param except a thread that does not count: the one that asks
     * @param flights whether what is in flight keeps them busy
     */
    static @Nullable Busy busy(Collection<Activity> activities, @Nullable Participant except, boolean flights) {
        Probe probe = new Probe(activities, except, flights);
        if (probe.isStillByCount()) {
            return null;
        }
        return Threads.isVirtual(Thread.currentThread()) ? probe.onPlatformThread() : probe.ask();
    }

    /** Whether the counts alone say that nobody could run at one moment since this was called. Asks nobody. */
    static boolean isStillByCount(Activity activity) {
        return new Probe(List.of(activity), null, true).isStillByCount();
    }

    private boolean isStillByCount() {
        long before = states();
        for (Activity activity : activities) {
            Member own = except == null ? null : activity.of(except);
            if (Activity.count(activity.state()) > (own != null && own.isRunning() ? 1 : 0)
                    || activity.isAnyStarting()) {
                return false;
            }
        }
        return flying() == 0 && states() == before;
    }

    /** A virtual thread that asks would be one that runs. */
    private @Nullable Busy onPlatformThread() {
        @Nullable Busy[] answer = new @Nullable Busy[1];
        Thread asking = new Thread(() -> answer[0] = ask(), "nettest-probe");
        asking.setDaemon(true);
        asking.start();
        boolean interrupted = false;
        while (true) {
            try {
                asking.join();
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

    private @Nullable Busy ask() {
        long before = states();
        Busy sleeping = firstSleeping();
        if (sleeping != null) {
            return sleeping;
        }
        OsThread stopper = vmThread();
        Busy stopped = stopper == null ? null : sleeps(stopper, () -> "the virtual machine has its threads stopped");
        for (Activity activity : activities) {
            Busy busy = firstRound(activity, stopper != null);
            if (busy != null) {
                return busy; // says more than that the virtual machine was at work for a moment
            }
        }
        if (stopped != null) {
            return stopped;
        }
        int count = flying(); // at a moment at which all of them sleep, if they do
        if (count > 0) {
            return () -> count + (count == 1 ? " delivery is" : " deliveries are") + " in flight";
        }
        return secondRound() && states() == before ? null : Probe::changing;
    }

    private int flying() {
        int sum = 0;
        if (flights) {
            for (Activity activity : activities) {
                sum += activity.flying();
            }
        }
        return sum;
    }

    private static String changing() {
        return "its threads wake each other";
    }

    private long states() {
        long sum = 0;
        for (Activity activity : activities) {
            sum += activity.state(); // each only grows
        }
        return sum;
    }

    /**
     * Looks for threads that sleep, and so will run by themselves. It needs their stacks, for which the virtual machine may stop its
     * threads, so it comes first; a thread that does not move on until the first round still is where it was.
     */
    private @Nullable Busy firstSleeping() {
        for (Activity activity : activities) {
            for (Member member : activity.members()) {
                Thread thread = member.participant().thread();
                if (!member.isRunning()
                        || member.participant().isInWait()
                        || thread.getState() != Thread.State.TIMED_WAITING) {
                    continue;
                }
                OsThread osThread = member.osThread();
                looked.put(thread, osThread == null ? OsThread.AWAKE : osThread.asleepSince());
                if (isSleep(thread)) {
                    return () -> "the thread " + where(thread)
                            + " sleeps, for which no virtual time passes; sleep on network.clock()";
                }
            }
        }
        return null;
    }

    private @Nullable Busy firstRound(Activity activity, boolean canTell) {
        OsThread clockThread = activity.clockThread();
        Busy clockAwake = clockThread == null ? null : sleeps(clockThread, () -> "the clock's thread runs");
        int explained = 0;
        for (Member member : activity.members()) {
            Participant participant = member.participant();
            if (participant == except) {
                explained += member.isRunning() ? 1 : 0;
                continue;
            }
            if (participant.isInWait()) {
                if (participant.isWoken()) {
                    return () -> "the thread " + where(participant.thread()) + " was woken";
                }
                Busy onItsWay = parked(member);
                if (onItsWay != null) {
                    return onItsWay;
                }
                continue;
            }
            boolean running = member.isRunning();
            Busy busy = foreign(member, running, canTell);
            if (busy != null) {
                return busy;
            }
            explained += running ? 1 : 0;
        }
        if (activity.isAnyStarting() || Activity.count(activity.state()) != explained) {
            return () ->
                    "a task or a thread was started and has not begun yet, or a thread is on its way into a wait or out of one";
        }
        return clockAwake;
    }

    /** It counts itself out before it parks, and until then it may owe another one a wake-up, for a lock that it has just left. */
    private @Nullable Busy parked(Member member) {
        Thread thread = member.participant().thread();
        OsThread osThread = member.osThread();
        if (Threads.isVirtual(thread)) {
            return stillOfVirtual();
        }
        Busy onItsWay = () -> "the thread " + where(thread) + " is on its way into a wait";
        if (thread.getState() == Thread.State.RUNNABLE) {
            return onItsWay; // it may sleep for a moment in the virtual machine
        }
        return osThread == null ? null : sleeps(osThread, onItsWay);
    }

    private @Nullable Busy foreign(Member member, boolean running, boolean canTell) {
        Thread thread = member.participant().thread();
        Thread.State state = thread.getState();
        if (state == Thread.State.NEW) {
            return running ? () -> "the thread " + where(thread) + " has not begun yet" : null;
        }
        if (state == Thread.State.TERMINATED && member.isGone()) {
            member.activity().forget(member);
            return running ? Probe::changing : null;
        }
        // Also one that has nothing to run: it may sleep for a moment on its way to wake another one, as one that ends
        // does in the
        // virtual machine before it wakes those who join it.
        if (state == Thread.State.RUNNABLE) {
            return () -> "the thread " + where(thread) + " can run";
        }
        if (Threads.isVirtual(thread)) {
            return foreignVirtual(thread, canTell);
        }
        OsThread osThread = member.osThread();
        if (osThread == null || !canTell) {
            return () -> "the thread " + where(thread)
                    + " waits for something that is not the network's, and whether it was woken already cannot be told"
                    + " soundly on this system; have it wait in the network, or run it outside of network.executor(),"
                    + " network.threadFactory() and participate()";
        }
        long since = osThread.asleepSince();
        if (since < 0) {
            return () -> "the thread " + where(thread) + " can run";
        }
        if (running && state == Thread.State.TIMED_WAITING && !Objects.equals(looked.get(thread), since)) {
            return () -> "the thread " + where(thread) + " has only just begun to wait";
        }
        asleep.add(new Asleep(osThread, since));
        return null;
    }

    private @Nullable Busy foreignVirtual(Thread thread, boolean canTell) {
        VirtualThreadScheduler scheduler = VirtualThreadScheduler.known();
        if (scheduler == null || !canTell) {
            return () -> "the virtual thread " + where(thread)
                    + " waits for something that is not the network's, and whether it was woken already can be told"
                    + " soundly only since JDK 24 and on Linux; have it wait in the network, or use a platform thread";
        }
        if (thread.getState() == Thread.State.TIMED_WAITING && !looked.containsKey(thread)) {
            return () -> "the thread " + where(thread) + " has only just begun to wait";
        }
        return stillOfVirtual();
    }

    /** Whether a virtual thread can run, as far as that can be told here. */
    private @Nullable Busy stillOfVirtual() {
        if (carrying >= 0) {
            return null;
        }
        List<OsThread> threads = VirtualThreadScheduler.threads();
        carrying = threads.size();
        for (OsThread thread : threads) {
            Busy awake = sleeps(thread, () -> "a virtual thread can run");
            if (awake != null) {
                return awake;
            }
        }
        return null;
    }

    private @Nullable Busy sleeps(OsThread thread, Busy otherwise) {
        long since = thread.asleepSince();
        if (since < 0) {
            return since == OsThread.GONE ? null : otherwise;
        }
        asleep.add(new Asleep(thread, since));
        return null;
    }

    /** In the reverse order, so that the one that stops the others is asked before and after all of them. */
    private boolean secondRound() {
        if (carrying >= 0) {
            VirtualThreadScheduler scheduler = VirtualThreadScheduler.known();
            if ((scheduler != null && !scheduler.isStill())
                    || VirtualThreadScheduler.threads().size() != carrying) { // one that began since was not asked
                return false;
            }
        }
        for (int i = asleep.size() - 1; i >= 0; i--) {
            if (asleep.get(i).thread.asleepSince() != asleep.get(i).since) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable OsThread vmThread() {
        OsThread known = vmThread;
        if (known == null) {
            List<OsThread> found = OsThread.named(List.of(VM_THREAD));
            known = found.size() == 1 ? found.get(0) : null;
            vmThread = known;
        }
        return known;
    }

    private static boolean isSleep(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        for (int i = 0; i < Math.min(TOP_FRAMES, stack.length); i++) {
            if (stack[i].getClassName().equals("java.lang.Thread")
                    && stack[i].getMethodName().startsWith("sleep")) {
                return true;
            }
        }
        return false;
    }

    /** Its name, its state, where it is, and which line of somebody's own code brought it there. */
    static String where(Thread thread) {
        StringBuilder text = new StringBuilder("\"" + thread.getName() + "\" (" + thread.getState() + ")");
        StackTraceElement[] stack = thread.getStackTrace();
        if (stack.length > 0) {
            text.append(" at ").append(stack[0]);
        }
        for (int i = 1; i < stack.length; i++) {
            if (!isOfTheHouse(stack[i].getClassName())) {
                text.append(", from ").append(stack[i]);
                break;
            }
        }
        return text.toString();
    }

    private static final Set<String> PACKAGES =
            Set.of("dev.nettest", "dev.nettest.kernel", "dev.nettest.socket", "dev.nettest.junit", "dev.nettest.dsl");

    private static boolean isOfTheHouse(String type) {
        return type.startsWith("java.")
                || type.startsWith("jdk.")
                || type.startsWith("sun.")
                || PACKAGES.contains(type.substring(0, Math.max(0, type.lastIndexOf('.'))));
    }
}
