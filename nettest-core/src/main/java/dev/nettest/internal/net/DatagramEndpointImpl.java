package dev.nettest.internal.net;

import dev.nettest.DatagramEndpoint;
import dev.nettest.Readiness;
import dev.nettest.SocketKind;
import dev.nettest.internal.datagram.DatagramSocketQueue;
import dev.nettest.internal.fault.FaultRegistry;
import dev.nettest.internal.fault.Verdict;
import dev.nettest.internal.link.LinkDirectionImpl;
import dev.nettest.internal.link.Netem;
import dev.nettest.internal.net.CloseDetail.Cause;
import dev.nettest.internal.sync.Pollable;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.util.Addresses;
import dev.nettest.internal.util.Checks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The implementation of {@link DatagramEndpoint}. */
public final class DatagramEndpointImpl extends AbstractAwaitable implements DatagramEndpoint {

    /** Event subjects of datagram endpoints count down from here, below those of listeners. */
    static final long FIRST_EVENT_SUBJECT = -1L << 17;

    private final NetworkImpl network;
    private final DatagramSocketQueue queue;
    private final DatagramIo io;
    private final DatagramIngress ingress;
    private final DatagramPeer peer;
    private final DatagramBinding binding;
    private final Ownership ownership = new Ownership();
    private final DatagramFaultScope scope = new DatagramFaultScope(this);
    private final SenderNetems netems = new SenderNetems(this);
    private final MulticastGroups groups = new MulticastGroups();
    private final FirstClose firstClose = new FirstClose(this);

    private volatile long receiveTimeout = Timers.NEVER;
    private volatile boolean broadcast = true;
    private volatile boolean reuseAddress;
    private volatile boolean dontFragment;
    private volatile boolean reusePort;
    private volatile boolean multicastLoop = true;

    DatagramEndpointImpl(HostImpl host) {
        this.network = host.network();
        this.binding = new DatagramBinding(host);
        this.queue = new DatagramSocketQueue(DEFAULT_RECEIVE_BUFFER_SIZE, network.timers());
        this.io = new DatagramIo(this, queue);
        this.ingress = new DatagramIngress(this, queue);
        this.peer = new DatagramPeer(this, queue, io);
    }

    // ---- sending

    @Override
    public int send(ByteBuffer source, SocketAddress target, SocketKind kind) throws IOException {
        Objects.requireNonNull(source, "source");
        return io.send(
                source,
                network.hostTable().resolved(target, "target"),
                ErrorStyle.of(Objects.requireNonNull(kind, "kind")));
    }

    @Override
    public int send(ByteBuffer source) throws IOException {
        return io.send(Objects.requireNonNull(source, "source"), null, ErrorStyle.CHANNEL);
    }

    @Override
    public boolean trySend(ByteBuffer source, SocketAddress target) throws IOException {
        Objects.requireNonNull(source, "source");
        return io.trySend(source, network.hostTable().resolved(target, "target"));
    }

    @Override
    public boolean trySend(ByteBuffer source) throws IOException {
        return io.trySend(Objects.requireNonNull(source, "source"), null);
    }

    // ---- receiving

    @Override
    public SocketAddress receive(ByteBuffer target) throws IOException {
        return io.receive(target, receiveTimeout, ErrorStyle.CHANNEL);
    }

    @Override
    public SocketAddress receive(ByteBuffer target, Duration timeout, SocketKind kind) throws IOException {
        return io.receive(target, Timeouts.nanos(timeout), ErrorStyle.of(Objects.requireNonNull(kind, "kind")));
    }

    @Override
    public @Nullable SocketAddress tryReceive(ByteBuffer target) throws IOException {
        return io.tryReceive(target);
    }

    @Override
    public CompletionStage<SocketAddress> receiveAsync(ByteBuffer target) {
        return AsyncReceive.start(this, Objects.requireNonNull(target, "target"), receiveTimeout);
    }

    // ---- connecting

    @Override
    public DatagramEndpointImpl connect(SocketAddress target, SocketKind kind) throws IOException {
        peer.connect(network.hostTable().resolved(target, "peer"), ErrorStyle.of(Objects.requireNonNull(kind, "kind")));
        return this;
    }

    @Override
    public DatagramEndpointImpl disconnect() {
        peer.disconnect();
        return this;
    }

    @Override
    public @Nullable InetSocketAddress remoteAddress() {
        return peer.requested();
    }

    @Override
    public InetSocketAddress localAddress() {
        return peer.localAddress();
    }

    @Override
    public int port() {
        return binding.address().getPort();
    }

    @Override
    public NetworkImpl network() {
        return network;
    }

    @Override
    public HostImpl host() {
        return binding.host();
    }

    // ---- settings

    @Override
    public DatagramEndpointImpl receiveTimeout(Duration timeout) {
        receiveTimeout = Timeouts.nanos(timeout);
        return this;
    }

    @Override
    public Duration receiveTimeout() {
        return Timeouts.duration(receiveTimeout);
    }

    @Override
    public int receiveBufferSize() {
        return ingress.capacity();
    }

    @Override
    public DatagramEndpointImpl receiveBufferSize(int bytes) {
        Checks.notNegative(bytes, "receiveBufferSize");
        ingress.capacity(bytes);
        return this;
    }

