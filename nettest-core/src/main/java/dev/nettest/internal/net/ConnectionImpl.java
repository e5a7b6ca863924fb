package dev.nettest.internal.net;

import dev.nettest.Connection;
import dev.nettest.KeepAlive;
import dev.nettest.Readiness;
import dev.nettest.SystemError;
import dev.nettest.Transcript;
import dev.nettest.internal.event.EventKind;
import dev.nettest.internal.fault.FaultRegistry;
import dev.nettest.internal.net.ConditionAwait.Condition;
import dev.nettest.internal.stream.StreamEndpoint;
import dev.nettest.internal.sync.ReadyBits;
import dev.nettest.internal.sync.Timers;
import dev.nettest.internal.util.Checks;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/** The implementation of {@link Connection}. */
public final class ConnectionImpl extends AbstractAwaitable implements Connection {

    private static final AtomicIntegerFieldUpdater<ConnectionImpl> CLOSING =
            AtomicIntegerFieldUpdater.newUpdater(ConnectionImpl.class, "closing");

    private final NetworkImpl network;
    private final long id;
    private final StreamEndpoint endpoint;
    private final StreamIo io;
    private final ConnectionAddresses addresses;
    private final Ownership ownership = new Ownership();
    private volatile @Nullable ConnectionImpl peer; // changes only if this end is connected to itself
    private volatile long connectTimeout = Timers.NEVER;

    /** Made when a fault first concerns this end. */
    private volatile @Nullable ConnectionFaultScope faultScope;

    /** 1 once a close has begun. */
    @SuppressWarnings("unused") // through CLOSING
    private volatile int closing;

    ConnectionImpl(NetworkImpl network, long id, StreamEndpoint end) {
        this.network = network;
        this.id = id;
        this.endpoint = end;
        this.io = new StreamIo(this, end);
        this.addresses = new ConnectionAddresses(this, end);
    }

    void pairWith(ConnectionImpl other) {
        peer = other;
        other.peer = this;
    }

    /** Makes this end its own peer, before the handshake. */
    void connectToItself() {
        endpoint.connectToItself();
        peer = this;
    }

    boolean isConnectedToItself() {
        return peer == this;
    }

    // ---- transferring

    @Override
    public int read(ByteBuffer target) throws IOException {
        return io.read(Objects.requireNonNull(target, "target"), ErrorStyle.CHANNEL);
    }

    @Override
    public int tryRead(ByteBuffer target) throws IOException {
        return io.tryRead(Objects.requireNonNull(target, "target"), -1);
    }

    @Override
    public int tryRead(ByteBuffer target, byte delimiter) throws IOException {
        return io.tryRead(Objects.requireNonNull(target, "target"), delimiter & 0xFF);
    }

    @Override
    public void unread(ByteBuffer bytes) {
        io.unread(Objects.requireNonNull(bytes, "bytes"));
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        return io.write(Objects.requireNonNull(source, "source"), ErrorStyle.CHANNEL);
    }

    @Override
    public int tryWrite(ByteBuffer source) throws IOException {
        return io.tryWrite(Objects.requireNonNull(source, "source"));
    }

    @Override
    public CompletionStage<Integer> writeAsync(ByteBuffer source) {
        return AsyncWrite.start(this, endpoint, io, Objects.requireNonNull(source, "source"));
    }

    @Override
    public void sendUrgentData(int value) throws IOException {
        io.writeUrgent((byte) value);
    }

    @Override
    public ConnectionImpl urgentInline(boolean inline) {
        settings().urgentInline(inline);
        return this;
    }

    @Override
    public InputStream inputStream() {
        return new ConnectionInputStream(this, io);
    }

    @Override
    public OutputStream outputStream() {
        return new ConnectionOutputStream(this, io);
    }

    // ---- closing

    @Override
    public void shutdownOutput() throws IOException {
        teardown().shutdown(true);
    }

    @Override
    public void shutdownInput() throws IOException {
        teardown().shutdown(false);
    }

    @Override
    public void reset() throws IOException {
        teardown().close(StreamEndpoint.Closing.ABORT);
    }

    @Override
    public void close() throws IOException {
        teardown().close(StreamEndpoint.Closing.CHANNEL);
    }

    @Override
    public boolean isOpen() {
        return !endpoint.isReady(ReadyBits.CLOSED, 1);
    }

    @Override
    public boolean isReset() {
        return settings().isReset();
    }

    @Override
    public @Nullable SystemError pendingError() {
        return settings().pendingError();
    }

    // ---- cutting

    @Override
    public ConnectionImpl partitionOneWay() {
        addresses.route().cut(this);
        return this;
    }

    @Override
    public ConnectionImpl repair() {
        addresses.route().repair();
        return this;
    }

    // ---- settings

