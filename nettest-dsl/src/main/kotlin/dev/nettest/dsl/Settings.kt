package dev.nettest.dsl

import dev.nettest.Connection
import dev.nettest.Faults
import dev.nettest.KeepAlive
import dev.nettest.Listener
import java.net.SocketAddress
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract
import kotlin.time.Duration

/** The settings of a listener. They take effect at once. */
public class ListenerSettings internal constructor(private val listener: Listener) : FaultScope {
    /**
     * The backlog of `listen(2)`, at least 1. The accept queue holds one connection more, like on Linux. Initially
     * [dev.nettest.NetworkConfig.backlog].
     */
    public var backlog: Int = listener.network().config().backlog()
        set(value) {
            listener.backlog(value)
            field = value
        }

    /**
     * The size of the receive buffers of accepted connections, in bytes; 0 for a rendezvous, [Connection.UNLIMITED] for
     * no limit. Initially [dev.nettest.NetworkConfig.receiveBufferSize], or the size for Unix paths.
     */
    public var receiveBufferSize: Int = listener.receiveBufferSize()
        set(value) {
            listener.receiveBufferSize(value)
            field = value
        }

    /** The faults of the listener, of connects to it, and of its accepted connections. */
    override val faults: Faults get() = listener.faults()
}

/** The settings of one end of a connection. */
public open class ConnectionSettings internal constructor(internal val connection: Connection) : FaultScope {
    /** The size of this end's receive buffer, in bytes; 0 for a rendezvous, [Connection.UNLIMITED] for no limit. */
    public var receiveBufferSize: Int
        get() = connection.receiveBufferSize()
        set(value) {
            connection.receiveBufferSize(value)
        }

    /**
     * How long a read may suspend, on the network's clock. Initially [Duration.INFINITE].
     *
     * @throws IllegalArgumentException on setting zero or a negative duration
     */
    public var readTimeout: Duration
        get() = connection.readTimeout().fromTimeout()
        set(value) {
            connection.readTimeout(value.asTimeout("readTimeout"))
        }

    /**
     * How long a write may suspend, on the network's clock. Initially [Duration.INFINITE].
     *
     * @throws IllegalArgumentException on setting zero or a negative duration
     */
    public var writeTimeout: Duration
        get() = connection.writeTimeout().fromTimeout()
        set(value) {
            connection.writeTimeout(value.asTimeout("writeTimeout"))
        }

    /** The keep-alive of this end: `keepAlive = keepAlive(3.seconds, 1.seconds, 3)`. Initially off. */
    public var keepAlive: KeepAlive
        get() = connection.keepAlive()
        set(value) {
            connection.keepAlive(value)
        }

    /** The faults of this end; see [Faults]. */
    override val faults: Faults get() = connection.faults()
}

/**
 * The settings of a connect. They take effect before the handshake.
 *
 * @sample dev.nettest.dsl.samples.listenersAndPaths
 */
public class ConnectSettings internal constructor(connection: Connection) : ConnectionSettings(connection) {
    /**
     * How long the connect may take, on the network's clock; then `SocketTimeoutException: Connect timed out`.
     * Initially [Duration.INFINITE], which leaves it to the operating system: Linux gives up after 127 s with
     * `Connection timed out`.
     *
     * @throws IllegalArgumentException on setting zero or a negative duration
     */
    public var connectTimeout: Duration = Duration.INFINITE
        set(value) {
            connection.connectTimeout(value.asTimeout("connectTimeout"))
            field = value
        }

    /**
     * Fakes the source address, such as `"192.168.1.100:12345"`: the server sees it as the peer's address. No host
     * needs to own it. Port 0 takes an ephemeral port. A connect to a Unix path takes a Unix path, which stays.
     *
     * @throws IllegalArgumentException if the text is not an address
     */
    public fun from(address: String) {
        connection.localAddress(address)
    }

    /** Like [from] with a text. */
    public fun from(address: SocketAddress) {
        connection.localAddress(address)
    }
}

/**
 * The settings of both ends of a [SuspendingPair].
 *
 * @sample dev.nettest.dsl.samples.effects
 */
public class PairSettings internal constructor(private val client: Connection, private val server: Connection) {
    /** The size of both receive buffers, in bytes; 0 for a rendezvous, [Connection.UNLIMITED] for no limit. */
    public var receiveBufferSize: Int = client.receiveBufferSize()
        set(value) {
            client.receiveBufferSize(value)
            server.receiveBufferSize(value)
            field = value
        }

    /** Sets up only the client's end. */
    public fun client(settings: @NetworkDsl ConnectionSettings.() -> Unit) {
        contract { callsInPlace(settings, InvocationKind.EXACTLY_ONCE) }
        ConnectionSettings(client).settings()
    }

    /** Sets up only the server's end. */
    public fun server(settings: @NetworkDsl ConnectionSettings.() -> Unit) {
        contract { callsInPlace(settings, InvocationKind.EXACTLY_ONCE) }
        ConnectionSettings(server).settings()
    }
}

/** Two connected ends: `val (client, server) = pair()`. */
public class SuspendingPair internal constructor(
    /** The connecting end. */
    public val client: SuspendingConnection,
    /** The accepted end. */
    public val server: SuspendingConnection,
) {
    /** [client]. */
    public operator fun component1(): SuspendingConnection = client

    /** [server]. */
    public operator fun component2(): SuspendingConnection = server

    override fun toString(): String = "pair of $client"
}