    @Override
    public DatagramEndpointImpl broadcast(boolean allowed) {
        broadcast = allowed;
        return this;
    }

    @Override
    public boolean broadcast() {
        return broadcast;
    }

    @Override
    public DatagramEndpointImpl dontFragment(boolean forbid) {
        dontFragment = forbid;
        return this;
    }

    @Override
    public boolean dontFragment() {
        return dontFragment;
    }

    @Override
    public DatagramEndpointImpl reuseAddress(boolean allowed) {
        reuseAddress = allowed;
        return this;
    }

    @Override
    public boolean reuseAddress() {
        return reuseAddress;
    }

    @Override
    public DatagramEndpointImpl reusePort(boolean allowed) {
        reusePort = allowed;
        return this;
    }

    @Override
    public boolean reusePort() {
        return reusePort;
    }

    @Override
    public DatagramEndpointImpl join(InetAddress group, Predicate<? super InetAddress> senders) throws IOException {
        Objects.requireNonNull(senders, "senders");
        io.checkOpen(ErrorStyle.CHANNEL, false);
        groups.join(Objects.requireNonNull(group, "group"), senders);
        return this;
    }

    @Override
    public DatagramEndpointImpl leave(InetAddress group) {
        groups.leave(Objects.requireNonNull(group, "group"));
        return this;
    }

    @Override
    public DatagramEndpointImpl multicastLoop(boolean loop) {
        multicastLoop = loop;
        return this;
    }

    @Override
    public boolean multicastLoop() {
        return multicastLoop;
    }

    @Override
    public FaultRegistry faults() {
        return scope.faults();
    }

    // ---- readiness and awaits

    @Override
    public boolean isReadable() {
        return !isClosed() && queue.isReady(ReadyBits.READABLE, 1);
    }

    @Override
    public long droppedCount() {
        return ingress.droppedCount();
    }

    @Override
    public long receivedCount() {
        return ingress.receivedCount();
    }

    @Override
    public void awaitReceived(int datagrams, Duration limit) {
        await(received(datagrams), limit);
    }

    @Override
    public CompletionStage<Void> whenReceived(int datagrams, Duration limit) {
        return when(received(datagrams), limit);
    }

    private static ConditionAwait.Condition received(int datagrams) {
        Checks.positive(datagrams, "datagrams");
        String text = "reached by " + datagrams + (datagrams == 1 ? " datagram" : " datagrams");
        return new ConditionAwait.Condition(ReadyBits.ARRIVED, datagrams, text, false);
    }

    @Override
    Pollable pollable() {
        return queue;
    }

    @Override
    void checkApplies(Readiness readiness) {
        if (readiness != Readiness.READABLE && readiness != Readiness.WRITABLE && readiness != Readiness.CLOSED) {
            throw new IllegalArgumentException(readiness + " is no readiness of a datagram endpoint");
        }
    }

    // ---- closing

    @Override
    public boolean isClosed() {
        return firstClose.isClosed();
    }

    @Override
    public void close() throws IOException {
        ownership.closed();
        if (isClosed()) {
            network.ownerClosed();
            return;
        }
        Verdict verdict = scope.failedClose();
        if (release(Cause.OWNER) && verdict != null) {
            throw FaultExceptions.of(verdict, toString());
        }
    }

    /** Its address, its peer if it is connected, and its state. */
    @Override
    public String toString() {
        SocketAddress target = peer.address();
        String owner = binding.ofHost();
        return "datagram endpoint " + Addresses.text(localAddress()) + (owner.isEmpty() ? "" : " " + owner)
                + (target == null ? "" : " -> " + Addresses.text(target)) + (isClosed() ? " (CLOSED)" : "");
    }

    // ---- for the rest of the package

    /** Closes without any fault; returns true for the first close. */
    boolean release(Cause cause) {
        if (!firstClose.begin(cause)) {
            return false;
        }
        network.udpTable().unbind(this);
        ingress.close();
        groups.clear();
        network.ownerClosed();
        return true;
    }

    /** Closes after an interrupt or a crash of the host: the owner need not close it any more. */
    void closeForOwner(Cause cause) {
        ownership.closed();
        release(cause);
    }

    DatagramEndpointImpl boundTo(HostImpl owner, InetSocketAddress address, long order) {
        binding.bind(owner, address, order, reusePort);
        return this;
    }

    /** True if {@code other} has the address, and both allow to share it in the same way. */
    boolean sharesAddressWith(DatagramEndpointImpl other) {
        return (reuseAddress && other.reuseAddress) || (reusePort && other.reusePort);
    }

    @Override
    Ownership ownership() {
        return ownership;
    }

    /** True if the code under test must close it and did not. */
    boolean isLeaked() {
        return ownership.isLeaked();
    }

    /** Its address, and the line that bound it if that is known. */
    String origin() {
        return "datagram socket " + binding.place() + ownership.origin();
    }

    DatagramBinding binding() {
        return binding;
    }

    DatagramPeer peer() {
        return peer;
    }

    DatagramIo io() {
        return io;
    }

    DatagramIngress ingress() {
        return ingress;
    }

    MulticastGroups groups() {
        return groups;
    }

    DatagramSocketQueue queue() {
        return queue;
    }

    Netem netem(LinkDirectionImpl direction) {
        return netems.of(direction);
    }

    DatagramFaultScope scope() {
        return scope;
    }
}
