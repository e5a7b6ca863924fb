package dev.nettest;

import dev.nettest.internal.net.DatagramEndpointImpl;
import dev.nettest.internal.util.Addresses;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A bound UDP address. It behaves like a blocking {@link java.nio.channels.DatagramChannel} on Linux, in results and
 * exceptions. Exception texts are given for Linux here.
 *
 * <p>A datagram arrives whole or not at all, with its sender's address. The part that does not fit into the receiver's
 * {@code ByteBuffer} is lost. A send does not wait. The datagram is lost if its destination is not bound. It is dropped
 * and {@linkplain #droppedCount() counted} if the {@linkplain #receiveBufferSize() receive buffer} is full.
 *
 * <p>A {@linkplain #connect connected} endpoint receives from its peer only. If its datagram finds no socket there, the
 * next send or receive throws {@link java.net.PortUnreachableException}, once, before queued datagrams are received.
 *
 * <p>Any thread may call any method at any time. A plain {@link #receive} waits without limit unless a timeout is set,
 * and an interrupt closes the endpoint, like a channel. A {@code try} method never waits. An {@code await} method
 * always has a limit, see {@link Awaitable}.
 */
public sealed interface DatagramEndpoint extends Awaitable, Closeable permits DatagramEndpointImpl {

    /** The default receive buffer size of Linux, {@code net.core.rmem_default}. */
    int DEFAULT_RECEIVE_BUFFER_SIZE = 212_992;

    /** An unbounded receive buffer: no datagram is dropped. */
    int UNLIMITED = Integer.MAX_VALUE;

    // ---- sending

    /**
     * Sends the remaining bytes of {@code source} as one datagram. Waits only if a fault demands it.
     *
     * @return the number of bytes
     * @throws SocketException {@code Message too long} beyond 65507 bytes (IPv6: 65527); {@code Can't send to port 0}
     * @throws AlreadyConnectedException if the endpoint is connected to another address than {@code target}
     * @throws java.net.PortUnreachableException if the endpoint is connected and an earlier datagram found no socket
     * @throws UnknownHostException if the network does not know the name
     * @throws java.nio.channels.ClosedChannelException if the endpoint is closed; one of its subclasses if the thread
     *     is interrupted
     */
    default int send(ByteBuffer source, SocketAddress target) throws IOException {
        return send(source, target, SocketKind.CHANNEL);
    }

    /** Like {@link #send(ByteBuffer, SocketAddress)}. */
    default int send(ByteBuffer source, String target) throws IOException {
        return send(source, Addresses.parse(Objects.requireNonNull(target, "target")));
    }

    /** Like {@link #send(ByteBuffer, SocketAddress)}, with the exceptions of {@code kind}. */
    int send(ByteBuffer source, SocketAddress target, SocketKind kind) throws IOException;

    /**
     * Sends to the connected peer, like {@code DatagramChannel.write}. An empty buffer sends nothing.
     *
     * @throws java.nio.channels.NotYetConnectedException if the endpoint is not connected
     */
    int send(ByteBuffer source) throws IOException;

    /** Like {@link #send(ByteBuffer, SocketAddress)}; false instead of waiting, which only a fault can demand. */
    boolean trySend(ByteBuffer source, SocketAddress target) throws IOException;

    /** Like {@link #trySend(ByteBuffer, SocketAddress)}. */
    default boolean trySend(ByteBuffer source, String target) throws IOException {
        return trySend(source, Addresses.parse(Objects.requireNonNull(target, "target")));
    }

    /** Like {@link #send(ByteBuffer)}; false instead of waiting, which only a fault can demand. */
    boolean trySend(ByteBuffer source) throws IOException;

    // ---- receiving

    /**
     * Receives one datagram. Waits while there is none, up to the
     * {@linkplain #receiveTimeout(Duration) receive timeout}. The part that does not fit into {@code target} is lost.
     *
     * @return the sender's address
     * @throws java.net.SocketTimeoutException {@code Receive timed out}; the endpoint stays usable
     * @throws java.net.PortUnreachableException if the endpoint is connected and one of its datagrams found no socket
     * @throws java.nio.channels.ClosedChannelException if the endpoint is closed; one of its subclasses if it is
     *     closed, or the thread interrupted, during the wait
     */
    SocketAddress receive(ByteBuffer target) throws IOException;

    /**
     * Like {@link #receive(ByteBuffer)}, with the exceptions and the interrupt behaviour of {@code kind}. The timeout
     * replaces the receive timeout; zero means none.
     *
     * @throws IllegalArgumentException if {@code timeout} is negative
     */
    SocketAddress receive(ByteBuffer target, Duration timeout, SocketKind kind) throws IOException;

    /** Like {@link #receive(ByteBuffer)}; null instead of waiting. */
    @SuppressWarnings("exports") // JSpecify is optional
    @Nullable
    SocketAddress tryReceive(ByteBuffer target) throws IOException;

    /**
     * Like {@link #receive(ByteBuffer)}, but completes a stage instead of blocking. {@code target} belongs to the
     * operation until then. Cancelling the {@code CompletableFuture} ends the operation and loses no datagram.
     */
    CompletionStage<SocketAddress> receiveAsync(ByteBuffer target);

    // ---- connecting

    /**
     * Connects to {@code peer}: the endpoint receives only from it, and sends to it. Queued datagrams are discarded,
     * like in the JDK.
     *
     * @throws AlreadyConnectedException if the endpoint is connected
     * @throws SocketException {@code Can't connect to port 0}
     * @throws UnknownHostException if the network does not know the name
     * @throws java.nio.channels.ClosedChannelException if the endpoint is closed
     */
    default DatagramEndpoint connect(SocketAddress peer) throws IOException {
        return connect(peer, SocketKind.CHANNEL);
    }

    /** Like {@link #connect(SocketAddress)}. */
    default DatagramEndpoint connect(String peer) throws IOException {
        return connect(Addresses.parse(Objects.requireNonNull(peer, "peer")));
    }

    /**
     * Like {@link #connect(SocketAddress)}, with the exceptions of {@code kind}. A connected socket changes its peer.
     */
    DatagramEndpoint connect(SocketAddress peer, SocketKind kind) throws IOException;

    /**
     * Receives from all senders again. Idempotent. If a port-unreachable error is pending, the next send is lost
     * without an error, like on Linux.
     */
    DatagramEndpoint disconnect();

    /** The connected peer; null for none. It stays after a close. */
    @SuppressWarnings("exports") // JSpecify is optional
    @Nullable
    SocketAddress remoteAddress();

    /** The bound address; for a connected wildcard endpoint, the address that its peer sees. It stays after a close. */
    SocketAddress localAddress();

    /** The bound port. */
    int port();

    /** The host it is bound on. */
    Host host();

    // ---- settings

    /** Sets the timeout of receives that begin from now on; zero, the initial value, means no timeout. */
    DatagramEndpoint receiveTimeout(Duration timeout);

    /** The receive timeout; zero for none. */
    Duration receiveTimeout();

    /** The size of the receive buffer in bytes, as Linux counts them. */
    int receiveBufferSize();

    /**
     * Sets the size of the receive buffer; initially {@link #DEFAULT_RECEIVE_BUFFER_SIZE}, and {@link #UNLIMITED} for
     * none. Like Linux, it counts memory and not payload. A datagram of up to 197 bytes takes 832, up to 645 takes
     * 1280, up to 1669 takes 2304. Larger ones follow in powers of two. A datagram that does not fit is dropped, except
     * that an empty buffer takes any. Received datagrams return their memory in batches, at the latest when the buffer
     * is empty. Queued datagrams stay.
     *
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    DatagramEndpoint receiveBufferSize(int bytes);

    /**
     * Forbids fragments, like the socket option {@code IP_DONTFRAGMENT} of the JDK; initially allowed. A datagram that
     * is longer than the {@linkplain Impairment.Builder#mtu(int) MTU} of its link is then refused:
     * {@code Message too long}. To a group of receivers it is lost on the links that it does not fit.
     */
    DatagramEndpoint dontFragment(boolean forbid);

    /** True if fragments are forbidden. */
    boolean dontFragment();

    /**
     * Allows sends to the broadcast addresses 255.255.255.255 and 127.255.255.255. Without it they fail with
     * {@code BindException: Permission denied}. Initially allowed, like in a {@code DatagramSocket} and unlike in a
     * channel.
     */
    DatagramEndpoint broadcast(boolean allowed);

    /** True if sends to broadcast addresses are allowed. */
    boolean broadcast();

    /**
     * Allows other endpoints that allow it too to bind the same address, like {@code SO_REUSEADDR} on Linux. A
     * broadcast or multicast then reaches all of them; any other datagram reaches the one that was bound last. Set it
     * in the hook of {@link Network#bindDatagram(SocketAddress, java.util.function.Consumer)}.
     */
    DatagramEndpoint reuseAddress(boolean allowed);

    /** True if the address may be shared. */
    boolean reuseAddress();

    /**
     * Allows other endpoints that allow it too to bind the same address, like {@code SO_REUSEPORT} on Linux. They share
     * the senders: all datagrams of one sender reach the same endpoint, until one is bound or closed. The
     * {@linkplain Network#seed() seed} decides which. A broadcast or multicast reaches all. One endpoint with this
     * setting and one with {@link #reuseAddress(boolean)} cannot share an address. Set it in the hook of
     * {@link Network#bindDatagram(SocketAddress, java.util.function.Consumer)}.
     */
    DatagramEndpoint reusePort(boolean allowed);

    /** True if the senders may be shared. */
    boolean reusePort();

    /**
     * Joins a multicast group. If the endpoint is bound to the wildcard or to the group's address, it receives
     * datagrams to the group at its port, like on Linux. Idempotent.
     *
     * @throws IllegalArgumentException if {@code group} is not a multicast address
     * @throws java.nio.channels.ClosedChannelException if the endpoint is closed
     */
    default DatagramEndpoint join(InetAddress group) throws IOException {
        return join(group, sender -> true);
    }

    /**
     * Like {@link #join(InetAddress)}, for the datagrams of the senders that {@code senders} accepts, like the source
     * filters of Linux. A later join of the group replaces it. It is asked when a datagram is sent, on the sending
     * thread, and must not wait.
     */
    DatagramEndpoint join(InetAddress group, Predicate<? super InetAddress> senders) throws IOException;

    /** Like {@link #join(InetAddress)}, with a literal such as {@code "239.1.2.3"}. */
    default DatagramEndpoint join(String group) throws IOException {
        return join(network().resolve(Objects.requireNonNull(group, "group")).get(0));
    }

    /** Leaves a multicast group; does nothing if the endpoint is not a member. */
    DatagramEndpoint leave(InetAddress group);

    /** Like {@link #leave(InetAddress)}, with a literal. */
    default DatagramEndpoint leave(String group) throws UnknownHostException {
        return leave(network().resolve(Objects.requireNonNull(group, "group")).get(0));
    }

    /**
     * Sets whether multicasts of this endpoint reach members on its own host, including itself; initially they do. On
     * the {@linkplain Network#localhost() default host} each endpoint counts as a machine of its own, so the setting
     * concerns only the endpoint itself.
     */
    DatagramEndpoint multicastLoop(boolean loop);

    /** True if multicasts of this endpoint reach members on its own host. */
    boolean multicastLoop();

    /** The faults of this endpoint. */
    Faults faults();

    // ---- conditions

    /** True if a receive would return or fail at once. False after a close. */
    boolean isReadable();

    /** The number of datagrams that were dropped because the receive buffer was full. */
    long droppedCount();

    /** The number of datagrams that entered the receive buffer, received since or not. */
    long receivedCount();

    /** Waits until a receive would return or fail at once. */
    default void awaitReadable() {
        awaitReady(Readiness.READABLE);
    }

    /** Like {@link #awaitReadable()}, with a limit. */
    default void awaitReadable(Duration limit) {
        awaitReady(Readiness.READABLE, limit);
    }

    /**
     * Waits until {@link #receivedCount()} is at least {@code datagrams}. Dropped datagrams do not count.
     *
     * @throws IllegalArgumentException if {@code datagrams} is less than 1
     */
    default void awaitReceived(int datagrams) {
        awaitReceived(datagrams, network().config().awaitLimit());
    }

    /** Like {@link #awaitReceived(int)}, with a limit. */
    void awaitReceived(int datagrams, Duration limit);

    /** Completes when a receive would return or fail at once, without limit. */
    default CompletionStage<Void> whenReadable() {
        return whenReady(Readiness.READABLE);
    }

    /** {@link #awaitReceived(int, Duration)} as a stage. */
    CompletionStage<Void> whenReceived(int datagrams, Duration limit);

    // ---- ending

    /**
     * Releases the address and every waiting thread, and discards the queued datagrams. Idempotent.
     *
     * @throws IOException only if a fault demands it; the endpoint is closed all the same
     */
    @Override
    void close() throws IOException;
}
