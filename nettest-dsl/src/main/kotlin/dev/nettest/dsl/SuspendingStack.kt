package dev.nettest.dsl

import dev.nettest.Binding
import dev.nettest.Connection
import dev.nettest.Faults
import dev.nettest.Listener
import dev.nettest.Network
import dev.nettest.NetworkStack
import dev.nettest.dsl.internal.Wait
import dev.nettest.dsl.internal.condition
import dev.nettest.dsl.internal.operation
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.Job
import java.net.SocketAddress
import java.nio.channels.spi.SelectorProvider
import java.util.concurrent.CompletionStage
import javax.net.ServerSocketFactory
import javax.net.SocketFactory
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract
import kotlin.time.Duration

/**
 * The socket calls of a [SuspendingHost]: listen, connect, bind a datagram endpoint. A [NetworkScope] has the same
 * calls for the default host of its network. See [NetworkStack].
 *
 * An address is text such as `"127.0.0.1:8080"`, `"[::1]:8080"`, `"localhost:0"` or `"*:8080"`, or a [SocketAddress].
 * Listeners and connections, but not datagrams, also take Unix domain sockets: `"unix:/run/app.sock"` or a
 * [java.net.UnixDomainSocketAddress]. A Unix path belongs to one host, and no file is made; see [unlink].
 *
 * Any coroutine or thread may call any method at any time.
 *
 * @sample dev.nettest.dsl.samples.listenersAndPaths
 * @sample dev.nettest.dsl.samples.hostWithAListener
 * @sample dev.nettest.dsl.samples.multicast
 */
public sealed class SuspendingStack : FaultScope {
    /** The network or the host itself. Its blocking methods block the thread. */
    public abstract val core: NetworkStack

    internal abstract val scope: NetworkScope

    internal abstract fun atPort(port: Int): SocketAddress

    /** The faults of everything in this network or on this host: connections, accepts, connects and datagrams. */
    override val faults: Faults get() = core.faults()

    // ---- listening

    /** Listens on the first address of the host and a free port. Does not suspend. */
    public fun listener(settings: @NetworkDsl ListenerSettings.() -> Unit = {}): SuspendingListener {
        contract { callsInPlace(settings, InvocationKind.EXACTLY_ONCE) }
        return configured(core.listen(), settings)
    }

    /** Listens on [port] of the first address, to which the host's name resolves. Like [listener] with an address. */
    public fun listener(port: Int, settings: @NetworkDsl ListenerSettings.() -> Unit = {}): SuspendingListener {
        contract { callsInPlace(settings, InvocationKind.EXACTLY_ONCE) }
        return listener(atPort(port), settings)
    }

    /**
     * Listens on [address]. Port 0 takes a free port, and the host `*` every address of this host. Does not suspend.
     *
     * @throws IllegalArgumentException if the text is not an address
     * @throws java.net.UnknownHostException if the network does not know the name
     * @throws java.net.BindException `Cannot assign requested address` if another host owns the address;
     *   `Address already in use` if it is taken
     * @throws java.net.SocketException `Network is down` if the host has crashed or the network is closed
     */
    public fun listener(address: String, settings: @NetworkDsl ListenerSettings.() -> Unit = {}): SuspendingListener {
        contract { callsInPlace(settings, InvocationKind.EXACTLY_ONCE) }
        return configured(core.listen(address), settings)
    }

    /** Like [listener] with a text. */
    public fun listener(
        address: SocketAddress,
        settings: @NetworkDsl ListenerSettings.() -> Unit = {},
    ): SuspendingListener {
        contract { callsInPlace(settings, InvocationKind.EXACTLY_ONCE) }
        return configured(core.listen(address), settings)
    }

    private fun configured(listener: Listener, settings: ListenerSettings.() -> Unit): SuspendingListener {
        contract { callsInPlace(settings, InvocationKind.EXACTLY_ONCE) }
        try {
            ListenerSettings(listener).settings()
        } catch (e: Throwable) {
            listener.close()
            throw e
        }
        return SuspendingListener(listener, scope)
    }

