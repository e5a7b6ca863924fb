package dev.nettest.dsl

import dev.nettest.DatagramEndpoint
import dev.nettest.Faults
import dev.nettest.Readiness
import dev.nettest.dsl.internal.Wait
import dev.nettest.dsl.internal.await
import dev.nettest.dsl.internal.condition
import dev.nettest.dsl.internal.retryWhenReady
import dev.nettest.dsl.internal.showingCaller
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import java.net.InetSocketAddress
import java.net.SocketAddress
import java.nio.ByteBuffer
import kotlin.time.Duration

/**
 * A bound UDP address, for coroutines. Wraps [core] with methods that suspend instead of blocking. Results, exceptions
 * and messages are those of [DatagramEndpoint].
 *
 * Any coroutine or thread may call any method at any time. A cancelled receive takes no datagram and leaves the
 * endpoint open, unlike the interrupt of a blocked thread. All times are on the network's clock.
 *
 * @sample dev.nettest.dsl.samples.datagrams
 */
public class SuspendingDatagramEndpoint internal constructor(
    /** The endpoint itself. Its blocking methods block the thread. */
    public val core: DatagramEndpoint,
) : FaultScope,
    AutoCloseable {
    // ---- sending

    /**
     * Sends the remaining bytes of [source] as one datagram. Suspends only if a fault delays the send.
     *
     * @throws java.net.SocketException `Message too long`, beyond 65507 bytes (IPv6: 65527)
     * @throws java.nio.channels.AlreadyConnectedException if the endpoint is connected to another address than [target]
     * @throws java.net.PortUnreachableException if the endpoint is connected and an earlier datagram caused an ICMP
     *     port unreachable
     * @throws java.nio.channels.ClosedChannelException if the endpoint is closed
     */
    public suspend fun send(source: ByteBuffer, target: SocketAddress): Unit = sending { core.trySend(source, target) }

    /** Like [send] of a buffer. */
    public suspend fun send(bytes: ByteArray, target: SocketAddress): Unit = send(ByteBuffer.wrap(bytes), target)

    /** Like [send] of a buffer, to an address such as `"10.0.0.5:53"`. */
    public suspend fun send(bytes: ByteArray, target: String) {
        val source = ByteBuffer.wrap(bytes)
        sending { core.trySend(source, target) }
    }

    /** Sends [text] as UTF-8, like [send]. */
    public suspend fun sendUtf8(text: String, target: SocketAddress): Unit = send(text.encodeToByteArray(), target)

    /** Sends [text] as UTF-8, like [send]. */
    public suspend fun sendUtf8(text: String, target: String): Unit = send(text.encodeToByteArray(), target)

    /**
     * Sends to the peer.
     *
     * @throws java.nio.channels.NotYetConnectedException if the endpoint is not connected
     */
    public suspend fun send(source: ByteBuffer): Unit = sending { core.trySend(source) }

    /** Sends [bytes] to the peer. */
    public suspend fun send(bytes: ByteArray): Unit = send(ByteBuffer.wrap(bytes))

    /** Sends [text] as UTF-8 to the peer. */
    public suspend fun sendUtf8(text: String): Unit = send(text.encodeToByteArray())

    private suspend fun sending(trySend: () -> Boolean) {
        if (!trySend()) {
            core.retryWhenReady(Readiness.WRITABLE, "send", timeoutNanos = 0, timeoutMessage = "", trySend)
        }
    }

    // ---- receiving

    /**
     * Receives one datagram. Suspends up to [receiveTimeout] while there is none. Bytes that do not fit in [target] are
     * lost.
     *
     * @return the sender's address
     * @throws java.net.SocketTimeoutException `Receive timed out`; the endpoint stays usable
     * @throws java.net.PortUnreachableException if the endpoint is connected and a datagram that it sent caused an ICMP
     *   port unreachable
     * @throws java.nio.channels.ClosedChannelException if the endpoint is closed; its subclass
     *   [java.nio.channels.AsynchronousCloseException] if it was closed while this receive waited
     */
    public suspend fun receive(target: ByteBuffer): SocketAddress = showingCaller {
        var sender = core.tryReceive(target)
        if (sender == null) {
            core.retryWhenReady(Readiness.READABLE, "receive", core.receiveTimeout().toNanos(), "Receive timed out") {
                sender = core.tryReceive(target)
                sender != null
            }
        }
        checkNotNull(sender)
    }

    /** Receives one datagram of any length. Suspends and throws like [receive] into a buffer. */
    public suspend fun receive(): ReceivedDatagram {
        val target = ByteBuffer.allocate(MAX_PAYLOAD)
        val sender = receive(target)
        return ReceivedDatagram(target.array().copyOf(target.position()), sender)
    }

    /** [receive] as UTF-8. Malformed input becomes U+FFFD. */
    public suspend fun receiveUtf8(): String = receive().utf8()

    /**
     * The datagrams that arrive, without end: a close fails the collector like [receive]. Each is received when it is
     * collected. An operator that buffers reads ahead, and a cancelled collector loses the datagrams that were read
     * ahead.
     *
     * @sample dev.nettest.dsl.samples.udpWithLoss
     */
    public fun datagrams(): Flow<ReceivedDatagram> = flow {
        while (true) {
            emit(receive())
        }
    }

    /** Like [receive] into a buffer, but returns null instead of suspending. */
    public fun tryReceive(target: ByteBuffer): SocketAddress? = core.tryReceive(target)

    // ---- connecting

    /**
     * Restricts the endpoint to datagrams of [peer], and sends to it; see [DatagramEndpoint.connect]. Does not suspend.
     */
    public fun connect(peer: SocketAddress) {
        core.connect(peer)
    }

    /** Like [connect] with an address. */
    public fun connect(peer: String) {
        core.connect(peer)
    }

    /** Receives from every sender again. Idempotent; does not suspend. */
    public fun disconnect() {
        core.disconnect()
    }

    /** The bound address; also after a close. */
    public val localAddress: InetSocketAddress get() = core.localAddress() as InetSocketAddress

    /** The bound port. */
    public val port: Int get() = core.port()

    /** The connected peer; null if there is none. */
    public val remoteAddress: SocketAddress? get() = core.remoteAddress()

    // ---- settings

    /**
     * How long a receive may suspend. Initially [Duration.INFINITE]. Applies to receives that start later.
     *
     * @throws IllegalArgumentException on setting zero or a negative duration
     */
    public var receiveTimeout: Duration
        get() = core.receiveTimeout().fromTimeout()
        set(value) {
            core.receiveTimeout(value.asTimeout("receiveTimeout"))
        }

    override val faults: Faults get() = core.faults()

    // ---- conditions

    /** True if a receive would return or fail at once. False after a close. */
    public val isReadable: Boolean get() = core.isReadable

    /** True after its owner closed it. */
    public val isClosed: Boolean get() = core.isClosed

    /** How many datagrams were dropped because the receive buffer was full. */
    public val droppedCount: Long get() = core.droppedCount()

    /**
     * Suspends until a receive would return or fail at once.
     *
     * @throws AssertionError with a network snapshot if [limit] passes or the endpoint is closed
     */
    public suspend fun awaitReadable(limit: Duration = core.network().awaitLimit): Unit =
        core.await(Readiness.READABLE, limit, "awaitReadable")

    /** Suspends until [datagrams] have arrived since the bind, received or not. Fails like [awaitReadable]. */
    public suspend fun awaitReceived(datagrams: Int, limit: Duration = core.network().awaitLimit) {
        condition(Wait(core, "awaitReceived", limited = true)) { core.whenReceived(datagrams, limit.asLimit()) }
    }

    /** Suspends until its owner closes it. Fails like [awaitReadable]. */
    public suspend fun awaitClosed(limit: Duration = core.network().awaitLimit): Unit =
        core.await(Readiness.CLOSED, limit, "awaitClosed")

    /**
     * Frees the address and resumes every operation that waits on this endpoint. Idempotent; does not suspend.
     *
     * @throws java.io.IOException only because of a fault; the endpoint is closed nevertheless
     */
    override fun close(): Unit = core.close()

    /** Two wrappers of the same endpoint are equal. */
    override fun equals(other: Any?): Boolean = other is SuspendingDatagramEndpoint && other.core === core

    override fun hashCode(): Int = core.hashCode()

    /** The address, the peer if there is one, and the state. */
    override fun toString(): String = core.toString()
}

