package dev.nettest.internal.net;

import dev.nettest.internal.event.EventKind;
import dev.nettest.internal.fault.Effect;
import dev.nettest.internal.fault.Verdict;
import dev.nettest.internal.net.CloseDetail.Cause;
import dev.nettest.internal.stream.StreamEndpoint;
import dev.nettest.internal.stream.StreamEndpoint.Closing;
import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.ThreadWaiter;
import dev.nettest.internal.time.ClockTimers;
import dev.nettest.internal.util.CallSite;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** The ways in which one end of a connection ends. Only the first close counts. */
public final class Teardown {

    /** Bits of the value of a CLOSE or RESET: the segments that it sends. */
    static final long SENDS_FIN = 1;

    static final long SENDS_RST = 2;

    private final ConnectionImpl connection;
    private final StreamEndpoint endpoint;

    Teardown(ConnectionImpl connection) {
        this.connection = connection;
        this.endpoint = connection.endpoint();
    }

    // ---- by its owner

    void shutdown(boolean output) throws IOException {
        endpoint.lock();
        try {
            if (endpoint.isClosed()) {
                throw ErrorHelp.ofClosed(new ClosedChannelException(), connection);
            }
            connection.record(output ? EventKind.SHUTDOWN_OUTPUT : EventKind.SHUTDOWN_INPUT, 0, null);
            if (output) {
                endpoint.writer().shutdown();
            } else {
                endpoint.reader().shutdown();
            }
        } finally {
            endpoint.leave();
        }
    }

    /** Closes it, subject to the close faults of this end. */
    void close(Closing closing) throws IOException {
        connection.ownership().closed();
        if (!connection.beginClose()) {
            network().ownerClosed();
            return;
        }
        Verdict verdict = ConnectionFaultScope.fireClose(connection);
        Closing told = verdict != null && verdict.effect() == Effect.RESET ? Closing.ABORT : closing;
        long linger = carryOut(told, verdict, Cause.OWNER);
        if (linger > 0) {
            linger(linger);
        }
        if (verdict != null && verdict.effect() == Effect.FAIL) {
            throw FaultExceptions.of(verdict, connection.toString());
        }
    }

    void closeByInterrupt(Closing closing) {
        connection.ownership().closed();
        release(closing, Cause.INTERRUPT);
    }

    // ---- by the network

    /** Closes it because its bridge cannot serve it. */
    public void abandon() {
        release(Closing.ABORT, Cause.BRIDGE);
    }

    /** Closes it without faults. Its owner still has to close it. */
    void release(Closing closing, Cause cause) {
        if (connection.beginClose()) {
            carryOut(closing, null, cause);
        }
    }

    /** Closes both ends at one moment, so that no waiter in one end sees a FIN of the other. */
    void releaseBoth() {
        Teardown other = connection.peer().teardown();
        endpoint.lock(); // also the peer's lock
        try {
            connection.record(EventKind.CLOSE, 0, CloseDetail.of(Cause.NETWORK, 0, false, null));
            closeForRelease();
            other.closeForRelease();
            endpoint.endLinger();
            other.endpoint.endLinger();
        } finally {
            endpoint.leave();
        }
        network().connectionTable().closed(connection);
    }

    private void closeForRelease() {
        if (connection.beginClose()) {
            endpoint.close();
        }
    }

    /** Sends an RST in each direction. Both ends stay open until their owners close them. */
    void abort() {
        endpoint.lock();
        connection.record(EventKind.RESET, SENDS_RST, null);
        endpoint.abort();
        endpoint.leave();
    }

    /** Closes it because its host crashed: the owner has nothing left to close. */
    void crash(Closing closing) {
        connection.ownership().closed();
        release(closing, Cause.CRASH);
    }

    /** Closes it because its host crashed silently: from now on the peer gets nothing, even if it was closed before. */
    void dropSilently() {
        connection.ownership().closed();
        boolean first = connection.beginClose();
        endpoint.lock();
        endpoint.dropSilently(network().connectionTable().timeouts());
        endpoint.leave();
        connection.addresses().route().syncWithHosts(); // the host may have been restarted meanwhile
        if (first) {
            connection.record(EventKind.CLOSE, 0, CloseDetail.of(Cause.CRASH, 0, false, null));
            network().connectionTable().closed(connection);
            network().ownerClosed();
        }
    }

