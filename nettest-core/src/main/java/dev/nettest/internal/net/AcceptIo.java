package dev.nettest.internal.net;

import dev.nettest.Operation;
import dev.nettest.internal.event.EventKind;
import dev.nettest.internal.event.EventRecorder;
import dev.nettest.internal.fault.Verdict;
import dev.nettest.internal.net.CloseDetail.Cause;
import dev.nettest.internal.stream.AcceptQueue;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.ThreadWaiter;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The accepts of one listener: the attempts, the waits between them, and their timeouts. */
final class AcceptIo {

    private final ListenerImpl listener;
    private final AcceptQueue<ConnectionImpl> queue;

    AcceptIo(ListenerImpl listener, AcceptQueue<ConnectionImpl> queue) {
        this.listener = listener;
        this.queue = queue;
    }

    ConnectionImpl accept(long timeout, ErrorStyle style) throws IOException {
        if (style.heedsStatus() && Thread.currentThread().isInterrupted() && !listener.isClosed()) {
            listener.closeForOwner(Cause.INTERRUPT);
            throw style.interrupted();
        }
        NetworkImpl network = listener.network();
        long deadline = 0;
        for (boolean waited = false; ; waited = true) {
            ConnectionImpl connection = attempt(waited, style, () -> null);
            if (connection != null) {
                return connection;
            }
            if (!waited) {
                deadline = network.timers().in(timeout);
            }
            recordWait(EventKind.WAIT);
            ThreadWaiter.WaitResult end = ThreadWaiter.awaitTurn(
                    queue, ReadyBits.ACCEPTABLE, network.timers(), deadline, style.isInterruptible());
            if (end == ThreadWaiter.WaitResult.READY) {
                recordWait(EventKind.WAIT_END);
            }
            if (end == ThreadWaiter.WaitResult.TIMED_OUT) {
                network.events().record(EventKind.TIMEOUT, listener, timeout, Operation.Kind.ACCEPT);
                throw new SocketTimeoutException("Accept timed out");
            }
            if (end == ThreadWaiter.WaitResult.INTERRUPTED) {
                listener.closeForOwner(Cause.INTERRUPT);
                throw style.interrupted();
            }
        }
    }

    private void recordWait(EventKind kind) {
        EventRecorder events = listener.network().events();
        if (events.isComplete()) {
            events.record(kind, listener, 0, WaitingOperation.here(Operation.Kind.ACCEPT));
        }
    }

    /**
     * Accepts a connection if one is queued; null otherwise.
     *
     * @param caller asked for the line of the accept if it is not on the stack of the current thread
     */
    @Nullable
    ConnectionImpl attempt(boolean waited, ErrorStyle style, Supplier<? extends @Nullable StackTraceElement> caller)
            throws IOException {
        ConnectionImpl connection = take(waited, style);
        if (connection != null) {
            connection.ownership().acquire("accepted", listener.network().config(), caller);
            connection.record(EventKind.ACCEPT, 0, null);
        }
        return connection;
    }

    /** Like {@link #attempt}, but the leak check ignores the connection. */
    @Nullable
    ConnectionImpl attemptForNetwork() throws IOException {
        ConnectionImpl connection = take(false, ErrorStyle.CHANNEL);
        if (connection != null) {
            connection.record(EventKind.ACCEPT, 0, null);
        }
        return connection;
    }

    private IOException failed(@Nullable Verdict acted) {
        try {
            IOException failure = FaultExceptions.of(acted, listener.toString());
            listener.network().events().record(EventKind.FAIL, listener, 0, failedAccept(failure));
            return failure;
        } catch (RuntimeException | Error e) {
            listener.network().events().record(EventKind.FAIL, listener, 0, failedAccept(e));
            throw e;
        }
    }

    private static FailedOperation failedAccept(Throwable failure) {
        return FailedOperation.of(Operation.Kind.ACCEPT, failure);
    }

    private @Nullable ConnectionImpl take(boolean waited, ErrorStyle style) throws IOException {
        ConnectionImpl connection;
        int outcome;
        Verdict acted;
        queue.lock();
        try {
            connection = queue.poll();
            outcome = queue.outcome();
            acted = outcome == Outcome.FAULT ? queue.acted() : null;
        } finally {
            queue.leave();
        }
        if (connection != null) {
            if (outcome == Outcome.RESET) {
                connection.teardown().abort();
            }
            return connection;
        }
        return switch (outcome) {
            case Outcome.BLOCKED -> null;
            case Outcome.CLOSED -> throw ErrorHelp.ofClosed(style.closedArrival(waited), listener);
            default -> throw failed(acted);
        };
    }
}
