package dev.nettest;

import dev.nettest.kernel.CallbackWaiter;
import dev.nettest.kernel.End;
import dev.nettest.kernel.EventRing;
import dev.nettest.kernel.Timers;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One end of a TCP stream, or of one between Unix domain sockets. It behaves as a blocking {@link java.nio.channels.SocketChannel} does on Linux, in what it returns,
 * what it throws and how it closes; its {@linkplain #inputStream() stream views} behave as those of a {@link java.net.Socket}. The
 * texts of exceptions are given for Linux here; a {@link Personality} may say otherwise.
 *
 * <p>Over the path of a Unix domain socket the differences are the kernel's: a write to a peer that is closed, or has shut its input,
 * finds {@code Broken pipe} at once; {@code Connection reset} is what reads say, after the bytes, when the peer closed with bytes unread,
 * or was {@linkplain #reset reset}; both addresses are {@link java.net.UnixDomainSocketAddress}es, that of an end that is not bound being
 * empty; there is no urgent data; and the stream views behave as those of {@link java.nio.channels.Channels}.
 *
 * <p>Writing puts bytes into the peer's receive buffer and waits while that is full; reading takes them out. The buffer is
 * bounded, by 4 MiB, over a Unix path by 214 KiB, unless configured otherwise; of size 0 it is a rendezvous, in which a write returns when the peer has
 * read it.
 *
 * <p>Any thread may call any method at any time. Two reads at once get each byte once; two blocking writes at once are
 * carried out one after the other. Closing frees everybody who waits. A plain method that waits does so without limit
 * unless a timeout is set, and an interrupt closes the connection with {@link java.nio.channels.ClosedByInterruptException}.
 * An {@code await} method always has a limit, {@link NetworkConfig#awaitLimit()} unless one is given; when it passes, when what
 * it waits for can never come, or when the thread is interrupted, it throws an {@link AssertionError} with a picture of the
 * network. A {@code try} method never waits.
 */
public final class Connection implements ByteChannel {

    /** A receive buffer without bound: writes never wait for room. */
    public static final int UNLIMITED = End.UNLIMITED;

    private static final VarHandle ATTACHMENT;

    static {
        try {
            ATTACHMENT = MethodHandles.lookup().findVarHandle(Connection.class, "attachment", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Network network;
    private final long id;
    private final End end;
    private final Transfers transfers;
    private final ConnectionLife life;
    private volatile @Nullable Object attachment;

    Connection(Network network, long id, End end) {
        this.network = network;
        this.id = id;
        this.end = end;
        this.transfers = new Transfers(this, end);
        this.life = new ConnectionLife(this, end);
    }

    // ---- transferring

    /**
     * Reads what is there, at least a byte; waits, up to the {@linkplain #readTimeout(Duration) read timeout}, while there is
     * nothing.
     *
     * @return how many bytes, 0 if {@code target} has no room, -1 at the end of the stream
     * @throws java.net.SocketTimeoutException {@code Read timed out}; the connection stays usable
     * @throws java.net.SocketException {@code Connection reset}, then and ever after, if the peer reset the connection and no
     *     write was told of it first
     * @throws java.nio.channels.ClosedChannelException if this end is closed; if it was closed, or the thread interrupted,
     *     while it waited, the subclass that says so
     */
    @Override
    public int read(ByteBuffer target) throws IOException {
        return transfers.read(target, Face.CHANNEL);
    }

    /** As {@link #read}, but returns 0 where it would wait. */
    public int tryRead(ByteBuffer target) throws IOException {
        return transfers.tryRead(target, -1);
    }

    /**
     * As {@link #tryRead(ByteBuffer)}, but never beyond the first {@code delimiter}: for readers of lines and records that must
     * leave the rest to others.
     */
    public int tryRead(ByteBuffer target, byte delimiter) throws IOException {
        return transfers.tryRead(target, delimiter & 0xFF);
    }

    /**
     * Puts bytes that were read back in front of what is queued, whatever the buffer's size: for a reader that was cancelled
     * half-way. An operating system has no such call.
     */
    public void unread(ByteBuffer bytes) {
        transfers.unread(bytes);
    }

    /**
     * Writes all of {@code source}; waits, up to the {@linkplain #writeTimeout(Duration) write timeout}, while the peer's
     * buffer is full, in a rendezvous until the peer has read it all. The first write after the peer closed succeeds, and
     * its bytes are lost, as on a kernel.
     *
     * @return how many bytes; fewer than all only if the connection was reset, closed or shut down after some were moved, which
     *     the next write then reports, as a blocking channel on Linux does
     * @throws java.net.SocketTimeoutException {@code Write timed out}, with {@code bytesTransferred}; what was not transferred
     *     stays in {@code source}
     * @throws IOException {@code Connection reset by peer} once after a reset, {@code Broken pipe} from then on
     * @throws java.nio.channels.ClosedChannelException if this end is closed, or its output shut down
     */
    @Override
    public int write(ByteBuffer source) throws IOException {
        return transfers.write(source, Face.CHANNEL);
    }

    /** As {@link #write}, but moves only what there is room for now; 0 where it would wait, also for another's write. */
    public int tryWrite(ByteBuffer source) throws IOException {
        return transfers.tryWrite(source);
    }

    /**
     * As {@link #write}, but completes a stage instead of blocking. Cancelling it, as a {@code CompletableFuture}, ends the
     * operation; what was not transferred is then left in {@code source}, which belongs to the operation until it is done.
     */
    public CompletionStage<Integer> writeAsync(ByteBuffer source) {
        return AsyncWrite.start(this, end, transfers, source);
    }

    /**
     * Sends one byte of urgent data, as {@link java.net.Socket#sendUrgentData} does on Linux. The peer's reads stop before it and then leave it
     * out, unless the peer reads it {@linkplain #urgentInline inline}. Only the last urgent byte counts; an earlier one becomes ordinary,
     * or is lost where nothing else was before it. Waits only while another write waits.
     *
     * @param value of which the lowest eight bits are sent
     * @throws java.net.SocketException {@code No buffer space available} if the peer's buffer is full; {@code Socket closed}
     * @throws IOException {@code Connection reset by peer} or {@code Broken pipe}, the latter also after {@link #shutdownOutput()}
     * @throws UnsupportedOperationException over a Unix path
     */
    public void sendUrgentData(int value) throws IOException {
        checkUrgent();
        transfers.writeUrgent((byte) value);
    }

    /**
     * Whether this end reads urgent data as ordinary bytes, as {@code SO_OOBINLINE} has it. At first it does not.
     *
     * @throws UnsupportedOperationException over a Unix path
     */
    public Connection urgentInline(boolean inline) {
        checkUrgent();
        life.urgentInline(inline);
        return this;
    }

    private void checkUrgent() {
        if (end.isLocal()) {
            throw new UnsupportedOperationException("Unix domain sockets have no urgent data");
        }
    }

    /**
     * A view that reads as the stream of a {@code java.net.Socket}: same results and exceptions; an interrupt does not end a
     * read, except of a virtual thread. Closing it closes the connection as {@code Socket.close()} does. Each call makes one.
     */
    public InputStream inputStream() {
        return new ConnectionInputStream(this, transfers);
    }

    /** A view that writes as the stream of a {@code java.net.Socket}; see {@link #inputStream()}. Each call makes one. */
    public OutputStream outputStream() {
        return new ConnectionOutputStream(this, transfers);
    }

    // ---- ends of things

    /**
     * Sends FIN: the peer reads what was written, then end of stream. Reading goes on. Idempotent.
     *
     * @throws java.nio.channels.ClosedChannelException if this end is closed
     */
    public void shutdownOutput() throws IOException {
        life.shutdown(true);
    }

    /**
     * Reads give end of stream from here on; the peer learns nothing of it, or, over a Unix path, finds a broken pipe. Idempotent.
     *
     * @throws java.nio.channels.ClosedChannelException if this end is closed
     */
    public void shutdownInput() throws IOException {
        life.shutdown(false);
    }

    /** Closes with an RST, as a close with a linger time of zero does: the peer reads what it has, then {@code Connection reset}. */
    public void reset() throws IOException {
        life.close(End.Closing.ABORT);
    }

    /**
     * Closes: FIN, or RST if something is unread here, as the kernel does. Frees all who wait in this end. Idempotent.
     *
     * @throws IOException only if a fault says so; it is closed all the same
     */
    @Override
    public void close() throws IOException {
        life.close(End.Closing.CHANNEL);
    }

    /** Whether this end is closed by its owner; a reset by the peer does not close it. */
    public boolean isClosed() {
        return !isOpen();
    }

    @Override
    public boolean isOpen() {
        return !end.isReady(Readiness.CLOSED.condition, 1);
    }

    // ---- settings

    /** The address of this end; it stays after a close. */
    public SocketAddress localAddress() {
        return life.localAddress();
    }

    /**
     * Fakes the address of this end: its peer sees it as {@link #remoteAddress()}. It need not belong to anybody; port 0 takes an
     * ephemeral one. In a connect hook this is the source that the server sees from the start. Over a Unix path it is a path, which
     * something stands at from then on, as after the bind of a client, until it is {@linkplain Network#unlink(String) removed}.
     *
     * @param address as {@code "192.168.1.100:12345"}, or {@code "[2001:db8::1]:443"}
     * @return this connection
     * @throws java.nio.channels.UnsupportedAddressTypeException if it is no path where this end's is one, or the other way round
     * @throws IllegalArgumentException if it is no address of this form, or its host a name that the network does not know, or if
     *     another connection to the same peer has it (in a connect hook the connect then fails with a {@code BindException})
     */
    public Connection localAddress(String address) {
        return localAddress(network.parse(address));
    }

    /** As {@link #localAddress(String)}. */
    public Connection localAddress(SocketAddress address) {
        life.fakeLocalAddress(address);
        return this;
    }

    /** The address of the other end, as that has it or fakes it. */
    public SocketAddress remoteAddress() {
        return life.remoteAddress();
    }

    /** The other end, for tests that look at both; a server would not have it. */
    public Connection peer() {
        return life.peer();
    }

    /** What was {@linkplain #attach attached}; null for nothing. */
    @SuppressWarnings("exports") // JSpecify is optional
    public @Nullable Object attachment() {
        return attachment;
    }

    /**
     * Keeps something with this end, for adapters that show it as something else, unless there is something already.
     *
     * @return what is kept now
     */
    public Object attach(Object attachment) {
        Objects.requireNonNull(attachment, "attachment");
        return ATTACHMENT.compareAndSet(this, null, attachment) ? attachment : Objects.requireNonNull(this.attachment);
    }

    /** The network that it is part of. */
    public Network network() {
        return network;
    }

    /** The size of the buffer that this end reads from, in bytes. */
    public int receiveBufferSize() {
        return life.receiveBufferSize();
    }

    /**
     * Sets the size of the buffer that this end reads from, also while it is in use: what is queued stays, writers wait until it
     * fits. 0 makes a rendezvous, {@link #UNLIMITED} lets writers never wait.
     *
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    public Connection receiveBufferSize(int bytes) {
        life.receiveBufferSize(Checks.notNegative(bytes, "receiveBufferSize"));
        return this;
    }

    /** How long a read may wait; zero, as it is at first, for ever. Holds for reads that begin after this. */
    public Connection readTimeout(Duration timeout) {
        transfers.readTimeout(timeoutNanos(timeout));
        return this;
    }

    /** The read timeout; zero for none. */
    public Duration readTimeout() {
        return timeout(transfers.readTimeout());
    }

    /** How long a write may wait; zero, as it is at first, for ever. Holds for writes that begin after this. */
    public Connection writeTimeout(Duration timeout) {
        transfers.writeTimeout(timeoutNanos(timeout));
        return this;
    }

    /** The write timeout; zero for none. */
    public Duration writeTimeout() {
        return timeout(transfers.writeTimeout());
    }

    /**
     * How long the dial may take, set in the connect hook; zero, as it is at first, leaves it to the operating system: Linux gives up
     * after 127 s (six retries of {@code tcp_syn_retries}) with {@code Connection timed out}, while with a timeout of one's own it
     * is {@code SocketTimeoutException: Connect timed out}.
     */
    public Connection connectTimeout(Duration timeout) {
        life.connectTimeout(timeoutNanos(timeout));
        return this;
    }

    /** The faults of this end. */
    public Faults faults() {
        return life.scope().faults();
    }

    // ---- looking and waiting

    /** Bytes that can be read now without waiting; 0 when closed. */
    public int available() {
        return life.available();
    }

    /** Whether a read would return at once: bytes, end of stream or an error. False once this end is closed. */
    public boolean isReadable() {
        return isOpen() && end.isReady(Readiness.READABLE.condition, 1);
    }

    /** Whether a write would move at least a byte, or fail, at once. False once this end is closed. */
    public boolean isWritable() {
        return isOpen() && end.isReady(Readiness.WRITABLE.condition, 1);
    }

    /** Waits until a read would return at once: bytes, end of stream, an error. */
    public void awaitReadable() {
        awaitReadable(network.config().awaitLimit());
    }

    /** As {@link #awaitReadable()}, with a limit. */
    public void awaitReadable(Duration limit) {
        awaits().await(Readiness.READABLE, limit);
    }

    /**
     * Waits until so many bytes can be read.
     *
     * @throws IllegalArgumentException if {@code bytes} is less than 1, or more than the receive buffer can hold
     */
    public void awaitReadable(int bytes) {
        awaitReadable(bytes, network.config().awaitLimit());
    }

    /** As {@link #awaitReadable(int)}, with a limit. */
    public void awaitReadable(int bytes, Duration limit) {
        awaits().await(Readiness.READABLE, life.checkHoldable(bytes), limit);
    }

    /** Waits until a write would move at least a byte, or fail, at once. */
    public void awaitWritable() {
        awaitWritable(network.config().awaitLimit());
    }

    /** As {@link #awaitWritable()}, with a limit. */
    public void awaitWritable(Duration limit) {
        awaits().await(Readiness.WRITABLE, limit);
    }

    /** Waits until this end is closed by its owner. */
    public void awaitClosed() {
        awaitClosed(network.config().awaitLimit());
    }

    /** As {@link #awaitClosed()}, with a limit. */
    public void awaitClosed(Duration limit) {
        awaits().await(Readiness.CLOSED, limit);
    }

    /** Waits until the other end is closed, or the connection reset. */
    public void awaitPeerClosed() {
        awaitPeerClosed(network.config().awaitLimit());
    }

    /** As {@link #awaitPeerClosed()}, with a limit. */
    public void awaitPeerClosed(Duration limit) {
        awaits().await(Readiness.PEER_CLOSED, limit);
    }

    /** Waits until everything is read and the peer's FIN is there. */
    public void awaitEndOfStream() {
        awaitEndOfStream(network.config().awaitLimit());
    }

    /** As {@link #awaitEndOfStream()}, with a limit. */
    public void awaitEndOfStream(Duration limit) {
        awaits().await(Readiness.END_OF_STREAM, limit);
    }

    /** Waits until the peer has read everything that was written here. */
    public void awaitDrained() {
        awaitDrained(network.config().awaitLimit());
    }

    /** As {@link #awaitDrained()}, with a limit. */
    public void awaitDrained(Duration limit) {
        awaits().await(Readiness.DRAINED, limit);
    }

    /** Waits until a write of this end waits for the peer to make room. */
    public void awaitWriteBlocked() {
        awaitWriteBlocked(network.config().awaitLimit());
    }

    /** As {@link #awaitWriteBlocked()}, with a limit. */
    public void awaitWriteBlocked(Duration limit) {
        awaits().await(Readiness.WRITE_BLOCKED, limit);
    }

    // ---- waiting without blocking

    /**
     * Runs {@code callback} once, as soon as one of {@code ops} holds, at once if one does: on whichever thread brings it about,
     * outside every lock. It must not wait. An end that was closed is readable and writable here, so that nobody is
     * forgotten.
     *
     * @throws IllegalArgumentException if {@code ops} is empty, or has one of a listener's
     */
    public Registration onReady(Set<Readiness> ops, Runnable callback) {
        int mask = Readiness.mask(ops, Connection::checkedCondition);
        return CallbackWaiter.enlist(end, mask, 1, false, callback)::cancel;
    }

    /** As {@link #onReady(Set, Runnable)}, for one. */
    public Registration onReady(Readiness op, Runnable callback) {
        return CallbackWaiter.enlist(end, checkedCondition(op), 1, false, callback)::cancel;
    }

    /** {@link #awaitReadable()} without limit, as a stage; cancel it as a {@code CompletableFuture}. */
    public CompletionStage<Void> whenReadable() {
        return whenReady(Readiness.READABLE, Awaits.UNLIMITED);
    }

    /** {@link #awaitReadable(int, Duration)} as a stage. */
    public CompletionStage<Void> whenReadable(int bytes, Duration limit) {
        return awaits().when(Readiness.READABLE, life.checkHoldable(bytes), limit);
    }

    /** {@link #awaitWritable()} without limit, as a stage. */
    public CompletionStage<Void> whenWritable() {
        return whenReady(Readiness.WRITABLE, Awaits.UNLIMITED);
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

    /** Both addresses, this end's first, and the state that {@code netstat} would show. */
    @Override
    public String toString() {
        return "connection " + life.describe();
    }

    // ---- for the rest of the package

    /** What the stream views behave as. */
    Face viewFace() {
        return end.isLocal() ? Face.CHANNEL : Face.SOCKET;
    }

    long id() {
        return id;
    }

    /** Whether this end dialled, or is the client of a pair. */
    boolean isFirst() {
        return (id & 1) == 0;
    }

    End end() {
        return end;
    }

    ConnectionLife life() {
        return life;
    }

    Transfers transfers() {
        return transfers;
    }

    ClockTimers timers() {
        return network.timers();
    }

    void record(EventRing.Kind kind, long value) {
        network.events().record(kind, id, value);
    }

    private Awaits awaits() {
        return new Awaits(network, end, this);
    }

    private static int checkedCondition(Readiness op) {
        if (op == Readiness.ACCEPTABLE) {
            throw new IllegalArgumentException("ACCEPTABLE is a readiness of a listener, not of a connection");
        }
        return op.condition;
    }

    private static long timeoutNanos(Duration timeout) {
        long nanos = Checks.nanos(timeout, "timeout");
        return nanos == 0 ? Timers.NEVER : nanos;
    }

    private static Duration timeout(long nanos) {
        return nanos == Timers.NEVER ? Duration.ZERO : Duration.ofNanos(nanos);
    }
}
