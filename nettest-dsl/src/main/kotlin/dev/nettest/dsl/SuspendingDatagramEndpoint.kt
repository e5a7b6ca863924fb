package dev.nettest.dsl

import dev.nettest.DatagramEndpoint
import dev.nettest.Faults
import dev.nettest.Readiness
import java.net.InetSocketAddress
import java.net.SocketAddress
import java.net.SocketTimeoutException
import java.nio.ByteBuffer
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration

/**
 * A bound UDP address, for coroutines. It is [core] with methods that suspend where those of [DatagramEndpoint] block: the same
 * results, exceptions and texts.
 *
 * Any coroutine or thread may call any method at any time. A cancelled receive takes no datagram and leaves the endpoint open,
 * unlike an interrupted thread. All time is the network's clock.
 */
public class SuspendingDatagramEndpoint(
    /** The endpoint itself. Its blocking methods block the thread. */
    public val core: DatagramEndpoint,
) : FaultScope,
    AutoCloseable {
    // ---- sending

    /**
     * Sends what remains in [source] as one datagram. Suspends only where a fault has it wait.
     *
     * @return how many bytes
     * @throws java.net.SocketException `Message too long`, beyond 65507 bytes (IPv6: 65527)
     * @throws java.nio.channels.AlreadyConnectedException if it is connected, and not to [target]
     * @throws java.net.PortUnreachableException if it is connected and an earlier datagram found nobody there
     * @throws java.nio.channels.ClosedChannelException if it is closed
     */
    public suspend fun send(source: ByteBuffer, target: SocketAddress): Int =
        sending(source) { core.trySend(source, target) }

    /** As [send] of a buffer. */
    public suspend fun send(bytes: ByteArray, target: SocketAddress): Int = send(ByteBuffer.wrap(bytes), target)

    /** As [send] of a buffer, to an address such as `"10.0.0.5:53"`. */
    public suspend fun send(bytes: ByteArray, target: String): Int {
        val source = ByteBuffer.wrap(bytes)
        return sending(source) { core.trySend(source, target) }
    }

    /** Sends [text] as UTF-8, as [send] does. */
    public suspend fun sendUtf8(text: String, target: SocketAddress): Int = send(text.encodeToByteArray(), target)

    /** Sends [text] as UTF-8, as [send] does. */
    public suspend fun sendUtf8(text: String, target: String): Int = send(text.encodeToByteArray(), target)

    /**
     * Sends to the peer.
     *
     * @throws java.nio.channels.NotYetConnectedException if it is not connected
     */
    public suspend fun send(source: ByteBuffer): Int = sending(source) { core.trySend(source) }

    /** Sends [bytes] to the peer. */
    public suspend fun send(bytes: ByteArray): Int = send(ByteBuffer.wrap(bytes))

    /** Sends [text] as UTF-8 to the peer. */
    public suspend fun sendUtf8(text: String): Int = send(text.encodeToByteArray())

    private suspend fun sending(source: ByteBuffer, trySend: () -> Boolean): Int {
        val count = source.remaining()
        var sent = trySend()
        while (!sent) {
            core.until(Readiness.WRITABLE)
            sent = saying(core::isClosed) { trySend() }
        }
        return count
    }

    // ---- receiving

    /**
     * Receives one datagram; suspends, up to [receiveTimeout], while there is none. What [target] has no room for is lost.
     *
     * @return the sender's address
     * @throws SocketTimeoutException `Receive timed out`; the endpoint stays usable
     * @throws java.net.PortUnreachableException if it is connected and a datagram of its own found nobody there
     * @throws java.nio.channels.ClosedChannelException if it is closed; if that happened meanwhile, the subclass that says so
     */
    public suspend fun receive(target: ByteBuffer): SocketAddress {
        core.tryReceive(target)?.let { return it }
        val timeout = core.receiveTimeout()
        val clock = core.network().clock()
        val deadline = clock.nanoTime() + timeout.toNanos()
        while (true) {
            val ready = if (timeout.isZero) {
                core.until(Readiness.READABLE)
                true
            } else {
                core.untilReadable(clock, deadline)
            }
            saying(core::isClosed) { core.tryReceive(target) }?.let { return it }
            if (!ready) {
                throw SocketTimeoutException("Receive timed out")
            }
        }
    }

    /** Receives one datagram of any length. Suspends and throws as [receive] into a buffer. */
    public suspend fun receive(): ReceivedDatagram {
        val target = ByteBuffer.allocate(LONGEST)
        val sender = receive(target)
        return ReceivedDatagram(target.array().copyOf(target.position()), sender)
    }

    /** [receive] as UTF-8. What is malformed becomes U+FFFD. */
    public suspend fun receiveUtf8(): String = receive().utf8()

    /** As [receive] into a buffer; null where it would suspend. */
    public fun tryReceive(target: ByteBuffer): SocketAddress? = core.tryReceive(target)

    // ---- connecting

    /** Hears [peer] alone from now on, and sends to it; see [DatagramEndpoint.connect]. Does not suspend. */
    public fun connect(peer: SocketAddress) {
        core.connect(peer)
    }

    /** As [connect] with an address. */
    public fun connect(peer: String) {
        core.connect(peer)
    }

    /** Hears everybody again. Idempotent; does not suspend. */
    public fun disconnect() {
        core.disconnect()
    }

    /** The address it is bound to. It stays after a close. */
    public val localAddress: InetSocketAddress get() = core.localAddress() as InetSocketAddress

    /** The port it is bound to. */
    public val port: Int get() = core.port()

    /** The peer that it is connected to; null for none. */
    public val remoteAddress: SocketAddress? get() = core.remoteAddress()

    // ---- settings

    /** How long a receive may suspend; zero, as it is at first, for ever. Holds for receives that begin after it is set. */
    public var receiveTimeout: Duration
        get() = core.receiveTimeout().toKotlinDuration()
        set(value) {
            core.receiveTimeout(value.asTimeout())
        }

    override val faults: Faults get() = core.faults()

    // ---- looking and waiting

    /** Whether a receive would return, or fail, at once. False once it is closed. */
    public val isReadable: Boolean get() = core.isReadable

    /** Whether it is closed. */
    public val isClosed: Boolean get() = core.isClosed

    /** How many datagrams found no room in the receive buffer. */
    public val droppedCount: Long get() = core.droppedCount()

    /**
     * Suspends until a receive would return, or fail, at once.
     *
     * @throws AssertionError with a picture of the network, when [limit] passes or it is closed
     */
    public suspend fun awaitReadable(limit: Duration = core.network().awaitLimit) {
        core.whenReady(Readiness.READABLE, limit.toJavaDuration()).condition()
    }

    /** Suspends until [datagrams] have arrived since it was bound, received or not. Fails as [awaitReadable]. */
    public suspend fun awaitReceived(datagrams: Int, limit: Duration = core.network().awaitLimit) {
        core.whenReceived(datagrams, limit.toJavaDuration()).condition()
    }

    /** Suspends until it is closed. Fails as [awaitReadable]. */
    public suspend fun awaitClosed(limit: Duration = core.network().awaitLimit) {
        core.whenReady(Readiness.CLOSED, limit.toJavaDuration()).condition()
    }

    /**
     * Frees the address and whoever waits here. Idempotent; does not suspend.
     *
     * @throws java.io.IOException only if a fault says so; it is closed all the same
     */
    override fun close(): Unit = core.close()

    /** Two faces of one endpoint are equal. */
    override fun equals(other: Any?): Boolean = other is SuspendingDatagramEndpoint && other.core === core

    override fun hashCode(): Int = core.hashCode()

    /** Its address, its peer where it has one, and its state. */
    override fun toString(): String = core.toString()
}

