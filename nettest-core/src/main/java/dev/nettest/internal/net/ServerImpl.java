package dev.nettest.internal.net;

import dev.nettest.Connection;
import dev.nettest.ConnectionHandler;
import dev.nettest.ServerHandle;
import dev.nettest.Snapshot;
import dev.nettest.WaitingCallback;
import dev.nettest.internal.sync.CallbackWaiter;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.time.ClockTimers;
import dev.nettest.internal.util.CallSite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The implementation of {@link ServerHandle}. A callback accepts, so no thread waits for connections, and a close needs
 * no interrupt.
 */
public final class ServerImpl implements ServerHandle, WaitingCallback {

    private static final long FIRST_PAUSE = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long LAST_PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final ListenerImpl listener;
    private final ConnectionHandler handler;
    private final Executor executor;
    private final @Nullable StackTraceElement line = CallSite.here();
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private final Set<ConnectionImpl> served = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private volatile @Nullable CallbackWaiter waiter;
    private volatile Timers.@Nullable Timer retry;
    private long pause; // used by one accept at a time

    private ServerImpl(ListenerImpl listener, ConnectionHandler handler) {
        this.listener = listener;
        this.handler = Objects.requireNonNull(handler, "handler");
        this.executor = listener.network().executor();
    }

    static ServerImpl start(ListenerImpl listener, ConnectionHandler handler) {
        ServerImpl server = new ServerImpl(listener, handler);
        server.run();
        return server;
    }

    // ---- accepting

    /** Accepts until nothing is queued, then registers for the next connection. */
    @Override
    public void run() {
        while (!closed && acceptQueued()) {
            CallbackWaiter next =
                    new CallbackWaiter(listener.acceptQueue(), ReadyBits.ACCEPTABLE, 1, true, false, this);
            waiter = next;
            if (listener.acceptQueue().enlist(next)) {
                if (closed) {
                    next.cancel();
                }
                return;
            }
        }
    }

    /** False if the next accept has to wait for a pause, or will never come. */
    private boolean acceptQueued() {
        try {
            ConnectionImpl connection = listener.tryAcceptForNetwork();
            while (connection != null) {
                pause = 0;
                start(connection);
                connection = listener.tryAcceptForNetwork();
            }
            return true;
        } catch (ClosedChannelException e) {
            return false;
        } catch (IOException e) {
            pause = Math.max(FIRST_PAUSE, Math.min(2 * pause, LAST_PAUSE));
            ClockTimers timers = listener.network().timers();
            retry = timers.schedule(timers.in(pause), this);
            return false;
        }
    }

    private void start(ConnectionImpl connection) {
        connections.add(connection);
        served.add(connection);
        try {
            executor.execute(() -> handle(connection));
        } catch (RejectedExecutionException e) {
            end(connection); // the network is closed
        }
        if (closed) {
            end(connection); // close() may have missed it
        }
    }

    private void handle(ConnectionImpl connection) {
        try {
            handler.handle(connection);
        } catch (Throwable e) {
            if (!isExpected(e)) {
                listener.network().handlerFailures().add(connection, e);
            }
        } finally {
            end(connection);
        }
    }

    /** True for a failure of the connection, and for the interrupt at the end of the network. */
    private boolean isExpected(Throwable thrown) {
        Throwable cause =
                thrown instanceof UncheckedIOException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return cause instanceof SocketException
                || cause instanceof SocketTimeoutException
                || cause instanceof ClosedChannelException
                || cause.getClass() == IOException.class
                || (listener.network().isClosed()
                        && (cause instanceof InterruptedException
                                || listener.network().reports().isOwn(cause)));
    }

    private void end(ConnectionImpl connection) {
        served.remove(connection);
        try {
            connection.close();
        } catch (IOException e) {
            if (!isExpected(e)) {
                listener.network().handlerFailures().add(connection, e);
            }
        }
    }

    // ---- the handle

    @Override
    public ListenerImpl listener() {
        return listener;
    }

    @Override
    public List<Connection> connections() {
        return List.copyOf(connections);
    }

    @Override
    public void close() {
        closed = true;
        CallbackWaiter waiting = waiter;
        if (waiting != null) {
            waiting.cancel();
        }
        Timers.Timer armed = retry;
        if (armed != null) {
            armed.cancel();
        }
        served.forEach(this::end);
    }

    @Override
    public Snapshot.Waiter waiter() {
        return new Snapshot.Waiter("a server", "serve", listener, line, false);
    }

    @Override
    public String toString() {
        return "server of " + listener;
    }
}
