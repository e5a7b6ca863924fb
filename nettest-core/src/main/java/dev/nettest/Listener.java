package dev.nettest;

import dev.nettest.Operation.Kind;
import dev.nettest.kernel.Backlog;
import dev.nettest.kernel.CallbackWaiter;
import dev.nettest.kernel.Condition;
import dev.nettest.kernel.End;
import dev.nettest.kernel.EventRing;
import dev.nettest.kernel.Outcome;
import dev.nettest.kernel.ThreadWaiter;
import dev.nettest.kernel.Timers;
import dev.nettest.kernel.Verdict;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A bound TCP address, or a bound path of Unix domain sockets, with a bounded backlog. It behaves as a blocking {@link java.nio.channels.ServerSocketChannel} does on Linux.
 *
 * <p>A dial is done when its connection is queued here, before it is accepted. Where the backlog is full, dials wait. Closing
 * resets the connections that are queued and refuses the dials that wait. Any thread may call any method at any time.
 *
 * <p>It is <em>acceptable</em> when an accept would return at once. A plain {@link #accept()} waits without limit, and an
 * interrupt closes the listener, as it does a channel. An {@code await} method always has a limit,
 * {@link NetworkConfig#awaitLimit()} unless one is given, and fails with an {@link AssertionError} that shows the network.
 */
public final class Listener implements Closeable {

    /** From 18 on the JDK says {@code ClosedChannelException} here; 17 says that it was closed meanwhile. */
    private static final boolean SAYS_CLOSED_MEANWHILE = Runtime.version().feature() < 18;

    private final Network network;
    private final Host host;
    private final SocketAddress localAddress;
    private final Backlog<Connection> backlog;
    private final Faults faults = new Faults(new ListenerScope(this));
    private final AtomicBoolean closed = new AtomicBoolean();
    private volatile int receiveBufferSize;
    private final long eventSubject;

    Listener(Host host, SocketAddress localAddress) {
        this.network = host.network();
        this.host = host;
        this.localAddress = localAddress;
        boolean unix = Addresses.isUnix(localAddress);
        this.receiveBufferSize = unix
                ? network.config().unixReceiveBufferSize()
                : network.config().receiveBufferSize();
        this.eventSubject = unix ? network.connections().nextPathSubject() : -1L - port();
        this.backlog = new Backlog<>(network.config().backlog() + 1, network.timers());
    }

    /** The address it is bound to. It stays after a close. */
    public SocketAddress localAddress() {
        return localAddress;
    }

    /** The port it is bound to; -1 of a path. */
    public int port() {
        return localAddress instanceof InetSocketAddress inet ? inet.getPort() : -1;
    }

    /** The network that it is part of. */
    public Network network() {
        return network;
    }

    /** The host that it is bound on. */
    public Host host() {
        return host;
    }

    // ---- dialling

    /**
     * Dials this listener; as {@link Network#connect(SocketAddress)} with its address, a wildcard taken as its host's first; a path from
     * its host.
     *
     * @throws java.net.ConnectException {@code Connection refused} if it is closed
     */
    public Connection connect() throws IOException {
        return connect(dialling -> {});
    }

    /** As {@link #connect()}; {@code beforeHandshake} gets the dialling end to set it up before anybody sees it. */
    public Connection connect(Consumer<? super Connection> beforeHandshake) throws IOException {
        return dialler().connect(host.reachable(localAddress), beforeHandshake);
    }

    /** {@link #connect(Consumer)} without blocking; cancelling it, as a {@code CompletableFuture}, gives the dial up. */
    public CompletionStage<Connection> connectAsync(Consumer<? super Connection> beforeHandshake) {
        return dialler().connectAsync(host.reachable(localAddress), beforeHandshake);
    }

    /** A path is reached from its own host only. */
    private Host dialler() {
        return Addresses.isUnix(localAddress) ? host : network.localhost();
    }

    // ---- accepting

    /**
     * Takes the connection that was queued first; waits while there is none, without limit.
     *
     * @throws ClosedChannelException if it is closed; if it was closed, or the thread interrupted, meanwhile, the subclass that
     *     says so
     */
    public Connection accept() throws IOException {
        return accept(Timers.NEVER, Face.CHANNEL);
    }

    /**
     * As {@link #accept()}, but waits only so long; a timeout of zero waits for ever, as {@code ServerSocket.setSoTimeout} has it.
     *
     * @throws SocketTimeoutException {@code Accept timed out}
     * @throws IllegalArgumentException if {@code timeout} is negative
     */
    public Connection accept(Duration timeout) throws IOException {
        return accept(timeout, Face.CHANNEL);
    }

    /** As {@link #accept(Duration)}, with the exceptions of {@code face}, and closed by an interrupt as that is. */
    public Connection accept(Duration timeout, Face face) throws IOException {
        long nanos = Checks.nanos(timeout, "timeout");
        return accept(nanos == 0 ? Timers.NEVER : nanos, Objects.requireNonNull(face, "face"));
    }

    private Connection accept(long timeout, Face face) throws IOException {
        if (face.heedsStatus() && Thread.currentThread().isInterrupted() && !isClosed()) {
            close();
            throw face.interrupted();
        }
        long deadline = 0;
        for (boolean waited = false; ; waited = true) {
            Connection connection = attemptAccept(waited, face);
            if (connection != null) {
                return connection;
            }
            if (!waited) {
                deadline = network.timers().in(timeout);
            }
            ThreadWaiter.End end = ThreadWaiter.await(
                    backlog,
                    Condition.ACCEPTABLE,
                    1,
                    false,
                    network.timers(),
                    deadline,
                    Timers.NEVER,
                    face.isInterruptible());
            if (end == ThreadWaiter.End.TIMED_OUT) {
                throw new SocketTimeoutException("Accept timed out");
            }
            if (end == ThreadWaiter.End.INTERRUPTED) {
                close();
                throw face.interrupted();
            }
        }
    }

    /** The connection that was queued first; null where there is none. */
    @SuppressWarnings("exports") // JSpecify is optional
    public @Nullable Connection tryAccept() throws IOException {
        return attemptAccept(false, Face.CHANNEL);
    }

    /** As {@link #tryAccept}, for a part of the network itself: nobody has to close what it takes. */
    @Nullable
    Connection tryAcceptForNetwork() throws IOException {
        Connection connection = take(false, Face.CHANNEL);
        if (connection != null) {
            connection.life().acceptedByNetwork();
        }
        return connection;
    }

    private @Nullable Connection attemptAccept(boolean waited, Face face) throws IOException {
        Connection connection = take(waited, face);
        if (connection != null) {
            connection.life().accepted();
        }
        return connection;
    }

    private @Nullable Connection take(boolean waited, Face face) throws IOException {
        List<Connection> taken = new ArrayList<>(1);
        int outcome;
        Verdict acted;
        backlog.lock();
        try {
            outcome = backlog.poll(taken);
            acted = outcome == Outcome.FAULT ? backlog.acted() : null;
        } finally {
            backlog.leave();
        }
        switch (outcome) {
            case Outcome.BLOCKED -> {
                return null;
            }
            case Outcome.CLOSED -> throw face.closed(waited || SAYS_CLOSED_MEANWHILE);
            case Outcome.FAULT -> throw Failures.of(acted, toString());
            default -> {
                Connection connection = taken.get(0);
                if (outcome == Outcome.RESET) {
                    connection.life().abort();
                }
                return connection;
            }
        }
    }

    /** Whether an accept would return, or fail, at once. False once it is closed. */
    public boolean isAcceptable() {
        return !isClosed() && backlog.isReady(Condition.ACCEPTABLE, 1);
    }

    /** Waits until an accept would return, or fail, at once. */
    public void awaitAcceptable() {
        awaitAcceptable(network.config().awaitLimit());
    }

    /** As {@link #awaitAcceptable()}, with a limit. */
    public void awaitAcceptable(Duration limit) {
        awaits().await(Readiness.ACCEPTABLE, limit);
    }

    /** Waits until it is closed. */
    public void awaitClosed() {
        awaitClosed(network.config().awaitLimit());
    }

    /** As {@link #awaitClosed()}, with a limit. */
    public void awaitClosed(Duration limit) {
        awaits().await(Readiness.CLOSED, limit);
    }

    /**
     * Runs {@code callback} once, as soon as {@code op} holds, at once if it does: on whichever thread brings it about, outside every
     * lock. It must not wait. A listener that is closed is acceptable here, so that nobody is forgotten.
     *
     * @throws IllegalArgumentException if {@code op} is a connection's
     */
    public Registration onReady(Readiness op, Runnable callback) {
        return CallbackWaiter.enlist(backlog, checkedCondition(op), 1, false, callback)::cancel;
    }

    /** As {@link #onReady(Readiness, Runnable)}, for the first of several. */
    public Registration onReady(Set<Readiness> ops, Runnable callback) {
        int mask = Readiness.mask(ops, Listener::checkedCondition);
        return CallbackWaiter.enlist(backlog, mask, 1, false, callback)::cancel;
    }

    /** {@link #awaitAcceptable()} without limit, as a stage; cancel it as a {@code CompletableFuture}. */
    public CompletionStage<Void> whenAcceptable() {
        return whenReady(Readiness.ACCEPTABLE, Awaits.UNLIMITED);
    }

    /** {@link #awaitClosed()} without limit, as a stage. */
    public CompletionStage<Void> whenClosed() {
        return whenReady(Readiness.CLOSED, Awaits.UNLIMITED);
    }

    /** The await of {@code op} as a stage: fails with the await's {@code AssertionError} when {@code limit} passes. */
    public CompletionStage<Void> whenReady(Readiness op, Duration limit) {
        checkedCondition(op);
        return awaits().when(op, 1, limit);
    }

    // ---- settings

    /**
     * How many connections may be queued, as {@code listen(2)} takes it: Linux, and this, queues one more. Holds at once; what is
     * queued stays.
     *
     * @throws IllegalArgumentException if {@code connections} is less than 1
     */
    public Listener backlog(int connections) {
        int capacity = NetworkConfig.checkedBacklog(connections) + 1;
        backlog.lock();
        try {
            backlog.capacity(capacity);
        } finally {
            backlog.leave();
        }
        return this;
    }

    /**
     * The size of the receive buffer of connections that are queued from now on, in bytes; 0 for a rendezvous,
     * {@link Connection#UNLIMITED} for none.
     *
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    public Listener receiveBufferSize(int bytes) {
        receiveBufferSize = Checks.notNegative(bytes, "receiveBufferSize");
        return this;
    }

    /** The size of the receive buffer of connections that are queued from now on. */
    public int receiveBufferSize() {
        return receiveBufferSize;
    }

    /** The faults of this listener, of dials to it and of the ends that it accepts. */
    public Faults faults() {
        return faults;
    }

    // ---- ending

    /** Whether it is closed. */
    public boolean isClosed() {
        return closed.get();
    }

    /**
     * Frees the address, though a path stays, which is then dead; resets what is queued, refuses the dials that wait and frees whoever waits in an accept. Connections that
     * were accepted go on. Idempotent.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (localAddress instanceof InetSocketAddress inet) {
            network.book().release(host, inet, this);
        } else {
            network.book().abandonPath(this);
        }
        backlog.lock();
        List<Connection> queued;
        try {
            queued = backlog.close();
        } finally {
            backlog.leave();
        }
        for (Connection connection : queued) {
            if (host.isSilent()) {
                connection.life().vanish();
            } else {
                connection.life().release(End.Closing.ABORT);
            }
        }
        network.events().record(EventRing.Kind.CLOSE, eventSubject, 0);
    }

    /** Its address and state. */
    @Override
    public String toString() {
        return "listener " + place() + (isClosed() ? " (CLOSED)" : "");
    }

    /** Its address, and whose it is where that does not say. */
    String place() {
        return (Addresses.text(localAddress) + " " + ofHost()).stripTrailing();
    }

    /** Whose it is, where its address does not say; empty otherwise. */
    String ofHost() {
        boolean ambiguous = !(localAddress instanceof InetSocketAddress inet)
                || inet.getAddress().isAnyLocalAddress();
        return ambiguous && !host.isDefault() ? "of " + host.name() : "";
    }

    // ---- for the rest of the package

    /** Whom its events are about: a port, counted down from -1, or what {@link Connections#nextPathSubject} gave. */
    long eventSubject() {
        return eventSubject;
    }

    Backlog<Connection> backlogQueue() {
        return backlog;
    }

    /** Queues the peer of {@code client}; an {@link Outcome}. */
    int offer(Connection client) {
        Connection server = client.peer();
        server.life().arrive(this, receiveBufferSize);
        backlog.lock();
        try {
            return backlog.offer(server);
        } finally {
            backlog.leave();
        }
    }

    /** Keeps a place for the peer of {@code client} until its handshake is done; an {@link Outcome}. */
    int reserve(Connection client) {
        client.peer().life().arrive(this, receiveBufferSize);
        backlog.lock();
        try {
            return backlog.reserve();
        } finally {
            backlog.leave();
        }
    }

    /** Queues the peer of {@code client} in the place that was kept for it, or resets it where this was closed meanwhile. */
    void fill(Connection client) {
        backlog.lock();
        int outcome;
        try {
            outcome = backlog.fill(client.peer());
        } finally {
            backlog.leave();
        }
        if (outcome != 0) {
            client.peer().life().release(End.Closing.ABORT);
        }
    }

    /** Gives the place up that was kept for a dial. */
    void forgo() {
        backlog.lock();
        backlog.forgo();
        backlog.leave();
    }

    /** Hands nobody over while its host is cut off. */
    void holdAsHostSays() {
        boolean held;
        do {
            held = host.isCutOff();
            backlog.lock();
            backlog.hold(held);
            backlog.leave();
        } while (held != host.isCutOff());
    }

    void renew(Kind kind) {
        if (kind == Kind.ACCEPT) {
            FaultJudge judge = new FaultJudge(
                    kind,
                    () -> List.of(faults, host.faults(), network.faults()),
                    network,
                    faults.scope().diceKey());
            FaultJudge.Subject subject = new ListenerScope(this);
            backlog.lock();
            try {
                backlog.judge((number, offset) -> judge.judge(number, offset, subject, true));
            } finally {
                backlog.leave();
            }
        }
    }

    private Awaits awaits() {
        return new Awaits(network, backlog, this);
    }

    private static int checkedCondition(Readiness op) {
        if (!op.isOfListener()) {
            throw new IllegalArgumentException(op + " is a readiness of a connection, not of a listener");
        }
        return op.condition;
    }
}
