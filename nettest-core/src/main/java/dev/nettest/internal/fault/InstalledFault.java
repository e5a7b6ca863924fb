package dev.nettest.internal.fault;

import dev.nettest.FaultHandle;
import dev.nettest.InjectedFault;
import dev.nettest.Operation.Kind;
import dev.nettest.Personality;
import dev.nettest.SystemError;
import dev.nettest.internal.util.CallSite;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A fault installed on a scope: its declaring line, its count of actions, and its exceptions. */
public final class InstalledFault implements FaultHandle {

    private final FaultRegistry registry;
    private final Kind kind;
    private final FaultSpec spec;
    private final int ordinal;
    private final @Nullable StackTraceElement declaredAt;
    private final AtomicLong fired = new AtomicLong();

    InstalledFault(
            FaultRegistry registry, Kind kind, FaultSpec spec, int ordinal, @Nullable StackTraceElement declaredAt) {
        this.registry = registry;
        this.kind = kind;
        this.spec = spec;
        this.ordinal = ordinal;
        this.declaredAt = declaredAt;
    }

    public FaultRegistry registry() {
        return registry;
    }

    public Kind kind() {
        return kind;
    }

    public FaultSpec spec() {
        return spec;
    }

    /** Its position among the random faults of its scope and kind. Part of the seed of its random generator. */
    int ordinal() {
        return ordinal;
    }

    /** Counts one action at {@code endpoint}. A lock may be held. */
    void fired(FaultEvaluator.Caller endpoint) {
        fired.incrementAndGet();
        endpoint.onFired(this);
    }

    @Override
    public long fireCount() {
        return fired.get();
    }

    @Override
    public void close() {
        registry.uninstall(this);
    }

    @Override
    public String toString() {
        return describe() + ", fired " + fireCount() + " times";
    }

    /** True if it never acted, although it is not optional. */
    public boolean isUnfired() {
        return fired.get() == 0 && !spec.trigger().optional();
    }

    public String describe() {
        String line = declaredAt == null ? "" : ", declared at " + CallSite.place(declaredAt);
        String seed = spec.trigger().probability() < 1
                ? ", seed " + registry.scope().context().seed()
                : "";
        return kind + " fault Fault." + spec + " on " + registry.scope() + line + seed;
    }

    /** The line that declared it; empty if it is not known. */
    public String place() {
        return declaredAt == null ? "" : CallSite.place(declaredAt);
    }

    /** A shorter form of {@link #describe()}: {@code read stall() on listener 10.0.0.5:80, at ServerTest.java:12}. */
    public String text() {
        return kind + " " + spec + " on " + registry.scope()
                + (declaredAt == null ? "" : ", at " + CallSite.place(declaredAt));
    }

    /** The exception for the caller of the operation, marked with the fault's origin. Call it without a lock. */
    public Exception failure(String where, boolean polled) {
        return mark(newException(polled), where);
    }

    private Exception newException(boolean polled) {
        Supplier<? extends Exception> supplier = spec.failure();
        if (supplier != null) {
            return supplied(supplier);
        }
        return switch (spec.effect()) {
            case REFUSE -> systemError(SystemError.CONNECTION_REFUSED, polled);
            case UNREACHABLE ->
                kind == Kind.CONNECT
                        ? systemError(SystemError.HOST_UNREACHABLE, polled)
                        : systemError(SystemError.HOST_UNREACHABLE_IN_TRANSFER, false);
            default -> timedOut();
        };
    }

    private IOException systemError(SystemError error, boolean polled) {
        Personality personality = registry.scope().context().personality();
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

    /** Attaches the fault's origin to {@code exception}, once for each instance. */
    public <E extends Exception> E mark(E exception, String where) {
        synchronized (exception) { // failWith(exception) throws one instance at several endpoints
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
