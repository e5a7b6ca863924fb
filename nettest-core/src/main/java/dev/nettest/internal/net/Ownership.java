package dev.nettest.internal.net;

import dev.nettest.NetworkConfig;
import dev.nettest.internal.util.CallSite;
import org.jspecify.annotations.Nullable;

/** Tells if code under test has to close something, and the line that got it. Any thread may call any method. */
final class Ownership {

    /** How the code under test got it, such as {@code accepted}; null for something that belongs to the test. */
    private volatile @Nullable String how;

    /** The line that got it; null unless the network keeps lines. */
    private volatile @Nullable StackTraceElement line;

    private volatile boolean closed;

    /** Code under test has to close it from now on. */
    void acquire(String how, NetworkConfig config) {
        this.how = how;
        openedHere(config);
    }

    /** Keeps the current line, if the network keeps lines. */
    void openedHere(NetworkConfig config) {
        if (config.checksLeaks()) {
            line = CallSite.here();
        }
    }

    /** Its owner closed it, or has nothing left to close. */
    void closed() {
        closed = true;
    }

    /** True if code under test got it and did not close it. */
    boolean isLeaked() {
        return how != null && !closed;
    }

    /** Such as {@code ", accepted at Server.java:12"}; empty if no line is kept. */
    String origin() {
        StackTraceElement known = line;
        return known == null ? "" : ", " + (how == null ? "opened" : how) + " at " + known;
    }
}
