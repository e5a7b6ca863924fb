package dev.nettest;

import dev.nettest.kernel.CallbackWaiter;
import dev.nettest.kernel.Condition;
import dev.nettest.kernel.DatagramQueue;
import dev.nettest.kernel.DatagramQueue.Arrival;
import dev.nettest.kernel.Departure;
import dev.nettest.kernel.EventRing;
import dev.nettest.kernel.Timers;
import dev.nettest.kernel.Verdict;
import java.io.Closeable;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A bound UDP address. It behaves as a blocking {@link java.nio.channels.DatagramChannel} does on Linux, in what it returns and what it
 * throws; the texts of exceptions are given for Linux here.
 *
 * <p>A datagram arrives whole or not at all, with the address of its sender. What is longer than the receiver's buffer is cut, and the rest
 * is lost. A send never waits: where nobody is bound the datagram vanishes, and where the {@linkplain #receiveBufferSize() receive
 * buffer} is full it is dropped and {@linkplain #droppedCount() counted}.
 *
 * <p>A {@linkplain #connect connected} endpoint hears its peer alone. When a datagram of it finds nobody bound there, the next call that
 * sends or receives, whichever comes first, throws {@link java.net.PortUnreachableException}, once; datagrams that are there come after that.
 *
 * <p>Any thread may call any method at any time. A plain {@link #receive} waits without limit unless a timeout is set, and an interrupt
 * closes the endpoint, as it does a channel. An {@code await} method always has a limit, {@link NetworkConfig#awaitLimit()} unless
 * one is given, and fails with an {@link AssertionError} that shows the network. A {@code try} method never waits.
 */
public final class DatagramEndpoint implements Closeable {

    /** What Linux has for {@code net.core.rmem_default}. */
    public static final int DEFAULT_RECEIVE_BUFFER_SIZE = 212_992;

    /** A receive buffer without bound: no datagram is dropped. */
    public static final int UNLIMITED = DatagramQueue.UNLIMITED;

    /** Below those of listeners. */
    static final long FIRST_EVENT_SUBJECT = -1L << 17;

    private final Network network;
    private final DatagramQueue queue;
    private final DatagramTransfers transfers;
    private final DatagramScope scope = new DatagramScope(this);
    private final Set<InetAddress> groups = new CopyOnWriteArraySet<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Its dice for each way that its datagrams take; null before there was a link. */
    private @Nullable Map<LinkDirection, Passage> passages;

    private volatile InetSocketAddress bound = Addresses.UNBOUND;

    /** Where it is bound; until then who binds it. */
    private volatile Host host;

    /** What it may send from: one, or where it is bound to every address those of its host. */
    private volatile List<InetSocketAddress> sources = List.of();

    /** Its peer was changed: the JDK then takes the address that it connected from for the one that it was bound to. */
    private volatile boolean narrowed;

    private volatile long receiveTimeout = Timers.NEVER;
    private volatile boolean broadcast = true;
    private volatile boolean reuseAddress;
    private volatile boolean multicastLoop = true;

    /** The line that got it for the code under test, empty where lines are not kept; null where it is the test's own. */
    private volatile @Nullable String gotAt;

    /** Its owner closed it, other than the network at its end. */
    private volatile boolean closedByOwner;

    DatagramEndpoint(Host host) {
        this.host = host;
        this.network = host.network();
        this.queue = new DatagramQueue(DEFAULT_RECEIVE_BUFFER_SIZE, network.timers());
        this.transfers = new DatagramTransfers(this, queue);
    }

    // ---- sending

    /**
     * Sends what remains in {@code source} as one datagram. Does not wait, unless a fault has it wait.
     *
     * @return how many bytes
     * @throws SocketException {@code Message too long}, beyond 65507 bytes (IPv6: 65527); {@code Can't send to port 0}
     * @throws AlreadyConnectedException if it is connected, and not to {@code target}
     * @throws java.net.PortUnreachableException if it is connected and an earlier datagram found nobody there
     * @throws UnknownHostException if the host is a name that the network does not know
     * @throws java.nio.channels.ClosedChannelException if it is closed; if the thread is interrupted, the subclass that says so
     */
    public int send(ByteBuffer source, SocketAddress target) throws IOException {
        return send(source, target, Face.CHANNEL);
    }

    /** As {@link #send(ByteBuffer, SocketAddress)}. */
    public int send(ByteBuffer source, String target) throws IOException {
        return send(source, network.parse(target));
    }

    /** As {@link #send(ByteBuffer, SocketAddress)}, with the exceptions of {@code face}. */
    public int send(ByteBuffer source, SocketAddress target, Face face) throws IOException {
        Objects.requireNonNull(source, "source");
        return transfers.send(source, network.resolved(target), Objects.requireNonNull(face, "face"));
    }

    /**
     * Sends to the peer, as {@code DatagramChannel.write} does. Of no bytes at all nothing is sent there.
     *
     * @throws java.nio.channels.NotYetConnectedException if it is not connected
     */
    public int send(ByteBuffer source) throws IOException {
        return transfers.send(Objects.requireNonNull(source, "source"), null, Face.CHANNEL);
    }

    /** As {@link #send(ByteBuffer, SocketAddress)}; false where it would wait, which only a fault brings about. */
    public boolean trySend(ByteBuffer source, SocketAddress target) throws IOException {
        Objects.requireNonNull(source, "source");
        return transfers.trySend(source, network.resolved(target));
    }

    /** As {@link #trySend(ByteBuffer, SocketAddress)}. */
    public boolean trySend(ByteBuffer source, String target) throws IOException {
        return trySend(source, network.parse(target));
    }

    /** As {@link #send(ByteBuffer)}; false where it would wait, which only a fault brings about. */
    public boolean trySend(ByteBuffer source) throws IOException {
        return transfers.trySend(Objects.requireNonNull(source, "source"), null);
    }

    // ---- receiving

    /**
     * Receives one datagram; waits, up to the {@linkplain #receiveTimeout(Duration) receive timeout}, while there is none. What
     * {@code target} has no room for is lost.
     *
     * @return the sender's address
     * @throws java.net.SocketTimeoutException {@code Receive timed out}; the endpoint stays usable
     * @throws java.net.PortUnreachableException if it is connected and a datagram of its own found nobody there
     * @throws java.nio.channels.ClosedChannelException if it is closed; if it was closed, or the thread interrupted, meanwhile, the
     *     subclass that says so
     */
    public SocketAddress receive(ByteBuffer target) throws IOException {
        return transfers.receive(target, receiveTimeout, Face.CHANNEL);
    }

    /**
     * As {@link #receive(ByteBuffer)}, with the exceptions of {@code face}, and closed by an interrupt as that is. Waits for
     * {@code timeout}, with zero for ever, whatever the receive timeout is.
     *
     * @throws IllegalArgumentException if {@code timeout} is negative
     */
    public SocketAddress receive(ByteBuffer target, Duration timeout, Face face) throws IOException {
        return transfers.receive(target, timeoutNanos(timeout), Objects.requireNonNull(face, "face"));
    }

    /** As {@link #receive(ByteBuffer)}; null where it would wait. */
    @SuppressWarnings("exports") // JSpecify is optional
    public @Nullable SocketAddress tryReceive(ByteBuffer target) throws IOException {
        return transfers.tryReceive(target);
    }

    /**
     * As {@link #receive(ByteBuffer)}, but completes a stage instead of blocking. Cancelling it, as a {@code CompletableFuture}, ends it and
     * loses no datagram; {@code target} belongs to it until it is done.
     */
    public CompletionStage<SocketAddress> receiveAsync(ByteBuffer target) {
        return AsyncReceive.start(this, Objects.requireNonNull(target, "target"), receiveTimeout);
    }

    // ---- connecting

    /**
     * Hears {@code peer} alone from now on, and sends to it. What had arrived is gone, as with the JDK.
     *
     * @throws AlreadyConnectedException if it is connected
     * @throws SocketException {@code Can't connect to port 0}
     * @throws UnknownHostException if the host is a name that the network does not know
     * @throws java.nio.channels.ClosedChannelException if it is closed
     */
    public DatagramEndpoint connect(SocketAddress peer) throws IOException {
        return connect(peer, Face.CHANNEL);
    }

    /** As {@link #connect(SocketAddress)}. */
    public DatagramEndpoint connect(String peer) throws IOException {
        return connect(network.parse(peer));
    }

    /** As {@link #connect(SocketAddress)}, with the exceptions of {@code face}; a socket that is connected changes its peer. */
    public DatagramEndpoint connect(SocketAddress peer, Face face) throws IOException {
        InetSocketAddress resolved = host.reachable(network.resolved(peer));
        transfers.checkOpen(face, false);
        if (face == Face.CHANNEL && queue.peer() != null) {
            throw new AlreadyConnectedException();
        }
        if (resolved.getPort() == 0) {
            throw new SocketException("Can't connect to port 0");
        }
        if (queue.peer() != null) {
            narrowed = true;
        }
        transfers.checkReachable(resolved.getAddress());
        connectQueue(resolved);
        return this;
    }

    /**
     * Hears everybody again. Idempotent. Where word of an unreachable peer is pending, the next send is lost to it, as on Linux, and nobody
     * is told.
     */
    public DatagramEndpoint disconnect() {
        InetSocketAddress local = (InetSocketAddress) localAddress();
        if (!isClosed() && queue.peer() != null) {
            connectQueue(null);
            if (narrowed && !local.equals(bound)) {
                network.datagrams().rebind(this, local);
            }
            narrowed = false;
        }
        return this;
    }

    private void connectQueue(@Nullable InetSocketAddress peer) {
        queue.lock();
        try {
            queue.connect(peer);
        } finally {
            queue.leave();
        }
    }

    /** The peer that it is connected to; null for none. It stays after a close. */
    @SuppressWarnings("exports") // JSpecify is optional
    public @Nullable SocketAddress remoteAddress() {
        return queue.peer();
    }

    /**
     * The address it is bound to; one that is bound to every address and connected has the one that its peer sees. It stays after a
     * close.
     */
    public SocketAddress localAddress() {
        InetSocketAddress peer = (InetSocketAddress) queue.peer();
        boolean any = bound.getAddress().isAnyLocalAddress();
        InetSocketAddress source = peer != null && any ? sourceTo(peer.getAddress()) : null;
        return source == null ? bound : source;
    }

    /** The port it is bound to. */
    public int port() {
        return bound.getPort();
    }

    /** The network that it is part of. */
    public Network network() {
        return network;
    }

    /** The host that it is bound on. */
    public Host host() {
        return host;
    }

    // ---- settings

    /** How long a receive may wait; zero, as it is at first, for ever. Holds for receives that begin after this. */
    public DatagramEndpoint receiveTimeout(Duration timeout) {
        receiveTimeout = timeoutNanos(timeout);
        return this;
    }

    /** The receive timeout; zero for none. */
    public Duration receiveTimeout() {
        return receiveTimeout == Timers.NEVER ? Duration.ZERO : Duration.ofNanos(receiveTimeout);
    }

    /** The size of the receive buffer in bytes, as the kernel counts them. */
    public int receiveBufferSize() {
        queue.lock();
        try {
            return queue.capacity();
        } finally {
            queue.leave();
        }
    }

    /**
     * Sets the size of the receive buffer, at first {@link #DEFAULT_RECEIVE_BUFFER_SIZE}; {@link #UNLIMITED} for none. It counts as Linux does,
     * memory and not payload: a datagram takes 832 bytes up to a length of 197, 1280 up to 645, 2304 up to 1669, and so on by powers of two.
     * One that does not fit is dropped, except that an empty buffer takes any. What was received gives its memory back in portions, at
     * the latest when nothing waits any more. What is queued stays.
     *
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    public DatagramEndpoint receiveBufferSize(int bytes) {
        Checks.notNegative(bytes, "receiveBufferSize");
        queue.lock();
        try {
            queue.capacity(bytes);
        } finally {
            queue.leave();
        }
        return this;
    }

    /**
     * Whether it may send to the broadcast addresses 255.255.255.255 and 127.255.255.255; otherwise that is
     * {@code BindException: Permission denied}. It may at first, as a {@code DatagramSocket} may and a channel may not.
     */
    public DatagramEndpoint broadcast(boolean allowed) {
        broadcast = allowed;
        return this;
    }

    /** Whether it may send to broadcast addresses. */
    public boolean broadcast() {
        return broadcast;
    }

    /**
     * Whether others that allow it too may be bound to the same address, as {@code SO_REUSEADDR} has it on Linux: a broadcast or multicast
     * then reaches all of them, any other datagram the one that was bound last. Set it before binding, in the hook of
     * {@link Network#bindDatagram(SocketAddress, java.util.function.Consumer)}.
     */
    public DatagramEndpoint reuseAddress(boolean allowed) {
        reuseAddress = allowed;
        return this;
    }

    /** Whether it shares its address with others that do. */
    public boolean reuseAddress() {
        return reuseAddress;
    }

    /**
     * Joins a multicast group: it then receives what is sent to the group at its port, if it is bound to every address or to that of the
     * group, as on Linux. Idempotent.
     *
     * @throws IllegalArgumentException if {@code group} is no multicast address
     * @throws java.nio.channels.ClosedChannelException if it is closed
     */
    public DatagramEndpoint join(InetAddress group) throws IOException {
        transfers.checkOpen(Face.CHANNEL, false);
        if (!group.isMulticastAddress()) {
            throw new IllegalArgumentException("not a multicast address: " + group.getHostAddress());
        }
        groups.add(group);
        return this;
    }

    /** As {@link #join(InetAddress)}, of an address that is written out, such as {@code "239.1.2.3"}. */
    public DatagramEndpoint join(String group) throws IOException {
        return join(network.resolve(group).get(0));
    }

    /** Leaves a multicast group; nothing happens where it is no member. */
    public DatagramEndpoint leave(InetAddress group) {
        groups.remove(group);
        return this;
    }

    /** As {@link #leave(InetAddress)}, of an address that is written out. */
    public DatagramEndpoint leave(String group) throws UnknownHostException {
        return leave(network.resolve(group).get(0));
    }

    /**
     * Whether what it sends to a group reaches the members on its own host, itself among them; it does at first. Of the
     * {@linkplain Network#localhost() default host}, where most tests put all their endpoints, each is taken for a machine of its own: there it
     * concerns this endpoint alone.
     */
    public DatagramEndpoint multicastLoop(boolean loop) {
        multicastLoop = loop;
        return this;
    }

    /** Whether what it sends to a group reaches the members on its own host. */
    public boolean multicastLoop() {
        return multicastLoop;
    }

    /** The faults of this endpoint. */
    public Faults faults() {
        return scope.faults();
    }

    // ---- looking and waiting

    /** Whether a receive would return, or fail, at once. False once it is closed. */
    public boolean isReadable() {
        return !isClosed() && queue.isReady(Condition.READABLE, 1);
    }

    /** How many datagrams found no room in the receive buffer. */
    public long droppedCount() {
        queue.lock();
        try {
            return queue.dropped();
        } finally {
            queue.leave();
        }
    }

    /** How many datagrams ever had room in the receive buffer, whether they were received since or not. */
    public long receivedCount() {
        queue.lock();
        try {
            return queue.arrived();
        } finally {
            queue.leave();
        }
    }

    /** Waits until a receive would return, or fail, at once. */
    public void awaitReadable() {
        awaitReadable(network.config().awaitLimit());
    }

    /** As {@link #awaitReadable()}, with a limit. */
    public void awaitReadable(Duration limit) {
        awaits().await(Readiness.READABLE, limit);
    }

    /**
     * Waits until so many datagrams have arrived since it was bound: those that were received since count, and those that wait; those that
     * were dropped do not.
     *
     * @throws IllegalArgumentException if {@code datagrams} is less than 1
     */
    public void awaitReceived(int datagrams) {
        awaitReceived(datagrams, network.config().awaitLimit());
    }

    /** As {@link #awaitReceived(int)}, with a limit. */
    public void awaitReceived(int datagrams, Duration limit) {
        awaits().await(received(datagrams), limit);
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
     * lock. It must not wait. An endpoint that is closed is readable and writable here, so that nobody is forgotten.
     *
     * @throws IllegalArgumentException if {@code op} is none of {@code READABLE}, {@code WRITABLE} and {@code CLOSED}
     */
    public Registration onReady(Readiness op, Runnable callback) {
        return CallbackWaiter.enlist(queue, checkedCondition(op), 1, false, callback)::cancel;
    }

    /** As {@link #onReady(Readiness, Runnable)}, for the first of several. */
    public Registration onReady(Set<Readiness> ops, Runnable callback) {
        int mask = Readiness.mask(ops, DatagramEndpoint::checkedCondition);
        return CallbackWaiter.enlist(queue, mask, 1, false, callback)::cancel;
    }

    /** {@link #awaitReadable()} without limit, as a stage; cancel it as a {@code CompletableFuture}. */
    public CompletionStage<Void> whenReadable() {
        return whenReady(Readiness.READABLE, Awaits.UNLIMITED);
    }

    /** {@link #awaitReceived(int, Duration)} as a stage. */
    public CompletionStage<Void> whenReceived(int datagrams, Duration limit) {
        return awaits().when(received(datagrams), limit);
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

    // ---- ending

    /** Whether it is closed. */
    public boolean isClosed() {
        return closed.get();
    }

    /**
     * Frees the address and whoever waits here; what had arrived is gone. Idempotent.
     *
     * @throws IOException only if a fault says so; it is closed all the same
     */
    @Override
    public void close() throws IOException {
        closedByOwner = true;
        if (isClosed()) {
            network.ownerClosed();
            return;
        }
        Verdict verdict = scope.failedClose();
        if (release() && verdict != null) {
            throw Failures.of(verdict, toString());
        }
    }

    /** Its address, its peer where it has one, and its state. */
    @Override
    public String toString() {
        SocketAddress peer = queue.peer();
        String owner = ofHost();
        return "datagram endpoint " + Addresses.text(localAddress()) + (owner.isEmpty() ? "" : " " + owner)
                + (peer == null ? "" : " -> " + Addresses.text(peer)) + (isClosed() ? " (CLOSED)" : "");
    }

    // ---- for the rest of the package

    /** A close that no fault changes; whether it was the first. */
    boolean release() {
        if (!closed.compareAndSet(false, true)) {
            return false;
        }
        network.datagrams().unbind(this);
        queue.lock();
        Iterable<Runnable> held;
        try {
            held = queue.close();
        } finally {
            queue.leave();
        }
        held.forEach(Runnable::run);
        groups.clear();
        record(EventRing.Kind.CLOSE, 0);
        network.ownerClosed();
        return true;
    }

    /** A close by an interrupt, or by the crash of its host: its owner has nothing left to close. */
    void closeForOwner() {
        closedByOwner = true;
        release();
    }

    DatagramEndpoint boundTo(Host owner, InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        Collection<InetAddress> from =
                Datagrams.isForMany(ip) || ip.isAnyLocalAddress() ? owner.addresses() : List.of(ip);
        host = owner;
        sources = from.stream()
                .map(source -> new InetSocketAddress(Addresses.plain(source), address.getPort()))
                .toList();
        bound = address;
        return this;
    }

    /** Keeps from its owner what arrives while its host is cut off. */
    void freezeAsHostSays() {
        boolean cold;
        do {
            cold = host.isCutOff();
            queue.lock();
            queue.freeze(cold);
            queue.leave();
        } while (cold != host.isCutOff());
    }

    /** Code under test owns it from here on. */
    void belongToCode() {
        StackTraceElement line = network.config().keepsBirthplaces() ? Birthplace.here() : null;
        gotAt = line == null ? "" : ", bound at " + line;
    }

    /** Whether code that owns it did not close it. */
    boolean isLeaked() {
        return gotAt != null && !closedByOwner;
    }

    /** Which one it is, and where it was bound if that is known. */
    String birth() {
        return "datagram socket " + place() + gotAt;
    }

    /** Its address, and whose it is where that does not say. */
    String place() {
        return (Addresses.text(bound) + " " + ofHost()).stripTrailing();
    }

    /** Whose it is, where its address does not say; empty otherwise. */
    String ofHost() {
        InetAddress ip = bound.getAddress();
        return !host.isDefault() && !host.addresses().contains(ip) ? "of " + host.name() : "";
    }

    boolean isBound() {
        return bound != Addresses.UNBOUND;
    }

    SocketAddress boundAddress() {
        return bound;
    }

    /** What a receiver at {@code target} sees as the sender: that address itself, or else the first of its family. Null for none. */
    @Nullable
    InetSocketAddress sourceTo(InetAddress target) {
        List<InetSocketAddress> all = sources;
        InetSocketAddress first = null;
        for (int i = 0; i < all.size(); i++) {
            InetSocketAddress source = all.get(i);
            InetAddress ip = source.getAddress();
            if (ip.equals(target)) {
                return source;
            }
            if (first == null && (ip instanceof Inet4Address) == (target instanceof Inet4Address)) {
                first = source;
            }
        }
        return first;
    }

    boolean isMember(InetAddress group) {
        return groups.contains(group);
    }

    Arrival arrive(SocketAddress sender, ByteBuffer bytes, Departure departure) {
        Arrival arrival;
        queue.lock();
        try {
            arrival = queue.offer(sender, bytes, departure);
        } finally {
            queue.leave();
        }
        if (arrival == Arrival.DROPPED) {
            record(EventRing.Kind.DROP, bytes.remaining());
        }
        return arrival;
    }

    void bounced(SocketAddress target) {
        if (queue.peer() != null) {
            queue.lock();
            queue.bounced(target);
            queue.leave();
        }
    }

    /** It sent so many bytes that wait for its host to be able to send. */
    void departing(int count) {
        queue.lock();
        queue.departing(count);
        queue.leave();
    }

    /** They left. */
    void departed(int count) {
        queue.lock();
        queue.departed(count);
        queue.leave();
    }

    DatagramQueue queue() {
        return queue;
    }

    synchronized Passage passage(LinkDirection direction) {
        if (passages == null) {
            passages = new HashMap<>();
        }
        return passages.computeIfAbsent(
                direction,
                way -> new Passage(Dice.seed(
                        network.seed(),
                        Passage.DICE,
                        scope.diceKey(),
                        way.place().hashCode())));
    }

    DatagramScope scope() {
        return scope;
    }

    void record(EventRing.Kind kind, long value) {
        network.events().record(kind, FIRST_EVENT_SUBJECT - port(), value);
    }

    private Awaits awaits() {
        return new Awaits(network, queue, this);
    }

    private static Awaits.Goal received(int datagrams) {
        Checks.positive(datagrams, "datagrams");
        String text = "reached by " + datagrams + (datagrams == 1 ? " datagram" : " datagrams");
        return new Awaits.Goal(Condition.ARRIVED, datagrams, text, false);
    }

    private static int checkedCondition(Readiness op) {
        if (op != Readiness.READABLE && op != Readiness.WRITABLE && op != Readiness.CLOSED) {
            throw new IllegalArgumentException(op + " is no readiness of a datagram endpoint");
        }
        return op.condition;
    }

    private static long timeoutNanos(Duration timeout) {
        long nanos = Checks.nanos(timeout, "timeout");
        return nanos == 0 ? Timers.NEVER : nanos;
    }
}
