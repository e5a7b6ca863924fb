package dev.nettest.dsl

import dev.nettest.Bridge
import dev.nettest.Connection
import dev.nettest.Faults
import dev.nettest.Host
import dev.nettest.Listener
import dev.nettest.Names
import dev.nettest.Network
import dev.nettest.NetworkClock
import dev.nettest.Snapshot
import dev.nettest.socket.NetworkSockets
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch
import java.net.InetSocketAddress
import java.net.SocketAddress
import java.net.UnixDomainSocketAddress
import java.util.concurrent.CompletionStage
import javax.net.ServerSocketFactory
import javax.net.SocketFactory
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.TimeSource
import kotlin.time.toJavaDuration

/**
 * A network and the coroutines of a test on it; made by [network] and [openNetwork].
 *
 * `launch` and `async` start foreground work, which is awaited at the end. [SuspendingListener.serve], [background] and [blocking]
 * start background work, which is cancelled at the end. Whatever of both fails, other than by cancellation, cancels the rest and
 * fails the test, as structured concurrency has it. Any coroutine or thread may call any method at any time.
 *
 * Addresses are text such as `"127.0.0.1:8080"`, `"[::1]:8080"`, `"localhost:0"` or `"*:8080"`, or [SocketAddress]es. Listeners and
 * connections take Unix domain sockets too: `"unix:/run/app.sock"`, or a [UnixDomainSocketAddress]. Such a path belongs to a host, of what
 * is called here to localhost; no file is made, see [unlink].
 */
