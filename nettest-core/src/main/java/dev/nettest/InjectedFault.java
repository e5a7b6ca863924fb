package dev.nettest;

/**
 * Where an injected exception came from. The code under test gets the exception that was declared, or the kernel's; this is
 * suppressed in it, once, so that a person who reads the stack trace finds operation, addresses, trigger and the line that
 * declared the fault.
 */
public final class InjectedFault extends Exception {

    private static final long serialVersionUID = 1;

    InjectedFault(String message) {
        super(message, null, false, false);
    }
}
