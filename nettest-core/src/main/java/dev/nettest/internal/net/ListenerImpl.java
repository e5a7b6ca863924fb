package dev.nettest.internal.net;

import dev.nettest.Connection;
import dev.nettest.ConnectionHandler;
import dev.nettest.Listener;
import dev.nettest.Readiness;
import dev.nettest.ServerHandle;
import dev.nettest.SocketKind;
import dev.nettest.internal.event.EventKind;
import dev.nettest.internal.fault.FaultRegistry;
import dev.nettest.internal.net.CloseDetail.Cause;
import dev.nettest.internal.net.ConditionAwait.Condition;
import dev.nettest.internal.stream.AcceptQueue;
import dev.nettest.internal.stream.StreamEndpoint;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.util.Addresses;
import dev.nettest.internal.util.Checks;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The implementation of {@link Listener}. */
public final class ListenerImpl extends AbstractAwaitable implements Listener {

    private final NetworkImpl network;
    private final HostImpl host;
    private final SocketAddress localAddress;
    private final AcceptQueue<ConnectionImpl> acceptQueue;
    private final AcceptIo accepts;
    private final ListenerFaultScope faultScope = new ListenerFaultScope(this);
    private final FirstClose firstClose = new FirstClose(this);
    private volatile int receiveBufferSize;
    private final long eventSubject;
    private final Ownership ownership = new Ownership();

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
        this.accepts = new AcceptIo(this, acceptQueue);
    }

    /** Begins to listen on its address, which is claimed. */
    ListenerImpl start() throws SocketException {
        ownership.opened(network.config());
        faultScope.installExistingFaults();
        if (host.isUnreachable()) {
            syncWithHost();
        }
        if (network.isClosed() || !host.isUp()) {
            closeForOwner(
                    network.isClosed() ? Cause.NETWORK : Cause.CRASH); // the shutdown or the crash may have missed it
            host.checkUp("listen");
        }
        network.events().record(EventKind.LISTEN, this, 0, null);
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
        return accepts.accept(Timers.NEVER, ErrorStyle.CHANNEL);
    }

    @Override
    public ConnectionImpl accept(Duration timeout, SocketKind kind) throws IOException {
        return accepts.accept(Timeouts.nanos(timeout), ErrorStyle.of(Objects.requireNonNull(kind, "kind")));
    }

    @Override
    public @Nullable ConnectionImpl tryAccept() throws IOException {
        return accepts.attempt(false, ErrorStyle.CHANNEL, () -> null);
    }

    @Override
    public @Nullable ConnectionImpl tryAccept(Supplier<? extends @Nullable StackTraceElement> caller)
            throws IOException {
        return accepts.attempt(false, ErrorStyle.CHANNEL, Objects.requireNonNull(caller, "caller"));
    }

    /** Like {@link #tryAccept()}, for the bridge: the leak check ignores the connection. */
    @Nullable
    public ConnectionImpl tryAcceptForNetwork() throws IOException {
        return accepts.attemptForNetwork();
    }

    @Override
    public boolean isAcceptable() {
        return !isClosed() && acceptQueue.isReady(ReadyBits.ACCEPTABLE, 1);
    }

    @Override
    public void awaitAcceptable(int connections, Duration limit) {
        Objects.requireNonNull(limit, "limit");
        await(Condition.acceptable(connections, capacity()), limit);
    }

    @Override
    public CompletionStage<Void> whenAcceptable(int connections, Duration limit) {
        Objects.requireNonNull(limit, "limit");
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

    @Override
    public ServerHandle serve(ConnectionHandler handler) {
        return ServerImpl.start(this, handler);
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
        return firstClose.isClosed();
    }

    @Override
    public void close() {
        closeForOwner(Cause.OWNER);
    }

    /** Closes it because its bridge cannot serve it any more. */
    public void abandon() {
        closeForOwner(Cause.BRIDGE);
    }

    /** Closes it. Its owner need not close it any more. */
    void closeForOwner(Cause cause) {
        ownership.closed();
        release(cause);
        network.ownerClosed();
    }

    /** Closes it. Its owner still has to close it. */
    void release(Cause cause) {
        if (!firstClose.begin(cause)) {
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
                connection.teardown().release(StreamEndpoint.Closing.ABORT, Cause.LISTENER);
            }
        }
    }

    /** Its address and state. */
    @Override
    public String toString() {
        return "listener " + place() + (isClosed() ? " (CLOSED)" : "");
    }

    @Override
    Ownership ownership() {
        return ownership;
    }

    /** True if the code under test must close it and did not. */
    boolean isLeaked() {
        return ownership.isLeaked();
    }

    /** The line that opened it, if that is known. */
    String origin() {
        return ownership.origin();
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
            return recorded(acceptQueue.offer(server), server);
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
            outcome = recorded(acceptQueue.completeSlot(client.peer()), client.peer());
        } finally {
            acceptQueue.leave();
        }
        if (outcome != 0) {
            client.peer().teardown().release(StreamEndpoint.Closing.ABORT, Cause.LISTENER);
        }
    }

    /** Under the lock, so that no accept is recorded before. */
    private static int recorded(int outcome, ConnectionImpl server) {
        if (outcome == 0) {
            server.record(EventKind.QUEUE, 0, null);
        }
        return outcome;
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