/**
 * Wraps this endpoint for coroutines. Any number of wrappers may be used; they are equal.
 *
 * @sample dev.nettest.dsl.samples.datagrams
 */
public fun DatagramEndpoint.asSuspending(): SuspendingDatagramEndpoint = SuspendingDatagramEndpoint(this)

/**
 * A received datagram: `val (bytes, sender) = endpoint.receive()`. Two are equal if payload and sender are.
 *
 * @sample dev.nettest.dsl.samples.datagrams
 */
public class ReceivedDatagram internal constructor(
    /** The payload. */
    public val bytes: ByteArray,
    /** The sender's address. */
    public val sender: SocketAddress,
) {
    /** [bytes] as UTF-8. Malformed input becomes U+FFFD. */
    public fun utf8(): String = bytes.decodeToString()

    /** [bytes]. */
    public operator fun component1(): ByteArray = bytes

    /** [sender]. */
    public operator fun component2(): SocketAddress = sender

    override fun equals(other: Any?): Boolean =
        other is ReceivedDatagram && other.sender == sender && other.bytes.contentEquals(bytes)

    override fun hashCode(): Int = 31 * bytes.contentHashCode() + sender.hashCode()

    override fun toString(): String = "${bytes.size} bytes from $sender"
}

/**
 * The settings of a datagram endpoint. They take effect before the bind.
 *
 * @sample dev.nettest.dsl.samples.multicast
 */
