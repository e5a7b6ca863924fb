package dev.nettest;

import dev.nettest.Operation.Kind;
import dev.nettest.kernel.Verdict;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A fault in its place: where it was declared, how often it acted, and the exceptions that it makes. */
final class InstalledFault implements Verdict.Source {

    private final Faults scope;
    private final Kind kind;
    private final Fault fault;
    private final int ordinal;
    private final @Nullable StackTraceElement declaredAt;
    private final AtomicLong fired = new AtomicLong();

    InstalledFault(Faults scope, Kind kind, Fault fault, int ordinal, @Nullable StackTraceElement declaredAt) {
        this.scope = scope;
        this.kind = kind;
        this.fault = fault;
        this.ordinal = ordinal;
        this.declaredAt = declaredAt;
    }

    Faults scope() {
        return scope;
    }

    Kind kind() {
        return kind;
    }

    Fault fault() {
        return fault;
    }

    /** Its place among the faults of its scope, for the dice. */
    int ordinal() {
        return ordinal;
    }

    @Override
    public void fired() {
        fired.incrementAndGet();
    }

    long fireCount() {
        return fired.get();
    }

    /** Whether it is a failure of the test that it never acted. */
    boolean isUnfired() {
        return fired.get() == 0 && !fault.trigger().optional();
    }

    String describe() {
        String line = declaredAt == null ? "" : ", declared at " + declaredAt;
        String seed = fault.trigger().probability() < 1
                ? ", seed " + scope.scope().network().seed()
                : "";
        return kind + " fault Fault." + fault + " on " + scope.scope() + line + seed;
    }

    /** The exception for a caller of the operation, with its origin attached. Called outside every lock. */
    Exception failure(String where, boolean polled) {
        return mark(make(polled), where);
    }

    private Exception make(boolean polled) {
        Supplier<? extends Exception> supplier = fault.failure();
        if (supplier != null) {
            return supplied(supplier);
        }
        return switch (fault.effect()) {
            case REFUSE -> spoken(SystemError.CONNECTION_REFUSED, polled);
            case UNREACHABLE ->
                kind == Kind.CONNECT
                        ? spoken(SystemError.HOST_UNREACHABLE, polled)
                        : spoken(SystemError.HOST_UNREACHABLE_IN_TRANSFER, false);
            default -> timedOut();
        };
    }

    private IOException spoken(SystemError error, boolean polled) {
        Personality personality = scope.scope().network().config().personality();
        return (polled ? error.polled() : error).exception(personality);
    }

    private static Exception supplied(Supplier<? extends Exception> supplier) {
        Exception exception = supplier.get();
        if (exception == null) {
            return new NullPointerException("the supplier of Fault.failWith gave null");
        }
        return exception;
    }

    private IOException timedOut() {
        return switch (kind) {
            case READ -> new SocketTimeoutException("Read timed out");
            case WRITE -> new SocketTimeoutException("Write timed out");
            case RECEIVE -> new SocketTimeoutException("Receive timed out");
            case SEND -> new SocketTimeoutException("Send timed out");
            case ACCEPT -> new SocketTimeoutException("Accept timed out");
            default -> new SocketTimeoutException("Connect timed out");
        };
    }

    /** Attaches the origin of {@code exception}, once for each instance. */
    <E extends Exception> E mark(E exception, String where) {
        synchronized (exception) { // several ends may throw the one that was declared
            for (Throwable suppressed : exception.getSuppressed()) {
                if (suppressed instanceof InjectedFault) {
                    return exception;
                }
            }
            exception.addSuppressed(new InjectedFault(describe() + "; met at " + where));
        }
        return exception;
    }
}
