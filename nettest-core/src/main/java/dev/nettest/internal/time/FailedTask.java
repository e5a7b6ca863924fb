package dev.nettest.internal.time;

import dev.nettest.internal.util.CallSite;

/**
 * A task of an executor that ended with an exception. Its {@code Future} keeps the exception, which a test may never
 * ask for.
 *
 * @param thread the name of its thread
 */
public record FailedTask(String thread, Throwable failure) {

    @Override
    public String toString() {
        StackTraceElement[] stack = failure.getStackTrace();
        int line = CallSite.indexIn(stack);
        return "thread \"" + thread + "\": " + failure
                + (line < stack.length ? ", at " + CallSite.place(stack[line]) : "");
    }
}
