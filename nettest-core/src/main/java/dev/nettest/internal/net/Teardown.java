package dev.nettest.internal.net;

import dev.nettest.internal.fault.Effect;
import dev.nettest.internal.fault.Verdict;
import dev.nettest.internal.stream.StreamEndpoint;
import dev.nettest.internal.stream.StreamEndpoint.Closing;
import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.time.ClockTimers;
import dev.nettest.internal.util.EventRing;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import org.jspecify.annotations.Nullable;

/** The ways in which one end of a connection ends. Only the first close counts. */
public final class Teardown {

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
                throw new ClosedChannelException();
            }
            if (output) {
                endpoint.writer().shutdown();
            } else {
                endpoint.reader().shutdown();
            }
        } finally {
            endpoint.leave();
        }
        connection.record(output ? EventRing.Kind.SHUTDOWN_OUTPUT : EventRing.Kind.SHUTDOWN_INPUT, 0);
    }

    /** Closes it, subject to the close faults of this end. */
    void close(Closing closing) throws IOException {
        connection.ownership().closed();
        if (!begin()) {
            network().ownerClosed();
            return;
        }
        Verdict verdict = ConnectionFaultScope.fireClose(connection);
        carryOut(verdict != null && verdict.effect() == Effect.RESET ? Closing.ABORT : closing, verdict);
        if (verdict != null && verdict.effect() == Effect.FAIL) {
            throw FaultExceptions.of(verdict, connection.toString());
        }
    }

    void closeByInterrupt(Closing closing) {
        connection.ownership().closed();
        release(closing);
    }

    // ---- by the network

    /** Closes it without faults. Its owner still has to close it. */
    public void release(Closing closing) {
        if (begin()) {
            carryOut(closing, null);
        }
    }

    /** Closes both ends at one moment, so that no waiter in one end sees a FIN of the other. */
    void releaseBoth() {
        Teardown other = connection.peer().teardown();
        endpoint.lock(); // also the peer's lock
        try {
            closeForRelease();
            other.closeForRelease();
        } finally {
            endpoint.leave();
        }
        connection.record(EventRing.Kind.CLOSE, 0);
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
        endpoint.abort();
        endpoint.leave();
        connection.record(EventRing.Kind.RESET, 0);
    }

    /** Closes it because its host crashed: the peer gets an RST, and the owner has nothing left to close. */
    void crash() {
        connection.ownership().closed();
        release(Closing.ABORT);
    }

    /** Closes it because its host crashed silently: the peer gets nothing. */
    void dropSilently() {
        connection.ownership().closed();
        if (begin()) {
            endpoint.lock();
            endpoint.dropSilently(connection.timers());
            endpoint.leave();
            connection.route().syncWithHosts(); // the host may have been restarted meanwhile
            connection.record(EventRing.Kind.CLOSE, 0);
            network().connectionTable().closed(connection);
            network().ownerClosed();
        }
    }

    /** Closes it without a FIN. The peer gets an RST once it sends something. */
    void closeSilently() {
        if (begin()) {
            endpoint.lock();
            endpoint.close();
            endpoint.leave();
            network().connectionTable().closed(connection);
        }
    }

    // ---- the steps of a close

    private boolean begin() {
        endpoint.lock();
        boolean first = connection.beginClose();
        endpoint.leave();
        return first;
    }

    private void carryOut(Closing closing, @Nullable Verdict verdict) {
        long delay = verdict != null && verdict.effect() == Effect.DELAY ? verdict.delayNanos() : -1;
        endpoint.lock();
        boolean unread;
        try {
            unread = endpoint.close();
            if (delay < 0) {
                endpoint.sendClose(closing, unread);
            }
        } finally {
            endpoint.leave();
        }
        if (delay >= 0) {
            delayClose(delay, () -> sendDelayedClose(closing, unread));
        }
        connection.record(closing == Closing.ABORT ? EventRing.Kind.RESET : EventRing.Kind.CLOSE, 0);
        network().connectionTable().closed(connection);
        network().ownerClosed();
    }

    /** Runs {@code sending} after {@code nanos}, unless the peer is closed before. */
    private void delayClose(long nanos, Runnable sending) {
        StreamEndpoint peer = connection.peer().endpoint();
        ClockTimers timers = connection.timers();
        ReadyFuture<Void> elapsed = new ReadyFuture<>();
        elapsed.thenRun(sending);
        elapsed.waiter(CallbackWaiter.enlist(peer, ReadyBits.CLOSED, 1, false, () -> elapsed.cancel(false)));
        elapsed.timer(timers.schedule(timers.in(nanos), () -> elapsed.complete(null)));
    }

    private void sendDelayedClose(Closing closing, boolean unread) {
        endpoint.lock();
        endpoint.sendClose(closing, unread);
        endpoint.leave();
    }

    // ---- state

    /** True if an RST was sent or received. */
    public boolean isReset() {
        endpoint.lock();
        try {
            return endpoint.isReset();
        } finally {
            endpoint.leave();
        }
    }

    private NetworkImpl network() {
        return connection.network();
    }
}
