package dev.nettest.internal.net;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The exceptions that ended handlers of {@code Listener.serve}. They fail the close of the network. */
final class HandlerFailures {

    private final Queue<Failure> failures = new ConcurrentLinkedQueue<>();

    /** @param place names the connection */
    private record Failure(String place, Throwable thrown) {

        String text() {
            return "the handler of " + place + " failed: " + thrown;
        }
    }

    void add(ConnectionImpl connection, Throwable thrown) {
        failures.add(new Failure(connection.addresses().toString(), thrown));
    }

    /** Attaches the exceptions to the failure of a test. */
    void explain(Throwable failure) {
        for (Failure known : failures) {
            if (known.thrown != failure) {
                failure.addSuppressed(known.thrown);
            }
        }
    }

    /**
     * Runs the checks of the end of a network, then fails for the first handler that failed. The others are suppressed.
     *
     * @throws AssertionError that of {@code checks}, or that of a handler
     */
    void checkAfter(Runnable checks) {
        try {
            checks.run();
        } catch (AssertionError e) {
            explain(e);
            throw e;
        }
        Failure first = failures.peek();
        if (first != null) {
            AssertionError failed = new AssertionError(first.text(), first.thrown);
            failures.stream().skip(1).forEach(other -> failed.addSuppressed(other.thrown));
            throw failed;
        }
    }
}
