package dev.nettest.internal.net;

import dev.nettest.internal.util.CallSite;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The threads that call an adapter after its close, such as an event loop with a closed selector. */
final class IgnoredCloses {

    /** So many calls make a loop. Code that ends may make another call or two. */
    private static final long CALLS_OF_LOOP = 3;

    /** The real time in which a loop that still runs makes a further call, also on a loaded machine. */
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Map<Caller, Calls> callers = new ConcurrentHashMap<>();

    private record Caller(WakeupImpl adapter, Thread thread) {}

    /** The calls of one thread to one closed adapter. */
    private static final class Calls {

        private final Caller caller;
        private final String operation;
        private final String closed;
        private final @Nullable StackTraceElement line = CallSite.here();
        private final AtomicLong count = new AtomicLong();

        /** The count when the network looked at it. For the thread that closes the network. */
        private long seen;

        Calls(Caller caller, String operation, String closed) {
            this.caller = caller;
            this.operation = operation;
            this.closed = closed;
        }

        /** The place is known after the first calls: a close ends what it closes, and notes its line then. */
        String closed() {
            return closed + caller.adapter.closePlace();
        }

        boolean isLoop() {
            return count.get() >= CALLS_OF_LOOP && caller.thread.isAlive();
        }

        boolean goesOn() {
            return count.get() > seen;
        }

        String text() {
            String place = line == null ? "" : ", at " + CallSite.place(line);
            String name = WaitReport.name(caller.thread);
            return name + " in " + operation + place + ", " + count + " times since " + closed();
        }
    }

    /**
     * The current thread calls {@code operation} of {@code adapter}, which is closed.
     *
     * @param closed says what is closed
     * @return a note for the exception that it gets
     */
    String called(WakeupImpl adapter, String operation, String closed) {
        Caller current = new Caller(adapter, Thread.currentThread());
        Calls calls = callers.computeIfAbsent(current, caller -> new Calls(caller, operation, closed));
        return calls.count.incrementAndGet() < CALLS_OF_LOOP
                ? calls.closed()
                : "a loop ignores the close: " + calls.text();
    }

    /** True if a thread may be a loop and is alive. */
    boolean hasLoops() {
        return !loops().isEmpty();
    }

    private List<Calls> loops() {
        return callers.values().stream().filter(Calls::isLoop).toList();
    }

    /** One line for each thread that may be a loop and is alive. */
    List<String> texts() {
        return loops().stream().map(Calls::text).toList();
    }

    /** One line for each loop that still runs. Waits until each has made a further call or has ended. */
    List<String> textsOfRunning() {
        List<Calls> loops = loops();
        loops.forEach(loop -> loop.seen = loop.count.get());
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < LOOK_NANOS
                && loops.stream().anyMatch(loop -> loop.isLoop() && !loop.goesOn())) {
            LockSupport.parkNanos(this, POLL_NANOS);
        }
        return loops.stream().filter(Calls::goesOn).map(Calls::text).toList();
    }
}
