package dev.nettest;

import dev.nettest.kernel.Callbacks;
import dev.nettest.kernel.Verdict;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** From a verdict to the exception that the caller gets. */
final class Failures {

    private Failures() {}

    /** The exception that {@code acted} stands for; thrown here where it is not an {@code IOException}. */
    static IOException of(@Nullable Verdict acted, String where) {
        return of(acted, where, false);
    }

    /** @param polled whether the operation is a connect that {@linkplain SystemError#polled() was polled} */
    static IOException of(@Nullable Verdict acted, String where, boolean polled) {
        Verdict.Source source = acted == null ? null : acted.source();
        if (source instanceof FaultJudge.Broken broken) {
            throw unchecked(broken.failure());
        }
        if (!(source instanceof InstalledFault fault)) {
            throw new AssertionError("an operation failed by a fault that is unknown: " + acted);
        }
        Exception[] made = new Exception[1];
        Callbacks.runNested(() -> made[0] = fault.failure(where, polled));
        if (made[0] instanceof IOException exception) {
            return exception;
        }
        throw unchecked(made[0]);
    }

    /** {@code exception} with its origin attached, if a fault made it. */
    static <E extends Exception> E marked(E exception, @Nullable Verdict acted, String where) {
        return acted != null && acted.source() instanceof InstalledFault fault
                ? fault.mark(exception, where)
                : exception;
    }

    private static RuntimeException unchecked(Throwable exception) {
        if (exception instanceof Error error) {
            throw error;
        }
        return exception instanceof RuntimeException runtime
                ? runtime
                : new IllegalStateException(
                        "Fault.failWith gave a checked exception that no network operation throws", exception);
    }
}
