package dev.nettest.internal.time;

import dev.nettest.internal.util.CallSite;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The last tasks of the executors of a network that ended with an exception. A {@code Future} keeps the exception, and
 * a test may never ask for it.
 */
public final class FailedTasks {

    private static final int KEPT = 8;

    /** Guarded by its monitor. */
    private final Deque<FailedTask> last = new ArrayDeque<>();

    /** @param thread the name of its thread */
    private record FailedTask(String thread, Throwable failure) {

        @Override
        public String toString() {
            StackTraceElement[] stack = failure.getStackTrace();
            int line = CallSite.indexIn(stack);
            return "thread \"" + thread + "\": " + failure
                    + (line < stack.length ? ", at " + CallSite.place(stack[line]) : "");
        }
    }

    /** The task of the current thread ended with {@code failure}. */
    void add(Throwable failure) {
        synchronized (last) {
            if (last.size() == KEPT) {
                last.removeFirst();
            }
            last.add(new FailedTask(Thread.currentThread().getName(), failure));
        }
    }

    /** One text for each, oldest first: its thread, the exception and its line. */
    public List<String> texts() {
        synchronized (last) {
            return last.stream().map(FailedTask::toString).toList();
        }
    }
}
