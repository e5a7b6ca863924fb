package dev.nettest.internal.net;

import dev.nettest.SystemError;
import dev.nettest.internal.fault.InstalledFault;
import dev.nettest.internal.fault.Verdict;
import dev.nettest.internal.sync.Callbacks;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Turns a verdict into the exception for the caller. */
final class FaultExceptions {

    private FaultExceptions() {}

    /** The exception of the fault that acted; thrown here if it is not an {@code IOException}. */
    static IOException of(@Nullable Verdict acted, String where) {
        return of(acted, where, false);
    }

    /** @param polled true if the operation is a connect that {@linkplain SystemError#polled() was polled} */
    static IOException of(@Nullable Verdict acted, String where, boolean polled) {
        if (acted == null) {
            throw new AssertionError("an operation failed without a verdict");
        }
        InstalledFault fault = acted.source();
        if (fault == null) {
            throw new AssertionError("an operation failed without a fault: " + acted);
        }
        Throwable thrown = acted.predicateFailure();
        if (thrown != null) {
            throw unchecked(thrown);
        }
        Exception failure = Callbacks.callNested(() -> fault.failure(where, polled));
        if (failure instanceof IOException exception) {
            return exception;
        }
        throw unchecked(failure);
    }

    /** Marks {@code exception} with the fault's origin, if a fault acted. */
    static <E extends Exception> E marked(E exception, @Nullable Verdict acted, String where) {
        InstalledFault fault = acted == null ? null : acted.source();
        return fault == null ? exception : fault.mark(exception, where);
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
