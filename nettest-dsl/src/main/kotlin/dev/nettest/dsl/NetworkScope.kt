package dev.nettest.dsl

import dev.nettest.Bridge
import dev.nettest.Host
import dev.nettest.Listener
import dev.nettest.Names
import dev.nettest.Network
import dev.nettest.NetworkClock
import dev.nettest.Snapshot
import dev.nettest.Trace
import dev.nettest.channel.NetworkChannels
import dev.nettest.dsl.internal.BlockingCall
import dev.nettest.dsl.internal.TestTeardown
import dev.nettest.dsl.internal.Wait
import dev.nettest.dsl.internal.condition
import dev.nettest.dsl.internal.schedulerClock
import dev.nettest.socket.NetworkSockets
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.Job
import kotlinx.coroutines.launch
import java.net.InetSocketAddress
import java.net.SocketAddress
import java.nio.channels.AsynchronousServerSocketChannel
import java.nio.channels.ServerSocketChannel
import java.nio.channels.spi.SelectorProvider
import javax.net.ServerSocketFactory
import javax.net.SocketFactory
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.Duration.Companion.nanoseconds
import kotlin.time.TimeSource

/**
 * A network and the coroutines of a test on it; made by [network], [openNetwork] and [scope].
 *
 * `launch` and `async` start foreground work, which is awaited at the end. [SuspendingListener.serve], [background],
 * [backgroundScope] and [asyncBlocking] start background work, which is cancelled at the end. A failure of either,
 * other than a cancellation, cancels the rest and fails the test, like in structured concurrency. Any coroutine or
 * thread may call any method at any time.
 *
 * The socket calls act on the default host: 127.0.0.1, ::1, and every address that no named host owns.
 *
 * @sample dev.nettest.dsl.samples.cutHosts
 * @sample dev.nettest.dsl.samples.heldDelivery
 * @sample dev.nettest.dsl.samples.idleNetwork
 * @sample dev.nettest.dsl.samples.realServer
 */