    /** Closes it without a FIN. The peer gets an RST once it sends something. */
    void closeSilently() {
        if (connection.beginClose()) {
            endpoint.lock();
            endpoint.close();
            endpoint.leave();
            network().connectionTable().closed(connection);
        }
    }

    // ---- the steps of a close

    /**
     * Closes the endpoint and tells the peer.
     *
     * @return the nanoseconds for which the close waits for the ACK of its FIN; 0 if it does not
     */
    private long carryOut(Closing asked, @Nullable Verdict verdict, Cause cause) {
        boolean keepsLines = network().config().checksLeaks();
        long delay = verdict == null ? -1 : verdict.delayNanos();
        endpoint.lock();
        boolean unread;
        Closing closing;
        boolean first;
        boolean over;
        long linger = 0;
        try {
            closing = endpoint.linger() == 0 ? Closing.ABORT : asked;
            long queued = endpoint.reader().neverRead();
            unread = endpoint.close();
            StackTraceElement line = cause == Cause.OWNER && (keepsLines || unread) ? CallSite.here() : null;
            record(closing, unread, CloseDetail.of(cause, unread ? queued : 0, unread, line));
            if (delay < 0) {
                endpoint.sendClose(closing, unread);
            }
            first = endpoint.closedFirst() && closing != Closing.ABORT && !unread && !endpoint.isAborted();
            if (cause == Cause.OWNER
                    && delay < 0
                    && !unread
                    && closing != Closing.ABORT
                    && !network().isClosed()) {
                linger = endpoint.beginLinger();
            }
            over = endpoint.isConnectionOver();
        } finally {
            endpoint.leave();
        }
        if (delay >= 0) {
            delayClose(delay, () -> sendDelayedClose(closing, unread));
        }
        network().connectionTable().timeWait().closed(connection, first);
        network().connectionTable().closed(connection, over);
        network().ownerClosed();
        return linger;
    }

    private void record(Closing closing, boolean unread, @Nullable CloseDetail detail) {
        long segments = (endpoint.closesWithFin(closing, unread) ? SENDS_FIN : 0)
                + (endpoint.closesWithReset(closing, unread) ? SENDS_RST : 0);
        connection.record(closing == Closing.ABORT ? EventKind.RESET : EventKind.CLOSE, segments, detail);
    }

    /** Waits until the FIN is acknowledged. After the linger time the rest is sent in the background, like on Linux. */
    private void linger(long nanos) {
        ClockTimers timers = connection.network().timers();
        try {
            ThreadWaiter.awaitTurn(endpoint, ReadyBits.LINGER_ENDED, timers, timers.in(nanos), false);
        } finally {
            endpoint.lock();
            endpoint.endLinger();
            endpoint.leave();
            network().connectionTable().closed(connection);
        }
    }

    /** Runs {@code sending} after {@code nanos}, unless the peer is closed before. */
    private void delayClose(long nanos, Runnable sending) {
        StreamEndpoint peer = connection.peer().endpoint();
        ClockTimers timers = connection.network().timers();
        ReadyFuture<Void> elapsed = new ReadyFuture<>();
        elapsed.thenRun(sending);
        elapsed.waiter(CallbackWaiter.enlist(peer, ReadyBits.CLOSED, 1, false, () -> elapsed.cancel(false)));
        elapsed.timer(timers, timers.in(nanos), () -> elapsed.complete(null));
    }

    private void sendDelayedClose(Closing closing, boolean unread) {
        endpoint.lock();
        endpoint.sendClose(closing, unread);
        endpoint.leave();
    }

    // ---- state

    /** True if an RST has arrived, or if the connection timed out. */
    public boolean isAborted() {
        endpoint.lock();
        try {
            return endpoint.isAborted();
        } finally {
            endpoint.leave();
        }
    }

    /** True if the end occupies no port any more, be it closed by its owner or not. */
    boolean hasEnded() {
        endpoint.lock();
        try {
            return endpoint.hasEnded();
        } finally {
            endpoint.leave();
        }
    }

    private NetworkImpl network() {
        return connection.network();
    }
}
