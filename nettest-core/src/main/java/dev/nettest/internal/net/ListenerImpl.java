package dev.nettest.internal.net;

import dev.nettest.Connection;
import dev.nettest.Listener;
import dev.nettest.Readiness;
import dev.nettest.SocketKind;
import dev.nettest.internal.fault.FaultRegistry;
import dev.nettest.internal.fault.Verdict;
import dev.nettest.internal.net.ConditionAwait.Condition;
import dev.nettest.internal.stream.AcceptQueue;
import dev.nettest.internal.stream.StreamEndpoint;
import dev.nettest.internal.sync.Outcome;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.ThreadWaiter;
import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.util.Addresses;
import dev.nettest.internal.util.Checks;
import dev.nettest.internal.util.EventRing;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The implementation of {@link Listener}. */
public final class ListenerImpl extends AbstractAwaitable implements Listener {

    private final NetworkImpl network;
    private final HostImpl host;
    private final SocketAddress localAddress;
    private final AcceptQueue<ConnectionImpl> acceptQueue;
    private final ListenerFaultScope faultScope = new ListenerFaultScope(this);
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile int receiveBufferSize;
    private final long eventSubject;

    ListenerImpl(HostImpl host, SocketAddress localAddress) {
        this.network = host.network();
        this.host = host;
        this.localAddress = localAddress;
        boolean unix = Addresses.isUnix(localAddress);
        this.receiveBufferSize = unix
                ? network.config().unixReceiveBufferSize()
                : network.config().receiveBufferSize();
        this.eventSubject = unix ? network.connectionTable().nextPathSubject() : -1L - port();
        this.acceptQueue = new AcceptQueue<>(network.config().backlog() + 1, network.timers());
    }

    /** Begins to listen on its address, which is claimed. */
    ListenerImpl start() throws SocketException {
        faultScope.installExistingFaults();
        if (host.isUnreachable()) {
            syncWithHost();
        }
        if (network.isClosed() || !host.isUp()) {
            close(); // the shutdown or the crash may have missed it
            host.checkUp("listen");
        }
        network.events().record(EventRing.Kind.LISTEN, eventSubject, 0);
        return this;
    }

    @Override
    public SocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public int port() {
        return localAddress instanceof InetSocketAddress inet ? inet.getPort() : -1;
    }

    @Override
    public NetworkImpl network() {
        return network;
    }

    @Override
    public HostImpl host() {
        return host;
    }

    // ---- connecting

    @Override
    public Connection connect(Consumer<? super Connection> beforeHandshake) throws IOException {
        return connectingHost().connect(host.resolveWildcard(localAddress), beforeHandshake);
    }

    @Override
    public CompletionStage<Connection> connectAsync(Consumer<? super Connection> beforeHandshake) {
        return connectingHost().connectAsync(host.resolveWildcard(localAddress), beforeHandshake);
    }

    /** A path can be reached from its own host only. */
    private HostImpl connectingHost() {
        return Addresses.isUnix(localAddress) ? host : network.localhost();
    }

    // ---- accepting

    @Override
    public ConnectionImpl accept() throws IOException {
        return accept(Timers.NEVER, ErrorStyle.CHANNEL);
    }

    @Override
    public ConnectionImpl accept(Duration timeout, SocketKind kind) throws IOException {
        return accept(Timeouts.nanos(timeout), ErrorStyle.of(Objects.requireNonNull(kind, "kind")));
    }

    private ConnectionImpl accept(long timeout, ErrorStyle style) throws IOException {
        if (style.heedsStatus() && Thread.currentThread().isInterrupted() && !isClosed()) {
            close();
            throw style.interrupted();
        }
        long deadline = 0;
        for (boolean waited = false; ; waited = true) {
            ConnectionImpl connection = attemptAccept(waited, style, () -> null);
            if (connection != null) {
                return connection;
            }
            if (!waited) {
                deadline = network.timers().in(timeout);
            }
            ThreadWaiter.WaitResult end = ThreadWaiter.awaitTurn(
                    acceptQueue, ReadyBits.ACCEPTABLE, network.timers(), deadline, style.isInterruptible());
            if (end == ThreadWaiter.WaitResult.TIMED_OUT) {
                throw new SocketTimeoutException("Accept timed out");
            }
            if (end == ThreadWaiter.WaitResult.INTERRUPTED) {
                close();
                throw style.interrupted();
            }
        }
    }

    @Override
    public @Nullable ConnectionImpl tryAccept() throws IOException {
        return attemptAccept(false, ErrorStyle.CHANNEL, () -> null);
    }

    @Override
    public @Nullable ConnectionImpl tryAccept(Supplier<? extends @Nullable StackTraceElement> caller)
            throws IOException {
        return attemptAccept(false, ErrorStyle.CHANNEL, caller);
    }

    /** Like {@link #tryAccept()}, for the bridge: the leak check ignores the connection. */
    @Nullable
    public ConnectionImpl tryAcceptForNetwork() throws IOException {
        ConnectionImpl connection = take(false, ErrorStyle.CHANNEL);
        if (connection != null) {
            connection.record(EventRing.Kind.ACCEPT, 0);
        }
        return connection;
    }

    private @Nullable ConnectionImpl attemptAccept(
            boolean waited, ErrorStyle style, Supplier<? extends @Nullable StackTraceElement> caller)
            throws IOException {
        ConnectionImpl connection = take(waited, style);
        if (connection != null) {
            connection.ownership().acquire("accepted", network.config(), caller);
            connection.record(EventRing.Kind.ACCEPT, 0);
        }
        return connection;
    }