public sealed class NetworkScope :
    SuspendingStack(),
    CoroutineScope {
    abstract override val core: Network

    internal abstract val teardown: TestTeardown

    override val scope: NetworkScope get() = this

    override fun atPort(port: Int): SocketAddress = InetSocketAddress.createUnresolved("localhost", port)

    override val socketFactory: SocketFactory get() = NetworkSockets.socketFactory(core)

    override val serverSocketFactory: ServerSocketFactory get() = NetworkSockets.serverSocketFactory(core)

    override val selectorProvider: SelectorProvider get() = NetworkChannels.selectorProvider(core)

    /** The clock of everything in this network. Its `sleep` blocks the thread; a coroutine calls `delay`. */
    public val clock: NetworkClock get() = core.clock()

    /** [clock] as a Kotlin time source. */
    public val timeSource: TimeSource.WithComparableMarks get() = clock.asTimeSource()

    /** How much time has passed on [clock] since this scope began. */
    public val elapsed: Duration get() = (clock.nanoTime() - teardown.startNanos).nanoseconds

    /** The seed of this network's random generators. */
    public val seed: Long get() = core.seed()

    /** The state of this network now. */
    public fun snapshot(): Snapshot = core.snapshot()

    /**
     * The history of this network: its last events, or all of them; see [NetworkConfigSettings.trace].
     *
     * @sample dev.nettest.dsl.samples.traceOfANetwork
     */
    public fun trace(): Trace = core.trace()

    // ---- connections

    /** Two connected ends, on localhost and ephemeral ports. Does not suspend. */
    public fun pair(settings: @NetworkDsl PairSettings.() -> Unit = {}): SuspendingPair {
        contract { callsInPlace(settings, InvocationKind.EXACTLY_ONCE) }
        val pair = core.pair()
        PairSettings(pair.client, pair.server).settings()
        return SuspendingPair(SuspendingConnection(pair.client), SuspendingConnection(pair.server))
    }

    /** Wraps a listener that other code made. */
    public fun Listener.asSuspending(): SuspendingListener = SuspendingListener(this, this@NetworkScope)

    /**
     * The listener of a server channel of [selectorProvider]. [SuspendingListener.channel] is the way back.
     *
     * @throws IllegalArgumentException if it is not a channel of a network
     * @throws IllegalStateException if it was never bound
     * @sample dev.nettest.dsl.samples.connectionOfAChannel
     */
    public fun ServerSocketChannel.asSuspending(): SuspendingListener = NetworkChannels.listener(this).asSuspending()

    /**
     * Like the one of a [ServerSocketChannel], for an asynchronous channel.
     *
     * @sample dev.nettest.dsl.samples.connectionOfAnAsynchronousChannel
     */
    public fun AsynchronousServerSocketChannel.asSuspending(): SuspendingListener =
        NetworkChannels.listener(this).asSuspending()

    // ---- hosts and names

    /**
     * Makes a host that owns one or more addresses. Its name resolves to them. [settings] run before it is returned,
     * with the host as receiver: `host("db", "10.0.0.5") { listener(5432) }`.
     *
     * @throws IllegalArgumentException if [name] is not a host name or is in use. If an address is not a literal, is
     *   given twice, is bound already or belongs to another host
     * @sample dev.nettest.dsl.samples.hostWithAListener
     */
    public fun host(
        name: String,
        address: String,
        vararg more: String,
        settings: SuspendingHost.() -> Unit = {},
    ): SuspendingHost {
        contract { callsInPlace(settings, InvocationKind.EXACTLY_ONCE) }
        return SuspendingHost(core.host(name, address, *more), this).apply(settings)
    }

    /** Wraps a host that other code made. */
    public fun Host.asSuspending(): SuspendingHost = SuspendingHost(this, this@NetworkScope)

    /** The names that this network knows, to add to and to change: `names.set("api", "10.0.0.7")`. */
    public val names: Names get() = core.names()

    // ---- links

    /**
     * The link between two hosts: `link(app, db) { latency = 20.milliseconds }`. The same hosts always give the same
     * link, in either order. [settings] change its impairments. Like every call about links, it does not suspend.
     *
     * @throws IllegalArgumentException if they are the same host, or one is of another network; if a setting is
     *   impossible
     */
    public fun link(
        a: SuspendingHost,
        b: SuspendingHost,
        settings: @NetworkDsl LinkSettings.() -> Unit = {},
    ): LinkHandle {
        contract { callsInPlace(settings, InvocationKind.EXACTLY_ONCE) }
        return LinkHandle(core.link(a.core, b.core)).apply { impair(settings) }
    }

    /**
     * The link between two sides. A side is the name of a host, an address, a range such as `"10.0.0.0/8"`, or `"*"`
     * for all addresses. The most specific link that has settings acts; see [dev.nettest.Link]. Like [link] with hosts.
     *
     * @throws IllegalArgumentException if a side is none of these, or a setting is impossible
     */
    public fun link(a: String, b: String, settings: @NetworkDsl LinkSettings.() -> Unit = {}): LinkHandle {
        contract { callsInPlace(settings, InvocationKind.EXACTLY_ONCE) }
        return LinkHandle(core.link(a, b)).apply { impair(settings) }
    }

    /**
     * The default link, for all traffic without a more specific link, also on localhost. Forward is the direction of
     * the connecting side. Like [link] with hosts.
     */
    public fun link(settings: @NetworkDsl LinkSettings.() -> Unit = {}): LinkHandle {
        contract { callsInPlace(settings, InvocationKind.EXACTLY_ONCE) }
        return LinkHandle(core.defaultLink()).apply { impair(settings) }
    }

    /**
     * Partitions two hosts, in both directions, until [repair]: stream data is held, datagrams are lost, connects wait
     * and time out.
     */
    public fun partition(a: SuspendingHost, b: SuspendingHost): Unit = core.partition(a.core, b.core)

    /** Like [partition] with hosts, for the sides of a [link]. */
    public fun partition(a: String, b: String): Unit = core.partition(a, b)

    /** Partitions one direction; the other direction works. */
    public fun partitionOneWay(from: SuspendingHost, to: SuspendingHost): Unit =
        core.partitionOneWay(from.core, to.core)

    /** Like [partitionOneWay] with hosts, for the sides of a [link]. */
    public fun partitionOneWay(from: String, to: String): Unit = core.partitionOneWay(from, to)

    /** Repairs both directions between two hosts; held data leaves now. */
    public fun repair(a: SuspendingHost, b: SuspendingHost): Unit = core.repair(a.core, b.core)

    /** Like [repair] with hosts, for the sides of a [link]. */
    public fun repair(a: String, b: String): Unit = core.repair(a, b)

    /** Repairs every link. */
    public fun repair(): Unit = core.repair()

    /** Holds everything between two hosts, in both directions, until [release]; see [LinkHandle.hold]. */
    public fun hold(a: SuspendingHost, b: SuspendingHost): Unit = core.hold(a.core, b.core)

    /** Like [hold] with hosts, for the sides of a [link]. */
    public fun hold(a: String, b: String): Unit = core.hold(a, b)

    /** Holds one direction; the other direction works. */
    public fun holdOneWay(from: SuspendingHost, to: SuspendingHost): Unit = core.holdOneWay(from.core, to.core)

    /** Like [holdOneWay] with hosts, for the sides of a [link]. */
    public fun holdOneWay(from: String, to: String): Unit = core.holdOneWay(from, to)

    /** Releases what was held between two hosts, in the order in which it was sent. */
    public fun release(a: SuspendingHost, b: SuspendingHost): Unit = core.release(a.core, b.core)

    /** Like [release] with hosts, for the sides of a [link]. */
    public fun release(a: String, b: String): Unit = core.release(a, b)

    /** Releases every link. */
    public fun release(): Unit = core.release()

    /** Partitions [host] from all other hosts, until [repair] of all links or [rejoin]. */
    public fun isolate(host: SuspendingHost): Unit = core.isolate(host.core)

    /** Ends the [isolation][isolate] of [host]. */
    public fun rejoin(host: SuspendingHost): Unit = core.rejoin(host.core)

    /**
     * Runs [block] while [a] and [b] are [partitioned][partition], and repairs both directions also if [block] throws.
     *
     * @sample dev.nettest.dsl.samples.partition
     */
    public inline fun <T> partitioned(a: SuspendingHost, b: SuspendingHost, block: () -> T): T {
        contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
        partition(a, b)
        try {
            return block()
        } finally {
            repair(a, b)
        }
    }

    /** Runs [block] while [host] is [isolated][isolate], and ends the isolation also if [block] throws. */
    public inline fun <T> isolated(host: SuspendingHost, block: () -> T): T {
        contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
        isolate(host)
        try {
            return block()
        } finally {
            rejoin(host)
        }
    }

    /**
     * Partitions groups of hosts from one another: `split(listOf(a, b), listOf(c))`. Hosts of one group reach each
     * other, and hosts in no group reach all. Earlier partitions stay; [repair] of all links ends them.
     *
     * @throws IllegalArgumentException if there are fewer than two groups, or a host is in two places
     */
    public fun split(vararg groups: Collection<SuspendingHost>): Unit =
        core.split(groups.map { group -> group.map(SuspendingHost::core) })

    // ---- bridges

    /**
     * Puts a real TCP server behind [address] of this network, so that faults act between it and its clients. The real
     * side takes real time, for which the virtual time of a coroutine test does not wait. A network with a bridge has
     * no hang limit. See [Bridge].
     */
    @ExperimentalNettestApi
    public fun bridge(address: String, realAddress: SocketAddress): Bridge {
        teardown.waitsForRealPeers()
        return core.bridge(address, realAddress)
    }

    // ---- idleness

    /**
     * Suspends until the network is idle: nothing is in flight, and every thread of [blocking] and of the network's
     * executors waits. On a test scheduler also none of its coroutines can run at the current time. From then on
     * nothing changes until the test acts or time moves, so a test can assert that nothing more was sent. Timeouts are
     * never waited for; deliveries in flight are. See [Network.awaitIdle].
     *
     * Without a test scheduler, coroutines are not waited for. This never returns while coroutines of a test scheduler
     * resume each other forever without using time.
     *
     * @throws AssertionError if [limit] passes first; it names what keeps the network busy, and its line
     */
    public suspend fun awaitIdle(limit: Duration = core.awaitLimit) {
        val scheduled = core.schedulerClock
        if (scheduled == null) {
            awaitIdleThreads(limit)
        } else {
            scheduled.awaitIdle { awaitIdleThreads(limit) }
        }
    }

    private suspend fun awaitIdleThreads(limit: Duration) {
        condition(Wait(core, at = null, "the network", "awaitIdle", limited = true)) { core.whenIdle(limit.asLimit()) }
    }

    // ---- background work

    /**
     * The scope of background work, which is cancelled when the network ends: for `launchIn`, `shareIn` and `testIn`.
     * A failure in it fails the test. The failure of an `async` is kept by its `Deferred`, and is attached to the
     * failure of the test. Inside `runTest` this scope takes precedence over the test's own background scope.
     *
     * @sample dev.nettest.dsl.samples.udpWithLoss
     */
    public val backgroundScope: CoroutineScope get() = CoroutineScope(teardown.backgroundContextOfAny(coroutineContext))

    /** Like [backgroundScope], for coroutines whose failures no `Deferred` keeps. */
    internal val launchScope: CoroutineScope get() = CoroutineScope(teardown.backgroundContext(coroutineContext))

    /**
     * Starts a coroutine that is cancelled when the network ends. Its failure fails the test, unless it is cancelled.
     *
     * A loop that catches every exception ignores its cancellation. It is ended after a thousand failed calls, and
     * fails the test.
     */
    public fun background(block: suspend CoroutineScope.() -> Unit): Job = launchScope.launch(block = block)

    // ---- blocking code

    /**
     * The registered threads of the network, for coroutines that compute or block: a virtual clock stands while one of
     * them can run. On other dispatchers, such as `Dispatchers.IO`, the virtual time of a test does not wait. A `delay`
     * on it runs on [clock]. It ends with the network.
     *
     * @sample dev.nettest.dsl.samples.computation
     */
    public val dispatcher: CoroutineDispatcher get() = teardown.dispatcher

    /**
     * Runs blocking code on a thread called [name], and returns its result or throws its exception. The thread is
     * registered: a virtual clock stands while it can run, and moves while it waits in the network.
     *
     * Cancellation interrupts the thread, and then suspends until the thread has left [block]. The interrupt ends no
     * read of a `java.net.Socket`, like on the JDK. If the thread still waits in one after a second, or
     * if nothing else can happen on a test scheduler, the test fails. The failure names both lines and the remedy.
     *
     * @sample dev.nettest.dsl.samples.javaNetClient
     */
    public suspend fun <T> blocking(name: String = "blocking", block: () -> T): T =
        BlockingCall(name, block).run(core, teardown)

    /**
     * Like [blocking], in the background: returns at once, and is cancelled when the network ends. Cancelling the
     * result interrupts the thread; the result completes when the thread has left [block].
     *
     * An exception of [block] fails the test, also if the result is awaited: catch expected exceptions inside [block],
     * or use [blocking]. An exception that the end of the network causes is ignored.
     *
     * @sample dev.nettest.dsl.samples.blockingServer
     */
    public fun <T> asyncBlocking(name: String = "blocking", block: () -> T): Deferred<T> =
        BlockingCall(name, block).start(this, core, teardown)

    override fun toString(): String = core.toString()
}

/** The scope of [network] and [scope]. */
internal class BlockScope(
    override val core: Network,
    override val coroutineContext: CoroutineContext,
    override val teardown: TestTeardown,
) : NetworkScope()
