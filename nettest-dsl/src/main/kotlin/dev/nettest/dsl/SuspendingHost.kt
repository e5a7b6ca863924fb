package dev.nettest.dsl

import dev.nettest.Faults
import dev.nettest.Host
import dev.nettest.socket.NetworkSockets
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.SocketAddress
import javax.net.ServerSocketFactory
import javax.net.SocketFactory

/**
 * A machine of a network, for coroutines: a name, and the addresses that it owns. It listens and dials from them, and can crash; see
 * [Host]. Any coroutine or thread may call any method at any time.
 */
public class SuspendingHost internal constructor(
    /** The host itself. Its blocking methods block the thread. */
    public val core: Host,
    private val scope: NetworkScope,
) : FaultScope {
    /** The name, which the network resolves to [addresses] unless its names were changed. */
    public val name: String get() = core.name()

    /** The addresses, in the order in which they were given. */
    public val addresses: List<InetAddress> get() = core.addresses()

    // ---- listening and dialling

    /** Listens on the first address and a free port. Does not suspend. */
    public fun listener(settings: ListenerSettings.() -> Unit = {}): SuspendingListener =
        scope.setUp(core.listen(), settings)

    /** Listens on [port] of the first address, which is where a dial of this host's name arrives. As [listener] with an address. */
    public fun listener(port: Int, settings: ListenerSettings.() -> Unit = {}): SuspendingListener =
        scope.setUp(core.listen(port), settings)

    /**
     * Listens on [address]; port 0 takes a free one, a host of `*` every address of this host. Does not suspend.
     *
     * @throws IllegalArgumentException if it is no address
     * @throws java.net.UnknownHostException if its host is a name that this network does not know
     * @throws java.net.BindException `Cannot assign requested address` if this host does not own it, `Address already in use`
     * @throws java.net.SocketException `Network is down` if this host has crashed, or the network is closed
     */
    public fun listener(address: String, settings: ListenerSettings.() -> Unit = {}): SuspendingListener =
        scope.setUp(core.listen(address), settings)

    /** As [listener] with a text. */
    public fun listener(address: SocketAddress, settings: ListenerSettings.() -> Unit = {}): SuspendingListener =
        scope.setUp(core.listen(address), settings)

    /**
     * Dials from this host; otherwise as [NetworkScope.connect].
     *
     * @throws java.net.SocketException `Network is unreachable` if this host has no address of the target's family; `Network is down`
     *     if this host has crashed, or the network is closed
     */
    public suspend fun connect(address: String, settings: ConnectSettings.() -> Unit = {}): SuspendingConnection =
        scope.dialled(core.connectAsync(address) { ConnectSettings(it).settings() })

    /** As [connect] with a text. */
    public suspend fun connect(
        address: SocketAddress,
        settings: ConnectSettings.() -> Unit = {},
    ): SuspendingConnection = scope.dialled(core.connectAsync(address) { ConnectSettings(it).settings() })

    // ---- datagrams

    /** Binds a datagram endpoint to the first address and a free port. Does not suspend. */
    public fun datagram(settings: DatagramSettings.() -> Unit = {}): SuspendingDatagramEndpoint = datagram(0, settings)

    /** Binds a datagram endpoint to [port] of the first address. As [datagram] with an address. */
    public fun datagram(port: Int, settings: DatagramSettings.() -> Unit = {}): SuspendingDatagramEndpoint =
        datagram(InetSocketAddress(addresses.first(), port), settings)

    /**
     * Binds a datagram endpoint to [address]; port 0 takes a free one, a host of `*` every address of this host. [settings] run before it is
     * bound; if they throw, nothing was bound. Does not suspend.
     *
     * @throws IllegalArgumentException if it is no address
     * @throws java.net.UnknownHostException if its host is a name that this network does not know
     * @throws java.net.BindException `Cannot assign requested address` if this host does not own it, `Address already in use`
     * @throws java.net.SocketException `Network is down` if this host has crashed, or the network is closed
     */
    public fun datagram(address: String, settings: DatagramSettings.() -> Unit = {}): SuspendingDatagramEndpoint =
        SuspendingDatagramEndpoint(core.bindDatagram(address) { DatagramSettings(it).settings() })

    /** As [datagram] with a text. */
    public fun datagram(
        address: SocketAddress,
        settings: DatagramSettings.() -> Unit = {},
    ): SuspendingDatagramEndpoint =
        SuspendingDatagramEndpoint(core.bindDatagram(address) { DatagramSettings(it).settings() })

    // ---- seams for code that knows nothing of this network

    /** Sockets of `java.net` that dial from this host; see [NetworkScope.socketFactory]. */
    public val socketFactory: SocketFactory get() = NetworkSockets.socketFactory(core)

    /** Server sockets of `java.net` that listen on this host; see [NetworkScope.socketFactory]. */
    public val serverSocketFactory: ServerSocketFactory get() = NetworkSockets.serverSocketFactory(core)

    // ---- failing

    /** The faults of everything on this host: its connections, accepts and datagrams, and the dials from it. */
    override val faults: Faults get() = core.faults()

    /** Dies: peers find a reset, dials to it are refused, its own code finds its sockets closed. See [Host.crash]. */
    public fun crash(): Unit = core.crash()

    /** Brings it up again, after a crash if it is up; listeners have to be made anew. See [Host.restart]. */
    public fun restart(): Unit = core.restart()

    /** Dies without a word: peers and dials wait until they time out. See [Host.crashSilently]. */
    public fun crashSilently(): Unit = core.crashSilently()

    /** Freezes it: nothing arrives, nothing leaves, nobody is accepted, dials wait. See [Host.pause]. */
    public fun pause(): Unit = core.pause()

    /** Ends a pause; what was withheld arrives. */
    public fun resume(): Unit = core.resume()

    override fun toString(): String = core.toString()
}