    private @Nullable ConnectionImpl take(boolean waited, ErrorStyle style) throws IOException {
        ConnectionImpl connection;
        int outcome;
        Verdict acted;
        acceptQueue.lock();
        try {
            connection = acceptQueue.poll();
            outcome = acceptQueue.outcome();
            acted = outcome == Outcome.FAULT ? acceptQueue.acted() : null;
        } finally {
            acceptQueue.leave();
        }
        if (connection != null) {
            if (outcome == Outcome.RESET) {
                connection.teardown().abort();
            }
            return connection;
        }
        return switch (outcome) {
            case Outcome.BLOCKED -> null;
            case Outcome.CLOSED -> throw style.closedArrival(waited);
            default -> throw FaultExceptions.of(acted, toString());
        };
    }

    @Override
    public boolean isAcceptable() {
        return !isClosed() && acceptQueue.isReady(ReadyBits.ACCEPTABLE, 1);
    }

    @Override
    public void awaitAcceptable(int connections, Duration limit) {
        await(Condition.acceptable(connections, capacity()), limit);
    }

    @Override
    public CompletionStage<Void> whenAcceptable(int connections, Duration limit) {
        return when(Condition.acceptable(connections, capacity()), limit);
    }

    private int capacity() {
        acceptQueue.lock();
        try {
            return acceptQueue.capacity();
        } finally {
            acceptQueue.leave();
        }
    }

    @Override
    AcceptQueue<ConnectionImpl> pollable() {
        return acceptQueue;
    }

    @Override
    void checkApplies(Readiness op) {
        if (!Conditions.isOfListener(op)) {
            throw new IllegalArgumentException(op + " is a readiness of a connection, not of a listener");
        }
    }

    // ---- settings

    @Override
    public ListenerImpl backlog(int connections) {
        int capacity = (int) Checks.positive(connections, "backlog") + 1;
        acceptQueue.lock();
        try {
            acceptQueue.capacity(capacity);
        } finally {
            acceptQueue.leave();
        }
        return this;
    }

    @Override
    public ListenerImpl receiveBufferSize(int bytes) {
        receiveBufferSize = Checks.notNegative(bytes, "receiveBufferSize");
        return this;
    }

    @Override
    public int receiveBufferSize() {
        return receiveBufferSize;
    }

    @Override
    public FaultRegistry faults() {
        return faultScope.faults();
    }

    // ---- closing

    @Override
    public boolean isClosed() {
        return closed.get();
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (localAddress instanceof InetSocketAddress inet) {
            network.bindTable().release(host, inet, this);
        } else {
            network.unixPaths().release(this);
        }
        acceptQueue.lock();
        List<ConnectionImpl> queued;
        try {
            queued = acceptQueue.close();
        } finally {
            acceptQueue.leave();
        }
        for (ConnectionImpl connection : queued) {
            if (host.state().isSilent()) {
                connection.teardown().dropSilently();
            } else {
                connection.teardown().release(StreamEndpoint.Closing.ABORT);
            }
        }
        network.events().record(EventRing.Kind.CLOSE, eventSubject, 0);
    }

    /** Its address and state. */
    @Override
    public String toString() {
        return "listener " + place() + (isClosed() ? " (CLOSED)" : "");
    }

    /** Its address, and its host if the address does not tell it. */
    String place() {
        return (Addresses.text(localAddress) + " " + ofHost()).stripTrailing();
    }

    /** Its host, if the address does not tell it; empty otherwise. */
    String ofHost() {
        boolean ambiguous = !(localAddress instanceof InetSocketAddress inet)
                || inet.getAddress().isAnyLocalAddress();
        return ambiguous && !host.isDefault() ? "of " + host.name() : "";
    }

    // ---- for the rest of the package

    /** Event-log id: {@code -1 - port}, or a unique id for a Unix path. */
    long eventSubject() {
        return eventSubject;
    }

    AcceptQueue<ConnectionImpl> acceptQueue() {
        return acceptQueue;
    }

    /** Queues the peer of {@code client}; 0 or an {@link Outcome}. */
    int offer(ConnectionImpl client) {
        ConnectionImpl server = client.peer();
        server.addresses().arriveAt(this, receiveBufferSize);
        acceptQueue.lock();
        try {
            return acceptQueue.offer(server);
        } finally {
            acceptQueue.leave();
        }
    }

    /** Reserves a slot for the peer of {@code client} until the handshake is complete; 0 or an {@link Outcome}. */
    int reserveSlot(ConnectionImpl client) {
        client.peer().addresses().arriveAt(this, receiveBufferSize);
        acceptQueue.lock();
        try {
            return acceptQueue.reserveSlot();
        } finally {
            acceptQueue.leave();
        }
    }

    /** Queues the peer of {@code client} in its reserved slot, or resets it if this listener is closed. */
    void completeSlot(ConnectionImpl client) {
        acceptQueue.lock();
        int outcome;
        try {
            outcome = acceptQueue.completeSlot(client.peer());
        } finally {
            acceptQueue.leave();
        }
        if (outcome != 0) {
            client.peer().teardown().release(StreamEndpoint.Closing.ABORT);
        }
    }

    /** Gives up a reserved slot. */
    void releaseSlot() {
        acceptQueue.lock();
        acceptQueue.releaseSlot();
        acceptQueue.leave();
    }

    /** Accepts wait while the host is unreachable. */
    void syncWithHost() {
        StateSync.sync(host::isUnreachable, this::hold);
    }

    private void hold(boolean held) {
        acceptQueue.lock();
        acceptQueue.hold(held);
        acceptQueue.leave();
    }

    ListenerFaultScope faultScope() {
        return faultScope;
    }
}