public class DatagramSettings internal constructor(private val endpoint: DatagramEndpoint) : FaultScope {
    /** The size of the receive buffer in bytes, counted like on Linux; see [DatagramEndpoint.receiveBufferSize]. */
    public var receiveBufferSize: Int
        get() = endpoint.receiveBufferSize()
        set(value) {
            endpoint.receiveBufferSize(value)
        }

    /**
     * How long a receive may suspend, on the network's clock. Initially [Duration.INFINITE].
     *
     * @throws IllegalArgumentException on setting zero or a negative duration
     */
    public var receiveTimeout: Duration
        get() = endpoint.receiveTimeout().fromTimeout()
        set(value) {
            endpoint.receiveTimeout(value.asTimeout("receiveTimeout"))
        }

    /** True if other endpoints may bind the same address and set this too; see [DatagramEndpoint.reuseAddress]. */
    public var reuseAddress: Boolean
        get() = endpoint.reuseAddress()
        set(value) {
            endpoint.reuseAddress(value)
        }

    /** True if a datagram longer than the MTU of its link is refused: `Message too long`. Initially false. */
    public var dontFragment: Boolean
        get() = endpoint.dontFragment()
        set(value) {
            endpoint.dontFragment(value)
        }

    /** True if other endpoints may share the address and its senders; see [DatagramEndpoint.reusePort]. */
    public var reusePort: Boolean
        get() = endpoint.reusePort()
        set(value) {
            endpoint.reusePort(value)
        }

    /** Joins a multicast group, such as `"239.1.2.3"`. */
    public fun join(group: String) {
        endpoint.join(group)
    }

    /** The faults of the endpoint. */
    override val faults: Faults get() = endpoint.faults()
}

/** The longest payload of UDP over IPv6. */
private const val MAX_PAYLOAD = 65_527