    /**
     * Claims [address] without listening on it: connects to it are refused. Port 0 takes a free port. Does not suspend.
     * [Binding.listen] gives a listener of the core; [NetworkScope.asSuspending] wraps it.
     *
     * @param reuseAddress the option `SO_REUSEADDR`; it matters only in a network with TIME_WAIT
     * @throws IllegalArgumentException if the text is not an address
     * @throws java.net.UnknownHostException if the network does not know the name
     * @throws java.net.BindException like [listener] with a text
     * @throws java.net.SocketException `Network is down` if the host has crashed or the network is closed
     */
    public fun bind(address: String, reuseAddress: Boolean = false): Binding = core.bind(address, reuseAddress)

    /** Like [bind] with a text. */
    public fun bind(address: SocketAddress, reuseAddress: Boolean = false): Binding = core.bind(address, reuseAddress)

    /**
     * Removes a Unix path such as `"unix:/run/app.sock"`, like `Files.deleteIfExists` removes a file. A path stays when
     * its listener closes, and must be removed before it can be bound again. See [NetworkStack.unlink].
     *
     * @return true if there was a path
     */
    public fun unlink(address: String): Boolean = core.unlink(address)

    /** Like [unlink] with a text. */
    public fun unlink(address: SocketAddress): Boolean = core.unlink(address)

    // ---- connecting

    /**
     * Connects from this host. Returns after the handshake, when the connection waits in the listener's accept queue.
     * Suspends while the accept queue is full, up to [ConnectSettings.connectTimeout]. [settings] run before the
     * handshake and must not block. If they throw, the connect fails with that exception. Cancellation abandons the
     * connect.
     *
     * @throws IllegalArgumentException if the text is not an address
     * @throws java.net.UnknownHostException if the network does not know the name
     * @throws java.net.ConnectException `Connection refused` if there is no listener
     * @throws java.net.SocketException `Network is unreachable` if the host has no address of the family.
     *   `Network is down` if it has crashed or the network is closed. `No such file or directory` if there is no such
     *   Unix path
     */
    public suspend fun connect(
        address: String,
        settings: @NetworkDsl ConnectSettings.() -> Unit = {},
    ): SuspendingConnection =
        core.connectAsync(address) { ConnectSettings(it).settings() }.connected(scope.core, address)

    /** Like [connect] with a text. */
    public suspend fun connect(
        address: SocketAddress,
        settings: @NetworkDsl ConnectSettings.() -> Unit = {},
    ): SuspendingConnection = core.connectAsync(address) { ConnectSettings(it).settings() }
        .connected(scope.core, NetworkStack.addressText(address))

    /** Connects to [port] of this host's own first address, like [connect] with an address. */
    public suspend fun connect(
        port: Int,
        settings: @NetworkDsl ConnectSettings.() -> Unit = {},
    ): SuspendingConnection = connect(atPort(port), settings)

    // ---- datagrams

    /** Binds a datagram endpoint to the first address of the host and a free port. Does not suspend. */
    public fun datagram(settings: @NetworkDsl DatagramSettings.() -> Unit = {}): SuspendingDatagramEndpoint {
        contract { callsInPlace(settings, InvocationKind.EXACTLY_ONCE) }
        return datagram(0, settings)
    }

    /** Binds a datagram endpoint to [port] of the first address. Like [datagram] with an address. */
    public fun datagram(port: Int, settings: @NetworkDsl DatagramSettings.() -> Unit = {}): SuspendingDatagramEndpoint {
        contract { callsInPlace(settings, InvocationKind.EXACTLY_ONCE) }
        return datagram(atPort(port), settings)
    }

    /**
     * Binds a datagram endpoint to [address]. Port 0 takes a free port, and the host `*` every address of this host.
     * [settings] run before the bind; if they throw, nothing is bound. Does not suspend.
     *
     * @throws IllegalArgumentException if the text is not an address
     * @throws java.net.UnknownHostException if the network does not know the name
     * @throws java.net.BindException `Cannot assign requested address` if another host owns the address;
     *   `Address already in use` if it is taken
     * @throws java.net.SocketException `Network is down` if the host has crashed or the network is closed
     */
    @Suppress("LEAKED_IN_PLACE_LAMBDA", "WRONG_INVOCATION_KIND") // the core calls it once, before the bind
    public fun datagram(
        address: String,
        settings: @NetworkDsl DatagramSettings.() -> Unit = {},
    ): SuspendingDatagramEndpoint {
        contract { callsInPlace(settings, InvocationKind.EXACTLY_ONCE) }
        return SuspendingDatagramEndpoint(core.bindDatagram(address) { DatagramSettings(it).settings() })
    }