    @Override
    public SocketAddress localAddress() {
        return addresses.local();
    }

    @Override
    public ConnectionImpl localAddress(SocketAddress address) {
        addresses.fakeLocal(address);
        return this;
    }

    @Override
    public SocketAddress remoteAddress() {
        return addresses.remote();
    }

    @Override
    public ConnectionImpl peer() {
        return Objects.requireNonNull(peer, "a connection is made with its peer");
    }

    @Override
    public NetworkImpl network() {
        return network;
    }

    @Override
    public int receiveBufferSize() {
        return settings().receiveBufferSize();
    }

    @Override
    public ConnectionImpl receiveBufferSize(int bytes) {
        settings().receiveBufferSize(Checks.notNegative(bytes, "receiveBufferSize"));
        return this;
    }

    @Override
    public ConnectionImpl readTimeout(Duration timeout) {
        io.readTimeout(Timeouts.nanos(timeout));
        return this;
    }

    @Override
    public Duration readTimeout() {
        return Timeouts.duration(io.readTimeout());
    }

    @Override
    public ConnectionImpl writeTimeout(Duration timeout) {
        io.writeTimeout(Timeouts.nanos(timeout));
        return this;
    }

    @Override
    public Duration writeTimeout() {
        return Timeouts.duration(io.writeTimeout());
    }

    @Override
    public ConnectionImpl connectTimeout(Duration timeout) {
        connectTimeout = Timeouts.nanos(timeout);
        return this;
    }

    @Override
    public ConnectionImpl linger(Duration time) {
        settings().linger(Objects.requireNonNull(time, "time").isNegative() ? -1 : Checks.nanos(time, "linger"));
        return this;
    }

    @Override
    public ConnectionImpl keepAlive(KeepAlive settings) {
        settings().keepAlive(Objects.requireNonNull(settings, "settings"));
        return this;
    }

    @Override
    public KeepAlive keepAlive() {
        return settings().keepAlive();
    }

    @Override
    public FaultRegistry faults() {
        return faultScope().faults();
    }

    @Override
    public Transcript transcript() {
        return network.transcripts().of(this);
    }

    // ---- state and waiting

    @Override
    public int available() {
        return settings().available();
    }

    @Override
    public boolean isReadable() {
        return isOpen() && endpoint.isReady(ReadyBits.READABLE, 1);
    }

    @Override
    public boolean isWritable() {
        return isOpen() && endpoint.isReady(ReadyBits.WRITABLE, 1);
    }

    @Override
    public void awaitReadable(int bytes, Duration limit) {
        await(Condition.readable(bytes, receiveBufferSize()), limit);
    }

    @Override
    public CompletionStage<Void> whenReadable(int bytes, Duration limit) {
        return when(Condition.readable(bytes, receiveBufferSize()), limit);
    }

    @Override
    StreamEndpoint pollable() {
        return endpoint;
    }

    @Override
    void checkApplies(Readiness op) {
        if (op == Readiness.ACCEPTABLE) {
            throw new IllegalArgumentException("ACCEPTABLE is a readiness of a listener, not of a connection");
        }
    }

    /** Both addresses, this end's first, and its TCP state. */
    @Override
    public String toString() {
        return "connection " + addresses + " (" + settings().state() + ")";
    }

    // ---- for the rest of the package

    long id() {
        return id;
    }

    /** True for the end that dialled, and for the first end of a pair. Its id is even; the peer's id is one more. */
    boolean isDialling() {
        return (id & 1) == 0;
    }

    public StreamEndpoint endpoint() {
        return endpoint;
    }

    ConnectionAddresses addresses() {
        return addresses;
    }

    /** The host of this end; null for an accepting end that no listener has got yet. */
    @Nullable
    HostImpl host() {
        return addresses.host();
    }

    public Teardown teardown() {
        return new Teardown(this);
    }

    /** Marks the begin of a close; false if one has begun already. */
    boolean beginClose() {
        return CLOSING.compareAndSet(this, 0, 1);
    }

    @Override
    Ownership ownership() {
        return ownership;
    }

    // ---- faults

    synchronized ConnectionFaultScope faultScope() {
        ConnectionFaultScope existing = faultScope;
        if (existing == null) {
            existing = new ConnectionFaultScope(this);
            faultScope = existing;
        }
        return existing;
    }

    /** Null if no fault has concerned this end yet. */
    @Nullable
    ConnectionFaultScope knownFaultScope() {
        return faultScope;
    }

    long connectTimeout() {
        return connectTimeout;
    }

    StreamIo io() {
        return io;
    }

    StreamSettings settings() {
        return new StreamSettings(this);
    }

    void record(EventKind kind, long value, @Nullable Object detail) {
        network.events().record(kind, this, value, detail);
    }
}