@NetworkDsl
public open class NetworkScope internal constructor(
    /** The network itself. Its blocking methods block the thread. */
    public val core: Network,
    override val coroutineContext: CoroutineContext,
    internal val ending: Ending,
) : CoroutineScope,
    FaultScope {
    /** The clock that everything here runs on. */
    public val clock: NetworkClock get() = core.clock()

    /** [clock] as a Kotlin time source. */
    public val timeSource: TimeSource.WithComparableMarks get() = clock.asTimeSource()

    /** The seed of this network's dice. */
    public val seed: Long get() = core.seed()

    /** The faults of everything in this network. */
    override val faults: Faults get() = core.faults()

    /** How this network looks now. */
    public fun snapshot(): Snapshot = core.snapshot()

    // ---- listening and dialling

    /** Listens on localhost and a free port. Does not suspend. */
    public fun listener(settings: ListenerSettings.() -> Unit = {}): SuspendingListener = setUp(core.listen(), settings)

    /** Listens on [port] of localhost. As [listener] with an address. */
    public fun listener(port: Int, settings: ListenerSettings.() -> Unit = {}): SuspendingListener =
        listener("localhost:$port", settings)

    /**
     * Listens on [address]; port 0 takes a free one, a host of `*` every address. Does not suspend.
     *
     * @throws IllegalArgumentException if it is no address
     * @throws java.net.UnknownHostException if its host is a name that this network does not know
     * @throws java.net.BindException `Address already in use`
     */
    public fun listener(address: String, settings: ListenerSettings.() -> Unit = {}): SuspendingListener =
        setUp(core.listen(address), settings)

    /** As [listener] with a text. */
    public fun listener(address: SocketAddress, settings: ListenerSettings.() -> Unit = {}): SuspendingListener =
        setUp(core.listen(address), settings)

    /**
     * Removes what stands at a path of localhost, as `"unix:/run/app.sock"`; the twin of `Files.deleteIfExists`. A path stays when its
     * listener is closed, and cannot be bound again before that. See [Network.unlink].
     *
     * @return whether there was something
     */
    public fun unlink(address: String): Boolean = core.unlink(address)

    /** As [unlink] with a text. */
    public fun unlink(address: SocketAddress): Boolean = core.unlink(address)

    internal fun setUp(listener: Listener, settings: ListenerSettings.() -> Unit): SuspendingListener {
        try {
            ListenerSettings(listener).settings()
        } catch (e: Throwable) {
            listener.close()
            throw e
        }
        return SuspendingListener(listener, this)
    }

    /**
     * Dials. Done when the connection is queued at the listener, before it is accepted, as after a kernel's handshake; suspends while
     * the backlog is full, until [ConnectSettings.connectTimeout]. [settings] run before anybody sees the connection; they must not
     * block, and if they throw, the dial fails with that. Cancelled, the dial is given up.
     *
     * @throws IllegalArgumentException if it is no address
     * @throws java.net.UnknownHostException if its host is a name that this network does not know
     * @throws java.net.ConnectException `Connection refused` where nobody listens
     * @throws java.net.SocketException `Network is down` if this network is closed; `No such file or directory` where nothing stands at
     *     a path
     */
    public suspend fun connect(address: String, settings: ConnectSettings.() -> Unit = {}): SuspendingConnection =
        dialled(core.connectAsync(address) { ConnectSettings(it).settings() })

    /** As [connect] with a text. */
    public suspend fun connect(
        address: SocketAddress,
        settings: ConnectSettings.() -> Unit = {},
    ): SuspendingConnection = dialled(core.connectAsync(address) { ConnectSettings(it).settings() })

    internal suspend fun dialled(dial: CompletionStage<Connection>): SuspendingConnection =
        SuspendingConnection(dial.operation(undo = Connection::close))

    /** Two connected ends, on localhost and ephemeral ports. Does not suspend. */
    public fun pair(settings: PairSettings.() -> Unit = {}): SuspendingPair {
        val pair = core.pair()
        PairSettings(pair.client, pair.server).settings()
        return SuspendingPair(SuspendingConnection(pair.client), SuspendingConnection(pair.server))
    }

    /** The suspending face of a listener that other code made. */
    public fun suspending(listener: Listener): SuspendingListener = SuspendingListener(listener, this)

    // ---- hosts and names

    /**
     * A new host with these addresses, one or more, which is known by its name from now on. [settings] run before it is returned.
     *
     * @throws IllegalArgumentException if [name] is no host name or in use; if an address is none, belongs to another host, is
     *     given twice, or is bound already
     */
    public fun host(name: String, vararg addresses: String, settings: HostSettings.() -> Unit = {}): SuspendingHost {
        val host = core.host(name, *addresses)
        HostSettings(host).settings()
        return suspending(host)
    }

    /** The face of a host that other code made. */
    public fun suspending(host: Host): SuspendingHost = SuspendingHost(host, this)

    /** The names that are known here, to add to and to change: `names.set("api", "10.0.0.7")`. */
    public val names: Names get() = core.names()

    // ---- links

    /**
     * What lies between two hosts: `link(app, db) { latency = 20.milliseconds }`. The same hosts have the same link, in either order;
     * [settings] change what it does now. Does not suspend; nor does anything else about links.
     *
     * @throws IllegalArgumentException if they are the same, or of another network; if a setting cannot be
     */
    public fun link(a: SuspendingHost, b: SuspendingHost, settings: LinkSettings.() -> Unit = {}): LinkHandle =
        LinkHandle(core.link(a.core, b.core)).apply { impair(settings) }

    /**
     * What lies between two sides: names of hosts, addresses, ranges such as `"10.0.0.0/8"`, or `"*"` for everybody. As [link] with
     * hosts; of several links the narrowest that has settings acts, see [dev.nettest.Link].
     *
     * @throws IllegalArgumentException if [a] or [b] is none of these; if a setting cannot be
     */
    public fun link(a: String, b: String, settings: LinkSettings.() -> Unit = {}): LinkHandle =
        LinkHandle(core.link(a, b)).apply { impair(settings) }

    /** The link of all that no narrower one carries, on localhost too. Forward is from the end that dialled. As [link] with hosts. */
    public fun link(settings: LinkSettings.() -> Unit = {}): LinkHandle =
        LinkHandle(core.defaultLink()).apply { impair(settings) }

    /** Cuts what is between two hosts, both ways: streams are withheld until [repair], datagrams are lost, dials wait and time out. */
    public fun partition(a: SuspendingHost, b: SuspendingHost): Unit = core.partition(a.core, b.core)

    /** As [partition] with hosts, for the sides of a [link]. */
    public fun partition(a: String, b: String): Unit = core.partition(a, b)

    /** Cuts only what goes from the one to the other; what comes back arrives. */
    public fun partitionOneWay(from: SuspendingHost, to: SuspendingHost): Unit =
        core.partitionOneWay(from.core, to.core)

    /** As [partitionOneWay] with hosts, for the sides of a [link]. */
    public fun partitionOneWay(from: String, to: String): Unit = core.partitionOneWay(from, to)

    /** Mends what is between two hosts, both ways: what was withheld leaves now. */
    public fun repair(a: SuspendingHost, b: SuspendingHost): Unit = core.repair(a.core, b.core)

    /** As [repair] with hosts, for the sides of a [link]. */
    public fun repair(a: String, b: String): Unit = core.repair(a, b)

    /** Mends every link. */
    public fun repair(): Unit = core.repair()

    /** Cuts [host] off from everybody else, until [repair] of all or [rejoin]. */
    public fun isolate(host: SuspendingHost): Unit = core.isolate(host.core)

    /** Ends the [isolation][isolate] of [host]. */
    public fun rejoin(host: SuspendingHost): Unit = core.rejoin(host.core)

    /**
     * Splits hosts into groups: `split(listOf(a, b), listOf(c))`. Within a group everything goes on, between groups nothing gets through;
     * hosts of no group are reached by all. Partitions from before stay; [repair] of all ends them.
     *
     * @throws IllegalArgumentException if there are fewer than two groups, or a host stands in more than one place
     */
    public fun split(vararg groups: Collection<SuspendingHost>): Unit =
        core.split(groups.map { group -> group.map(SuspendingHost::core) })

    // ---- datagrams

    /** Binds a datagram endpoint to localhost and a free port. Does not suspend. */
    public fun datagram(settings: DatagramSettings.() -> Unit = {}): SuspendingDatagramEndpoint =
        datagram("localhost:0", settings)

    /** Binds a datagram endpoint to [port] of localhost. As [datagram] with an address. */
    public fun datagram(port: Int, settings: DatagramSettings.() -> Unit = {}): SuspendingDatagramEndpoint =
        datagram("localhost:$port", settings)

    /**
     * Binds a datagram endpoint to [address]; port 0 takes a free one, a host of `*` every address. [settings] run before it is bound; if
     * they throw, nothing was bound. Does not suspend.
     *
     * @throws IllegalArgumentException if it is no address
     * @throws java.net.UnknownHostException if its host is a name that this network does not know
     * @throws java.net.BindException `Address already in use`
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

    /**
     * Sockets of `java.net` that dial in this network, see [NetworkSockets]. They block their thread, so code that uses them belongs into
     * [blocking]; who made one has to close it.
     */
    public val socketFactory: SocketFactory get() = NetworkSockets.socketFactory(core)

    /** Server sockets of `java.net` that listen in this network; see [socketFactory]. */
    public val serverSocketFactory: ServerSocketFactory get() = NetworkSockets.serverSocketFactory(core)

    /**
     * Puts a real TCP server, outside, behind [address] of this network, so that faults act between it and its clients. The real side
     * takes real time, for which the virtual time of a coroutine test does not wait. See [dev.nettest.Bridge].
     */
    public fun bridge(address: String, realAddress: SocketAddress): Bridge = core.bridge(address, realAddress)

    // ---- waiting

    /**
     * Suspends until somebody listens where a dial of [address] would be answered; with port 0, on any port of that host.
     *
     * @throws AssertionError when [limit] passes first, with a picture of the network
     */
    public suspend fun awaitListening(address: String, limit: Duration = core.awaitLimit): SuspendingListener =
        suspending(core.whenListening(address, limit.toJavaDuration()).condition())

    /** As [awaitListening] with a text. */
    public suspend fun awaitListening(address: SocketAddress, limit: Duration = core.awaitLimit): SuspendingListener =
        suspending(core.whenListening(address, limit.toJavaDuration()).condition())

    /**
     * As [awaitListening], with [dev.nettest.NetworkConfig.awaitLimit], and fails at once when [server] ends before it listens: with the
     * exception that it failed with, or with an [AssertionError] if it just returned or was cancelled.
     */
    public suspend fun awaitListening(address: String, server: Job): SuspendingListener =
        suspending(core.whenListening(address, core.config().awaitLimit()).unlessEnds(server, address))

    /** As [awaitListening] with a text. */
    public suspend fun awaitListening(address: SocketAddress, server: Job): SuspendingListener =
        suspending(core.whenListening(address, core.config().awaitLimit()).unlessEnds(server, address.text))

    internal suspend fun CompletionStage<Listener>.unlessEnds(server: Job, address: String): Listener {
        val stage = toCompletableFuture()
        val watch = server.invokeOnCompletion { cause ->
            val failure = when (cause) {
                null -> core.failure("the server ended before it listened on $address")

                is kotlinx.coroutines.CancellationException ->
                    core.failure("the server was cancelled before it listened on $address")

                else -> cause
            }
            stage.completeExceptionally(failure)
        }
        try {
            return stage.condition()
        } finally {
            watch.dispose()
        }
    }

    /**
     * Suspends until the network is idle: nothing is in flight, every thread of [blocking] and of the network's executors waits, and on a test
     * scheduler none of its coroutines can run at this moment of its time. Then nothing will change unless the test acts or time moves, so
     * "nothing more was sent" can be looked at instead of waited for. Timeouts do not pass for it; deliveries that are on their way do
     * arrive. See [Network.awaitIdle].
     *
     * Without a test scheduler it does not know of coroutines. It does not return while coroutines of a test scheduler resume each other
     * for ever without time.
     *
     * @throws AssertionError when [limit] passes first, and says who keeps the network busy, and where
     */
    public suspend fun awaitIdle(limit: Duration = core.awaitLimit) {
        val scheduled = if (TestLibrary.isPresent) clock as? SchedulerClock else null
        if (scheduled == null) {
            untilThreadsWait(limit)
        } else {
            scheduled.awaitIdle { untilThreadsWait(limit) }
        }
    }

    private suspend fun untilThreadsWait(limit: Duration) {
        core.whenIdle(limit.toJavaDuration()).condition()
    }

    // ---- background work

    /** Starts a coroutine that is cancelled when the network ends. Its failure, other than a cancellation, fails the test. */
    public fun background(block: suspend CoroutineScope.() -> Unit): Job =
        CoroutineScope(ending.backgroundContext(coroutineContext)).launch(block = block)

    /**
     * Runs code that blocks on a thread called [name]. The thread is counted: a virtual clock stands still while it can run, and
     * goes on while it waits in the network. Cancelling the result interrupts the thread; the result is complete when the thread
     * has left [block].
     *
     * When the network ends, closing its sockets frees a thread that waits in them, and an interrupt one that waits elsewhere; what
     * [block] throws then is ignored if it comes from that. What it throws earlier fails the test, also if somebody awaits the
     * result: catch inside what you expect.
     */
    public fun <T> blocking(name: String, block: () -> T): Deferred<T> = ending.startBlocking(this, name, block)

    override fun toString(): String = core.toString()
}

internal val SocketAddress.text: String
    get() = when (this) {
        is InetSocketAddress -> "${address?.hostAddress ?: hostString}:$port"
        is UnixDomainSocketAddress -> "unix:$this"
        else -> toString()
    }
