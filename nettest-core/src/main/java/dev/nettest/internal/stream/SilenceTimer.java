package dev.nettest.internal.stream;

import dev.nettest.KeepAlive;
import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.util.Checks;
import java.time.Duration;

/**
 * The instant at which the writer of a pipe gives up, because no answer arrives. Linux has a timer for each case:
 *
 * <ul>
 *   <li>bytes or a FIN are not acknowledged: the retransmission timer, RFC 6298
 *   <li>the send window is closed: the probe timer, RFC 9293, section 3.8.6.1
 *   <li>nothing has arrived for some time: the keep-alive timer, RFC 9293, section 3.8.4
 * </ul>
 *
 * <p>It runs only while no answer can arrive, or only an RST. A live peer answers each probe, so its probes need no
 * timer. Guarded by the connection's monitor.
 */
final class SilenceTimer {

    /** The peer that keep-alive probes. */
    private enum Peer {
        ALIVE,
        /** No probe or no answer arrives. */
        SILENT,
        /** It answers a probe with an RST. */
        VANISHED
    }

    private final TcpTimeouts timeouts;
    private final StreamState writer;

    /** The instant since which an ACK is missing; {@link Timers#NEVER} if none is. */
    private long unacknowledgedSince = Timers.NEVER;

    private KeepAlive settings = KeepAlive.OFF;

    /** The instant of the last arrival, as far as keep-alive is enabled. */
    private long heard;

    private Peer peer = Peer.ALIVE;

    /** Volatile, since {@link ArrivalTimer} reads it without the lock. */
    private volatile long at = Timers.NEVER;

    SilenceTimer(TcpTimeouts timeouts, StreamState writer) {
        this.timeouts = timeouts;
        this.writer = writer;
    }

    /** The instant at which the writer gives up, or its probe is answered by an RST; {@link Timers#NEVER} for none. */
    long at() {
        return at;
    }

    /** True if at that instant a probe is answered by an RST. */
    boolean isProbe() {
        return peer == Peer.VANISHED;
    }

    /** True if at that instant keep-alive gives up. */
    boolean isKeepAlive() {
        return peer == Peer.SILENT;
    }

    KeepAlive settings() {
        return settings;
    }

    void settings(KeepAlive changed) {
        settings = changed;
        peer = Peer.ALIVE; // computes the instant again
        heard = timeouts.timers().now();
    }

    /** A segment will have arrived after {@code delay}. */
    void hear(long delay) {
        if (settings.enabled()) {
            heard = Timers.deadline(timeouts.timers().now(), delay);
            peer = Peer.ALIVE;
        }
    }

    /**
     * Starts or ends the wait for an answer.
     *
     * @param unanswered true if the writer waits for an ACK that cannot arrive now
     * @param silent true if no answer arrives now
     * @param lingers true if a close waits: until then the socket is no orphan
     */
    void update(boolean unanswered, boolean silent, boolean lingers) {
        if (unanswered && !writer.isAborted()) {
            awaitAck(writer.closed && !lingers);
        } else if (writer.closed || writer.isAborted() || writer.connecting || writer.local) {
            stop();
        } else {
            keepAlive(silent, writer.peer().hasVanished());
        }
    }

    private void stop() {
        unacknowledgedSince = Timers.NEVER;
        peer = Peer.ALIVE;
        at = Timers.NEVER;
    }

    private void awaitAck(boolean orphan) {
        peer = Peer.ALIVE;
        if (unacknowledgedSince == Timers.NEVER) {
            unacknowledgedSince = timeouts.timers().now();
        }
        at = Timers.deadline(unacknowledgedSince, orphan ? timeouts.orphan() : timeouts.user());
    }

    /** @param vanished true if the answer to a probe is an RST */
    private void keepAlive(boolean silent, boolean vanished) {
        unacknowledgedSince = Timers.NEVER;
        Peer now = silent ? Peer.SILENT : vanished ? Peer.VANISHED : Peer.ALIVE;
        if (!settings.enabled() || now == Peer.ALIVE) {
            if (peer != Peer.ALIVE) {
                hear(0); // it is answered again
            }
            peer = Peer.ALIVE;
            at = Timers.NEVER;
        } else if (now != peer) {
            at = silent ? timeoutOfProbes() : nextProbe();
            peer = now;
        }
    }

    private long timeoutOfProbes() {
        heard = lastAnswer();
        long firstProbe = Timers.deadline(heard, nanos(settings.idle()));
        long interval = nanos(settings.interval());
        boolean endless = interval > Long.MAX_VALUE / settings.count();
        return endless ? Timers.NEVER : Timers.deadline(firstProbe, settings.count() * interval);
    }

    /** The instant of the last arrival, answers to probes included. */
    private long lastAnswer() {
        long passed = Math.max(0, timeouts.timers().now() - heard);
        long idle = nanos(settings.idle());
        return heard + passed / idle * idle;
    }

    /** The instant of the next probe: after a silence the interval counts, otherwise the idle time. */
    private long nextProbe() {
        if (peer == Peer.ALIVE) {
            return Timers.deadline(lastAnswer(), nanos(settings.idle()));
        }
        long firstProbe = Timers.deadline(heard, nanos(settings.idle()));
        long passed = timeouts.timers().now() - firstProbe;
        long interval = nanos(settings.interval());
        return passed < 0 ? firstProbe : Timers.deadline(firstProbe, (passed / interval + 1) * interval);
    }

    private static long nanos(Duration duration) {
        return Checks.nanos(duration, "duration");
    }
}
