package dev.nettest.internal.net;

import dev.nettest.NetworkConfig;
import dev.nettest.internal.sync.Callbacks;
import dev.nettest.internal.util.CallSite;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Tells if code under test has to close something, and the line that got it. Any thread may call any method. */
final class Ownership {

    /** How the code under test got it, such as {@code accepted}; null for something that belongs to the test. */
    private volatile @Nullable String how;

    /** The line that got it; null unless the network keeps lines. */
    private volatile @Nullable StackTraceElement line;

    private volatile boolean closed;

    /**
     * Code under test has to close it from now on.
     *
     * @param how such as {@code connected}
     * @param caller asked for the line if it is not on the stack of the current thread
     */
    void acquire(String how, NetworkConfig config, Supplier<? extends @Nullable StackTraceElement> caller) {
        this.how = how;
        keepLine(config, caller);
    }

    /** It is opened on the current line. */
    void opened(NetworkConfig config) {
        keepLine(config, () -> null);
    }

    private void keepLine(NetworkConfig config, Supplier<? extends @Nullable StackTraceElement> caller) {
        if (config.checksLeaks()) {
            StackTraceElement here = Callbacks.isRunning() ? null : CallSite.here();
            StackTraceElement asked = here == null ? Callbacks.callNested(caller::get) : here;
            line = asked == null ? CallSite.here() : asked;
        }
    }

    /** Its owner closed it, or has nothing left to close. */
    void closed() {
        closed = true;
    }

    /** True if its owner has closed it. */
    boolean isClosed() {
        return closed;
    }

    /** True if code under test got it and did not close it. */
    boolean isLeaked() {
        return how != null && !closed;
    }

    /** Such as {@code ", accepted at Server.java:12"}; empty if no line is kept. */
    String origin() {
        StackTraceElement known = line;
        return known == null ? "" : ", " + (how == null ? "opened" : how) + " at " + CallSite.place(known);
    }
}