/** A datagram that was received. */
public class ReceivedDatagram internal constructor(
    /** What it says. */
    public val bytes: ByteArray,
    /** Who sent it. */
    public val sender: SocketAddress,
) {
    /** [bytes] as UTF-8. What is malformed becomes U+FFFD. */
    public fun utf8(): String = bytes.decodeToString()

    override fun toString(): String = "${bytes.size} bytes from $sender"
}

/** The settings of a datagram endpoint; they hold before it is bound. */
@NetworkDsl
public class DatagramSettings internal constructor(private val endpoint: DatagramEndpoint) : FaultScope {
    /** The size of the receive buffer in bytes, counted as Linux does; see [DatagramEndpoint.receiveBufferSize]. */
    public var receiveBufferSize: Int
        get() = endpoint.receiveBufferSize()
        set(value) {
            endpoint.receiveBufferSize(value)
        }

    /** How long a receive may suspend, on the network's clock; zero, as it is at first, for ever. */
    public var receiveTimeout: Duration
        get() = endpoint.receiveTimeout().toKotlinDuration()
        set(value) {
            endpoint.receiveTimeout(value.asTimeout())
        }

    /** Whether others that allow it too may be bound to the same address; see [DatagramEndpoint.reuseAddress]. */
    public var reuseAddress: Boolean
        get() = endpoint.reuseAddress()
        set(value) {
            endpoint.reuseAddress(value)
        }

    /** Joins a multicast group, such as `"239.1.2.3"`. */
    public fun join(group: String) {
        endpoint.join(group)
    }

    /** The faults of the endpoint. */
    override val faults: Faults get() = endpoint.faults()
}

private const val LONGEST = 65_527
