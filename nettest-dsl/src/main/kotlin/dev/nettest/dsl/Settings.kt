package dev.nettest.dsl

import dev.nettest.Connection
import dev.nettest.Faults
import dev.nettest.Host
import dev.nettest.Listener
import java.net.SocketAddress
import kotlin.time.Duration
import kotlin.time.toKotlinDuration

/** The settings of a listener; they hold from the moment they are made. */
@NetworkDsl
public class ListenerSettings internal constructor(private val listener: Listener) : FaultScope {
    /**
     * How many connections may be queued, as `listen(2)` takes it: Linux, and this, queues one more. At first
     * [dev.nettest.NetworkConfig.backlog]; at least 1.
     */
    public var backlog: Int = listener.network().config().backlog()
        set(value) {
            listener.backlog(value)
            field = value
        }

    /**
     * The size of the receive buffers of the connections that it accepts, in bytes; 0 for a rendezvous,
     * [Connection.UNLIMITED] for none. At first [dev.nettest.NetworkConfig.receiveBufferSize].
     */
    public var receiveBufferSize: Int = listener.network().config().receiveBufferSize()
        set(value) {
            listener.receiveBufferSize(value)
            field = value
        }

    /** The faults of the listener, of dials to it and of the ends that it accepts. */
    override val faults: Faults get() = listener.faults()
}

/** The settings of one end. */
@NetworkDsl
public open class ConnectionSettings internal constructor(internal val connection: Connection) : FaultScope {
    /** The size of the buffer that this end reads from, in bytes; 0 for a rendezvous, [Connection.UNLIMITED] for none. */
    public var receiveBufferSize: Int
        get() = connection.receiveBufferSize()
        set(value) {
            connection.receiveBufferSize(value)
        }

    /** How long a read may suspend, on the network's clock; zero, as it is at first, for ever. */
    public var readTimeout: Duration
        get() = connection.readTimeout().toKotlinDuration()
        set(value) {
            connection.readTimeout(value.asTimeout())
        }

    /** How long a write may suspend, on the network's clock; zero, as it is at first, for ever. */
    public var writeTimeout: Duration
        get() = connection.writeTimeout().toKotlinDuration()
        set(value) {
            connection.writeTimeout(value.asTimeout())
        }

    /** The faults of this end; see [Faults]. */
    override val faults: Faults get() = connection.faults()
}

/** The settings of a dial; they hold before anybody sees the connection. */
public class ConnectSettings internal constructor(connection: Connection) : ConnectionSettings(connection) {
    /**
     * How long the dial may take, on the network's clock. Zero, as it is at first, leaves it to the operating system: Linux gives up
     * after 127 s with `Connection timed out`, while with a timeout of one's own it is `SocketTimeoutException: Connect timed out`.
     */
    public var connectTimeout: Duration = Duration.ZERO
        set(value) {
            connection.connectTimeout(value.asTimeout())
            field = value
        }

    /**
     * Fakes the address that is dialled from, as `"192.168.1.100:12345"`: the server sees it as the peer's from the start. It need
     * not belong to anybody; port 0 takes an ephemeral one.
     *
     * @throws IllegalArgumentException if it is no address
     */
    public fun from(address: String) {
        connection.localAddress(address)
    }

    /** As [from] with a text. */
    public fun from(address: SocketAddress) {
        connection.localAddress(address)
    }
}

/** The settings of a host. */
@NetworkDsl
public class HostSettings internal constructor(private val host: Host) : FaultScope {
    /** The faults of everything on the host: its connections, accepts and datagrams, and the dials from it. */
    override val faults: Faults get() = host.faults()
}

/** The settings of both ends of a [SuspendingPair]. */
@NetworkDsl
public class PairSettings internal constructor(private val client: Connection, private val server: Connection) {
    /** The size of both receive buffers, in bytes; 0 for a rendezvous, [Connection.UNLIMITED] for none. */
    public var receiveBufferSize: Int = client.receiveBufferSize()
        set(value) {
            client.receiveBufferSize(value)
            server.receiveBufferSize(value)
            field = value
        }

    /** Sets up the client's end alone. */
    public fun client(settings: ConnectionSettings.() -> Unit): Unit = ConnectionSettings(client).settings()

    /** Sets up the server's end alone. */
    public fun server(settings: ConnectionSettings.() -> Unit): Unit = ConnectionSettings(server).settings()
}

/** Two connected ends: `val (client, server) = pair()`. */
public class SuspendingPair internal constructor(
    /** The end that would have dialled. */
    public val client: SuspendingConnection,
    /** The end that would have been accepted. */
    public val server: SuspendingConnection,
) {
    /** [client]. */
    public operator fun component1(): SuspendingConnection = client

    /** [server]. */
    public operator fun component2(): SuspendingConnection = server

    override fun toString(): String = "pair of $client"
}
