package dev.nettest.internal.stream;

import dev.nettest.internal.sync.Timers;

/**
 * The instant at which the writer of a pipe gives up, because no answer arrives. Linux has a timer for each case:
 *
 * <ul>
 *   <li>bytes or a FIN are not acknowledged: the retransmission timer, RFC 6298
 *   <li>the send window is closed: the probe timer, RFC 9293, section 3.8.6.1
 * </ul>
 *
 * <p>It runs only while no answer can arrive. A live peer answers each probe, so its probes need no timer. Guarded by
 * the connection's monitor.
 */
final class SilenceTimer {

    private final TcpTimeouts timeouts;

    /** The instant since which an answer is missing; {@link Timers#NEVER} if none is. */
    private long unansweredSince = Timers.NEVER;

    /** Volatile, since {@link ArrivalTimer} reads it without the lock. */
    private volatile long at = Timers.NEVER;

    SilenceTimer(TcpTimeouts timeouts) {
        this.timeouts = timeouts;
    }

    /** The instant at which the writer gives up; {@link Timers#NEVER} for none. */
    long at() {
        return at;
    }

    /**
     * @param unanswered true if the writer waits for an answer that cannot arrive now
     * @param closed true if the writer's socket is closed
     */
    void update(boolean unanswered, boolean closed) {
        if (!unanswered) {
            unansweredSince = Timers.NEVER;
            at = Timers.NEVER;
            return;
        }
        if (unansweredSince == Timers.NEVER) {
            unansweredSince = timeouts.timers().now();
        }
        at = Timers.deadline(unansweredSince, closed ? timeouts.orphan() : timeouts.user());
    }
}
