package dev.nettest;

import dev.nettest.kernel.Condition;
import java.util.Set;
import java.util.function.ToIntFunction;

/** What one can wait for, or be called back for: {@link Connection#onReady}, {@link Listener#onReady},
 * {@link DatagramEndpoint#onReady}. */
public enum Readiness {

    /** A read would return at once: bytes, end of stream or an error; also once the connection is closed. */
    READABLE(Condition.READABLE, "readable"),

    /** A write would move at least a byte, or fail, at once; also once the connection is closed. */
    WRITABLE(Condition.WRITABLE, "writable"),

    /** An accept would return, or fail, at once; also once the listener is closed. */
    ACCEPTABLE(Condition.ACCEPTABLE, "acceptable"),

    /** Closed by its owner. */
    CLOSED(Condition.CLOSED, "closed"),

    /** The other end is closed, or was reset. */
    PEER_CLOSED(Condition.PEER_CLOSED, "closed by its peer"),

    /** Everything is read and the peer sent its end of stream. */
    END_OF_STREAM(Condition.END_OF_STREAM, "at the end of its stream"),

    /** The peer has read everything that was written here. */
    DRAINED(Condition.DRAINED, "drained by its peer"),

    /** A write waits for the peer to make room. */
    WRITE_BLOCKED(Condition.WRITE_BLOCKED, "blocked in a write");

    final int condition;
    final String adjective;

    Readiness(int condition, String adjective) {
        this.condition = condition;
        this.adjective = adjective;
    }

    /**
     * The conditions of several, each as {@code checked} has it.
     *
     * @throws IllegalArgumentException if there are none
     */
    static int mask(Set<Readiness> ops, ToIntFunction<Readiness> checked) {
        int mask = 0;
        for (Readiness op : ops) {
            mask |= checked.applyAsInt(op);
        }
        if (mask == 0) {
            throw new IllegalArgumentException("ops is empty");
        }
        return mask;
    }

    boolean isOfListener() {
        return this == ACCEPTABLE || this == CLOSED;
    }
}
