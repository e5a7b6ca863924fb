package dev.nettest;

import dev.nettest.internal.net.ListenerImpl;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A bound TCP address or Unix path with a bounded accept queue. It behaves like a blocking
 * {@link java.nio.channels.ServerSocketChannel} on Linux.
 *
 * <p>A connect completes when its connection is in the accept queue, before it is accepted. While the queue is full,
 * connects wait. Closing the listener resets the queued connections and refuses the waiting connects. Any thread may
 * call any method at any time.
 *
 * <p>A listener is <em>acceptable</em> if an accept would return at once. A plain {@link #accept()} waits without
 * limit, and an interrupt closes the listener, like a channel.
 */
public sealed interface Listener extends Awaitable, Closeable permits ListenerImpl {

    /** The address it is bound to; it stays after a close. */
    SocketAddress localAddress();

    /** The port it is bound to; -1 for a Unix path. */
    int port();

    /** The host it is bound on. */
    Host host();

    // ---- connecting

    /**
     * Connects to this listener from the default host, like {@link Network#connect(SocketAddress)}. A wildcard address
     * means the host's first address. A Unix path is connected from its own host.
     *
     * @throws java.net.ConnectException {@code Connection refused} if the listener is closed
     */
    default Connection connect() throws IOException {
        return connect(connection -> {});
    }

    /** Like {@link #connect()}. {@code beforeHandshake} first receives the connecting end, to set it up. */
    Connection connect(Consumer<? super Connection> beforeHandshake) throws IOException;

    /** {@link #connect(Consumer)} without blocking; cancelling the {@code CompletableFuture} abandons the connect. */
    CompletionStage<Connection> connectAsync(Consumer<? super Connection> beforeHandshake);

    // ---- accepting

    /**
     * Accepts the oldest connection in the queue; waits without limit while there is none.
     *
     * @throws ClosedChannelException if the listener is closed; one of its subclasses if it is closed, or the thread
     *     interrupted, during the wait
     */
    Connection accept() throws IOException;

    /**
     * Like {@link #accept()}, with a timeout; zero means no timeout, like {@code ServerSocket.setSoTimeout}.
     *
     * @throws SocketTimeoutException {@code Accept timed out}
     * @throws IllegalArgumentException if {@code timeout} is negative
     */
    default Connection accept(Duration timeout) throws IOException {
        return accept(timeout, SocketKind.CHANNEL);
    }

    /** Like {@link #accept(Duration)}, with the exceptions and the interrupt behaviour of {@code kind}. */
    Connection accept(Duration timeout, SocketKind kind) throws IOException;

    /** The oldest connection in the queue; null if there is none. Never waits. */
    @SuppressWarnings("exports") // JSpecify is optional
    @Nullable
    Connection tryAccept() throws IOException;

    /**
     * Like {@link #tryAccept()}, for adapters whose caller is not on the stack of the current thread, such as a resumed
     * coroutine.
     *
     * @param caller asked on this thread for the line that accepts; null if it is unknown. The check of leaks asks, if
     *     the stack shows no line, or in a callback of the network
     */
    @SuppressWarnings("exports") // JSpecify is optional
    @Nullable
    Connection tryAccept(Supplier<? extends @Nullable StackTraceElement> caller) throws IOException;

    /** True if an accept would return or fail at once. False after a close. */
    boolean isAcceptable();

    /** Waits until an accept would return or fail at once. */
    default void awaitAcceptable() {
        awaitReady(Readiness.ACCEPTABLE);
    }

    /** Like {@link #awaitAcceptable()}, with a limit. */
    default void awaitAcceptable(Duration limit) {
        awaitReady(Readiness.ACCEPTABLE, limit);
    }

    /**
     * Waits until at least {@code connections} are in the accept queue, and an accept may take one. For one connection,
     * a failure is enough.
     *
     * @throws IllegalArgumentException if {@code connections} is less than 1, or more than the accept queue can hold
     */
    default void awaitAcceptable(int connections) {
        awaitAcceptable(connections, network().config().awaitLimit());
    }

    /** Like {@link #awaitAcceptable(int)}, with a limit. */
    void awaitAcceptable(int connections, Duration limit);

    /** {@link #awaitAcceptable(int, Duration)} as a stage. */
    CompletionStage<Void> whenAcceptable(int connections, Duration limit);

    /** Completes when an accept would return or fail at once, without limit. */
    default CompletionStage<Void> whenAcceptable() {
        return whenReady(Readiness.ACCEPTABLE);
    }

    /**
     * Accepts every connection from now on and runs {@code handler} for each, at the same time. The handlers run on
     * threads of {@link Network#executor()}:
     *
     * <pre>{@code
     * listener.serve(connection -> {
     *     BufferedReader reader = new BufferedReader(new InputStreamReader(connection.inputStream()));
     *     connection.outputStream().write((reader.readLine() + "!").getBytes());
     * });
     * }</pre>
     *
     * <p>A connection is closed when its handler ends, and is never a leak. A failure of a connection ends only that
     * connection: a {@code SocketException}, a {@code SocketTimeoutException}, a {@code ClosedChannelException} or a
     * plain {@code IOException}, such as {@code Connection reset by peer}. Any other exception of a handler, an
     * {@code EOFException} included, fails {@link Network#close()}. It is also attached to the failure of the test.
     *
     * <p>If an accept fails, by a fault for example, the next one follows after 5 ms of the network's clock. The pause
     * doubles up to a second while accepts fail. Does not wait.
     *
     * @throws IllegalStateException like {@link Network#executor()}
     */
    ServerHandle serve(ConnectionHandler handler);

    // ---- settings

    /**
     * Sets the backlog, as in {@code listen(2)}: the accept queue holds one connection more, like on Linux. Applies at
     * once; queued connections stay.
     *
     * @throws IllegalArgumentException if {@code connections} is less than 1
     */
    Listener backlog(int connections);

    /**
     * Sets the receive buffer size of connections that are queued from now on, in bytes. 0 makes a rendezvous;
     * {@link Connection#UNLIMITED} removes the bound.
     *
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    Listener receiveBufferSize(int bytes);

    /** The receive buffer size of connections that are queued from now on. */
    int receiveBufferSize();

    /** The faults of this listener, of connects to it, and of the ends that it accepts. */
    Faults faults();

    // ---- ending

    /**
     * Releases the address, resets the queued connections, refuses the waiting connects and releases the waiting
     * accepts. Accepted connections continue. A Unix path stays without a listener. Idempotent.
     */
    @Override
    void close();
}
