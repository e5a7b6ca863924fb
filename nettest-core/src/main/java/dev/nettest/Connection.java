package dev.nettest;

import dev.nettest.internal.net.ConnectionImpl;
import dev.nettest.internal.util.Addresses;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One end of a TCP stream or a Unix domain stream. It behaves like a blocking {@link java.nio.channels.SocketChannel}
 * on Linux: results, exceptions and closing. Its {@linkplain #inputStream() stream views} behave like those of a
 * {@link java.net.Socket}. Exception texts are given for Linux here; a {@link Personality} changes them.
 *
 * <p>A write copies bytes into the peer's receive buffer and waits while that is full. A read takes them out. The
 * buffer holds 4 MiB, over a Unix path 214 KiB, unless configured otherwise. A buffer of size 0 is a rendezvous: a
 * write returns when the peer has read its bytes.
 *
 * <p>A Unix domain stream differs from TCP like on Linux:
 * <ul>
 * <li>A write fails with {@code Broken pipe} at once if the peer is closed or has shut down its input.
 * <li>A read fails with {@code Connection reset}, after the buffered bytes, if the peer closed with unread bytes or
 *     {@linkplain #reset reset}.
 * <li>Both addresses are {@link java.net.UnixDomainSocketAddress}es; the address of an unbound end is empty.
 * <li>There is no urgent data, and the stream views behave like those of {@link java.nio.channels.Channels}.
 * </ul>
 *
 * <p>Any thread may call any method at any time. Concurrent reads get each byte once, and concurrent blocking writes
 * run one after the other. A close releases every waiting thread. A plain method waits without limit unless a timeout
 * is set, and an interrupt closes the connection with {@link java.nio.channels.ClosedByInterruptException}. A
 * {@code try} method never waits. An {@code await} method always has a limit, see {@link Awaitable}.
 */
public sealed interface Connection extends Awaitable, ByteChannel permits ConnectionImpl {

    /** An unbounded receive buffer: a write never waits for space. */
    int UNLIMITED = Integer.MAX_VALUE;

    // ---- reading and writing

    /**
     * Reads the available bytes, at least one. Waits while there is none, up to the
     * {@linkplain #readTimeout(Duration) read timeout}.
     *
     * @return the number of bytes; 0 if {@code target} is full; -1 at the end of the stream
     * @throws java.net.SocketTimeoutException {@code Read timed out}; the connection stays usable
     * @throws java.net.SocketException {@code Connection reset} from the first read after a reset on, unless a write
     *     reported the reset first
     * @throws java.nio.channels.ClosedChannelException if this end is closed; one of its subclasses if it is closed, or
     *     the thread interrupted, during the wait
     */
    @Override
    int read(ByteBuffer target) throws IOException;

    /** Like {@link #read}, but returns 0 instead of waiting. */
    int tryRead(ByteBuffer target) throws IOException;

    /**
     * Like {@link #tryRead(ByteBuffer)}, but reads at most through the first {@code delimiter}; for readers of lines
     * and records.
     */
    int tryRead(ByteBuffer target, byte delimiter) throws IOException;

    /**
     * Puts bytes back in front of the receive buffer, whatever its size; for a reader that was cancelled in the middle
     * of a record. An operating system has no such call: a close treats the bytes as read, and sends no RST for them.
     */
    void unread(ByteBuffer bytes);

    /**
     * Writes all of {@code source}. Waits while the peer's buffer is full, in a rendezvous until the peer has read
     * everything, up to the {@linkplain #writeTimeout(Duration) write timeout}. The first write after the peer closed
     * succeeds and its bytes are lost, like with TCP on Linux. Without an answer from the peer the connection times
     * out, see {@link NetworkConfig.Builder#tcpRetries2}.
     *
     * @return the number of bytes. It is short only if the connection was reset, closed or shut down during the
     *     write. The next write then reports the reason, like a blocking channel on Linux
     * @throws java.net.SocketTimeoutException {@code Write timed out}, with {@code bytesTransferred}; the rest stays in
     *     {@code source}
     * @throws IOException {@code Connection reset by peer} once after a reset, then {@code Broken pipe}
     * @throws java.nio.channels.ClosedChannelException if this end is closed, or its output is shut down
     */
    @Override
    int write(ByteBuffer source) throws IOException;

    /** Like {@link #write}, but writes only what fits now; 0 instead of waiting for space or for another write. */
    int tryWrite(ByteBuffer source) throws IOException;

    /**
     * Like {@link #write}, but completes a stage instead of blocking. {@code source} belongs to the operation until
     * then. Cancelling the {@code CompletableFuture} ends the operation and leaves the rest in {@code source}.
     */
    CompletionStage<Integer> writeAsync(ByteBuffer source);

    /**
     * Sends one byte of urgent data, like {@link java.net.Socket#sendUrgentData} on Linux. The peer's reads stop before
     * that byte and then skip it, unless the peer reads it {@linkplain #urgentInline inline}. Only the last urgent byte
     * counts: an earlier one becomes an ordinary byte, or is lost if it was the next to be read. Waits only while
     * another write waits.
     *
     * @param value the byte, in its lowest eight bits
     * @throws java.net.SocketException {@code No buffer space available} if the peer's buffer is full;
     *     {@code Socket closed}
     * @throws IOException {@code Connection reset by peer} or {@code Broken pipe}; the latter also after
     *     {@link #shutdownOutput()}
     * @throws UnsupportedOperationException over a Unix path
     */
    void sendUrgentData(int value) throws IOException;

    /**
     * Sets whether this end reads urgent data as ordinary bytes, like {@code SO_OOBINLINE}. Initially it does not.
     *
     * @throws UnsupportedOperationException over a Unix path
     */
    Connection urgentInline(boolean inline);

    /**
     * A new view that reads like the stream of a {@code java.net.Socket}, with the same results and exceptions. An
     * interrupt ends a read only on a virtual thread. Closing the view closes the connection, like
     * {@code Socket.close()}.
     */
    InputStream inputStream();

    /** A new view that writes like the stream of a {@code java.net.Socket}; see {@link #inputStream()}. */
    OutputStream outputStream();

    // ---- ending

    /**
     * Sends FIN: the peer reads the written bytes, then end of stream. This end can still read. Idempotent.
     *
     * @throws java.nio.channels.ClosedChannelException if this end is closed
     */
    void shutdownOutput() throws IOException;

    /**
     * Makes reads of this end return end of stream. A TCP peer is not told; over a Unix path its writes fail with
     * {@code Broken pipe}. Idempotent.
     *
     * @throws java.nio.channels.ClosedChannelException if this end is closed
     */
    void shutdownInput() throws IOException;

    /**
     * Closes with RST, like a close with linger 0: the peer reads the bytes that have arrived, then
     * {@code Connection reset}. An RST is sent once. If a link loses it, the peer gets another when it sends.
     */
    void reset() throws IOException;

    /**
     * Closes: sends FIN, or RST if bytes are unread here, like Linux. Releases every thread that waits in this end.
     * Waits only after {@link #linger(Duration)}. Idempotent.
     *
     * @throws IOException only if a fault demands it; the end is closed all the same
     */
    @Override
    void close() throws IOException;

    /** True after this end's owner closed it. A reset by the peer does not close it. */
    @Override
    default boolean isClosed() {
        return !isOpen();
    }

    @Override
    boolean isOpen();

    /**
     * True if an RST has ended this connection, also after a close. This end received the RST, or sent it: by
     * {@link #reset()}, a close with unread bytes, a fault, or for bytes that came after a close. A connection that
     * timed out was not reset. Never waits.
     */
    boolean isReset();

    /**
     * The error that waits for the next operation of this end, like {@code SO_ERROR} of {@code getsockopt(2)}. It is a
     * reset, a timeout, or after a FIN and a reset a broken pipe. The error stays pending. Never waits.
     *
     * @return null if there is none, or if an operation has taken it
     */
    @SuppressWarnings("exports") // JSpecify is optional
    @Nullable
    SystemError pendingError();

    // ---- cutting

    /**
     * Cuts this connection in both directions, until {@link #repair}; other connections between the hosts work. A NAT
     * or a firewall that forgets a connection does that. Both ends see the same as in a
     * {@linkplain LinkDirection#partition partition}: silence, and {@code Connection timed out} at the end.
     *
     * @return this connection
     * @throws IllegalStateException before the handshake is done
     * @throws UnsupportedOperationException over a Unix path
     */
    default Connection partition() {
        partitionOneWay();
        peer().partitionOneWay();
        return this;
    }

    /** Cuts only the direction from this end to its {@linkplain #peer() peer}; otherwise like {@link #partition()}. */
    Connection partitionOneWay();

    /**
     * Repairs both directions of this connection: held data is sent at once. A partition of a link or host stays.
     *
     * @return this connection
     */
    Connection repair();

    // ---- settings

    /** The address of this end; it stays after a close. */
    SocketAddress localAddress();

    /**
     * Fakes the address of this end; the peer sees it as its {@link #remoteAddress()}. No host needs to own it, and
     * port 0 takes an ephemeral port. Set in a connect hook, it is the source address from the start. Over a Unix path
     * it is a path, which then exists like after a client's bind, until it is
     * {@linkplain Network#unlink(String) removed}.
     *
     * @param address an address such as {@code "192.168.1.100:12345"} or {@code "[2001:db8::1]:443"}
     * @return this connection
     * @throws java.nio.channels.UnsupportedAddressTypeException if exactly one of old and new address is a Unix path
     * @throws IllegalArgumentException if the text is not an address, or the network does not know the name, or another
     *     connection to the same peer has the address. In a connect hook the last case makes the connect fail with a
     *     {@code BindException}
     */
    default Connection localAddress(String address) {
        return localAddress(Addresses.parse(address));
    }

    /** Like {@link #localAddress(String)}. */
    Connection localAddress(SocketAddress address);

    /** The address of the other end, real or faked. */
    SocketAddress remoteAddress();

    /** The other end, for tests that look at both. A real socket has no such call. */
    Connection peer();

    /** The size of this end's receive buffer in bytes. */
    int receiveBufferSize();

    /**
     * Sets the size of this end's receive buffer, at any time. Queued bytes stay, and writers wait until there is
     * space. 0 makes a rendezvous; {@link #UNLIMITED} removes the bound.
     *
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    Connection receiveBufferSize(int bytes);

    /** Sets the timeout of reads that begin from now on; zero, the initial value, means no timeout. */
    Connection readTimeout(Duration timeout);

    /** The read timeout; zero for none. */
    Duration readTimeout();

    /** Sets the timeout of writes that begin from now on; zero, the initial value, means no timeout. */
    Connection writeTimeout(Duration timeout);

    /** The write timeout; zero for none. */
    Duration writeTimeout();

    /**
     * Sets the linger time of this end: {@code SO_LINGER}. With a positive time a close of this end waits until the
     * peer has acknowledged all bytes and the FIN, at most so long. The rest is then sent in the background, like on
     * Linux. An interrupt does not end the wait. With zero a close, and a crash of the host, send RST like
     * {@link #reset()}. A negative time, as initially, turns it off: a close does not wait. Over a Unix path it has no
     * effect.
     */
    Connection linger(Duration time);

    /**
     * Sets the keep-alive of this end, at any time: {@code SO_KEEPALIVE}, {@code TCP_KEEPIDLE},
     * {@code TCP_KEEPINTERVAL} and {@code TCP_KEEPCOUNT}. Initially it is off. It has no effect over a Unix path.
     */
    Connection keepAlive(KeepAlive settings);

    /** The keep-alive of this end. */
    KeepAlive keepAlive();

    /**
     * Sets the timeout of the connect, in the connect hook. It ends with
     * {@code SocketTimeoutException: Connect timed out}. Zero, the initial value, means the limit of Linux:
     * {@code Connection timed out} after 127 s, see {@link NetworkConfig.Builder#tcpSynRetries}.
     */
    Connection connectTimeout(Duration timeout);

    /** The faults of this end. */
    Faults faults();

    /** Records what this end sends and receives, from the first call on; see {@link Transcript}. */
    Transcript transcript();

    // ---- conditions

    /** The number of bytes that a read would return without waiting; 0 after a close. */
    int available();

    /** True if a read would return at once: bytes, end of stream or an error. False after a close of this end. */
    boolean isReadable();

    /** True if a write would write at least a byte, or fail, at once. False after a close of this end. */
    boolean isWritable();

    /** Waits until a read would return at once: bytes, end of stream or an error. */
    default void awaitReadable() {
        awaitReady(Readiness.READABLE);
    }

    /** Like {@link #awaitReadable()}, with a limit. */
    default void awaitReadable(Duration limit) {
        awaitReady(Readiness.READABLE, limit);
    }

    /**
     * Waits until at least {@code bytes} can be read.
     *
     * @throws IllegalArgumentException if {@code bytes} is less than 1, or more than the receive buffer can hold
     */
    default void awaitReadable(int bytes) {
        awaitReadable(bytes, network().config().awaitLimit());
    }

    /** Like {@link #awaitReadable(int)}, with a limit. */
    void awaitReadable(int bytes, Duration limit);

    /** Waits until a write would write at least a byte, or fail, at once. */
    default void awaitWritable() {
        awaitReady(Readiness.WRITABLE);
    }

    /** Like {@link #awaitWritable()}, with a limit. */
    default void awaitWritable(Duration limit) {
        awaitReady(Readiness.WRITABLE, limit);
    }

    /** Waits until the peer is closed, or the connection was reset. */
    default void awaitPeerClosed() {
        awaitReady(Readiness.PEER_CLOSED);
    }

    /** Like {@link #awaitPeerClosed()}, with a limit. */
    default void awaitPeerClosed(Duration limit) {
        awaitReady(Readiness.PEER_CLOSED, limit);
    }

    /** Waits until everything is read and the peer's FIN has arrived. */
    default void awaitEndOfStream() {
        awaitReady(Readiness.END_OF_STREAM);
    }

    /** Like {@link #awaitEndOfStream()}, with a limit. */
    default void awaitEndOfStream(Duration limit) {
        awaitReady(Readiness.END_OF_STREAM, limit);
    }

    /** Waits until the peer has read everything that this end wrote. */
    default void awaitDrained() {
        awaitReady(Readiness.DRAINED);
    }

    /** Like {@link #awaitDrained()}, with a limit. */
    default void awaitDrained(Duration limit) {
        awaitReady(Readiness.DRAINED, limit);
    }

    /** Waits until a write of this end waits for space in the peer's buffer. */
    default void awaitWriteBlocked() {
        awaitReady(Readiness.WRITE_BLOCKED);
    }

    /** Like {@link #awaitWriteBlocked()}, with a limit. */
    default void awaitWriteBlocked(Duration limit) {
        awaitReady(Readiness.WRITE_BLOCKED, limit);
    }

    /** Completes when a read would return at once, without limit. */
    default CompletionStage<Void> whenReadable() {
        return whenReady(Readiness.READABLE);
    }

    /** {@link #awaitReadable(int, Duration)} as a stage. */
    CompletionStage<Void> whenReadable(int bytes, Duration limit);

    /** Completes when a write would write or fail at once, without limit. */
    default CompletionStage<Void> whenWritable() {
        return whenReady(Readiness.WRITABLE);
    }
}
