package dev.nettest;

import java.util.Objects;

/**
 * Marks an exception that a fault injected. The code under test gets the declared exception or that of the kernel; this
 * one is suppressed in it, once. Its message has the operation, the addresses, the trigger and the line that declared
 * the fault.
 *
 * <p>Only this library creates it, and it is never thrown itself.
 */
public final class InjectedFault extends Exception {

    private static final long serialVersionUID = 1;

    /** For this library only. */
    public InjectedFault(String message) {
        super(Objects.requireNonNull(message, "message"), null, false, false);
    }
}