    /** Like [datagram] with a text. */
    @Suppress("LEAKED_IN_PLACE_LAMBDA", "WRONG_INVOCATION_KIND") // the core calls it once, before the bind
    public fun datagram(
        address: SocketAddress,
        settings: @NetworkDsl DatagramSettings.() -> Unit = {},
    ): SuspendingDatagramEndpoint {
        contract { callsInPlace(settings, InvocationKind.EXACTLY_ONCE) }
        return SuspendingDatagramEndpoint(core.bindDatagram(address) { DatagramSettings(it).settings() })
    }

    // ---- sockets for code that does not use this library

    /**
     * Sockets of `java.net` that connect in this network, from this host; see [dev.nettest.socket.NetworkSockets]. They
     * block their thread, so run the code that uses them in [NetworkScope.blocking]. The code must close its sockets.
     */
    public abstract val socketFactory: SocketFactory

    /** Server sockets of `java.net` that listen in this network, on this host; see [socketFactory]. */
    public abstract val serverSocketFactory: ServerSocketFactory

    /**
     * Channels and selectors of `java.nio` on this host; see [dev.nettest.channel.NetworkChannels]. A select and a
     * blocking operation block their thread, so run the code that uses them in [NetworkScope.blocking]. The code must
     * close its channels.
     */
    public abstract val selectorProvider: SelectorProvider

    // ---- waiting

    /**
     * Suspends until a connect from this host to [address] would find a listener; with port 0, a listener on any port.
     *
     * @throws AssertionError with a network snapshot if [limit] passes first
     */
    public suspend fun awaitListening(address: String, limit: Duration = scope.core.awaitLimit): SuspendingListener =
        listening(address) { core.whenListening(address, limit.asLimit()) }

    /** Like [awaitListening] with a text. */
    public suspend fun awaitListening(
        address: SocketAddress,
        limit: Duration = scope.core.awaitLimit,
    ): SuspendingListener =
        listening(NetworkStack.addressText(address)) { core.whenListening(address, limit.asLimit()) }

    /**
     * Like [awaitListening], but fails at once if [server] ends before it listens. It throws the server's exception, or
     * an [AssertionError] if the server returned or was cancelled.
     *
     * @sample dev.nettest.dsl.samples.readiness
     */
    public suspend fun awaitListening(
        address: String,
        server: Job,
        limit: Duration = scope.core.awaitLimit,
    ): SuspendingListener = listening(address, server) { core.whenListening(address, limit.asLimit()) }

    /** Like [awaitListening] with a text. */
    public suspend fun awaitListening(
        address: SocketAddress,
        server: Job,
        limit: Duration = scope.core.awaitLimit,
    ): SuspendingListener =
        listening(NetworkStack.addressText(address), server) { core.whenListening(address, limit.asLimit()) }

    private suspend fun listening(
        address: String,
        server: Job? = null,
        stage: () -> CompletionStage<Listener>,
    ): SuspendingListener {
        var watch: DisposableHandle? = null
        try {
            val listener = condition(Wait(scope.core, at = null, address, "awaitListening", limited = true)) {
                val listening = stage().toCompletableFuture()
                watch = server?.invokeOnCompletion {
                    listening.completeExceptionally(scope.core.serverFailure(it, address))
                }
                listening
            }
            return SuspendingListener(listener, scope)
        } finally {
            watch?.dispose()
        }
    }
}

private fun Network.serverFailure(cause: Throwable?, address: String): Throwable = when (cause) {
    null -> failure("the server ended before it listened on $address")
    is CancellationException -> failure("the server was cancelled before it listened on $address")
    else -> cause
}

/**
 * A connect always has a limit: the operating system gives up.
 *
 * @param target the address or the listener, for reports
 */
internal suspend fun CompletionStage<Connection>.connected(network: Network, target: Any): SuspendingConnection =
    SuspendingConnection(
        operation(Wait(network, at = null, target, "connect", limited = true), undo = Connection::close),
    )
