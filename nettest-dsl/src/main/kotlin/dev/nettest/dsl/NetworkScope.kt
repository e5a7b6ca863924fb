package dev.nettest.dsl

import dev.nettest.Bridge
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
import javax.net.ServerSocketFactory
import javax.net.SocketFactory
import kotlin.coroutines.CoroutineContext
import kotlin.time.Duration
import kotlin.time.TimeSource
import kotlin.time.toJavaDuration

/**
 * A network and the coroutines of a test on it; made by [network] and [openNetwork].
 *
 * `launch` and `async` start foreground work, which is awaited at the end. [SuspendingListener.serve], [background] and
 * [blocking] start background work, which is cancelled at the end. A failure of either, other than a cancellation,
 * cancels the rest and fails the test, like in structured concurrency. Any coroutine or thread may call any method at
 * any time.
 *
 * The socket calls act on the default host: 127.0.0.1, ::1, and every address that no named host owns.
 */
@NetworkDsl
public open class NetworkScope internal constructor(
    override val core: Network,
    override val coroutineContext: CoroutineContext,
    internal val teardown: TestTeardown,
) : SuspendingStack(),
    CoroutineScope {
    override val scope: NetworkScope get() = this

    override fun atPort(port: Int): SocketAddress = InetSocketAddress.createUnresolved("localhost", port)

    override val socketFactory: SocketFactory get() = NetworkSockets.socketFactory(core)

    override val serverSocketFactory: ServerSocketFactory get() = NetworkSockets.serverSocketFactory(core)

    /** The clock of everything in this network. */
    public val clock: NetworkClock get() = core.clock()

    /** [clock] as a Kotlin time source. */
    public val timeSource: TimeSource.WithComparableMarks get() = clock.asTimeSource()

    /** The seed of this network's random generators. */
    public val seed: Long get() = core.seed()

    /** The state of this network now. */
    public fun snapshot(): Snapshot = core.snapshot()

    // ---- connections

    /** Two connected ends, on localhost and ephemeral ports. Does not suspend. */
    public fun pair(settings: PairSettings.() -> Unit = {}): SuspendingPair {
        val pair = core.pair()
        PairSettings(pair.client, pair.server).settings()
        return SuspendingPair(SuspendingConnection(pair.client), SuspendingConnection(pair.server))
    }

    /** The suspending wrapper of a listener that other code made. */
    public fun suspending(listener: Listener): SuspendingListener = SuspendingListener(listener, this)

    // ---- hosts and names

    /**
     * Makes a host that owns [addresses], one or more. Its name resolves to them. [settings] run before it is returned.
     *
     * @throws IllegalArgumentException if [name] is not a host name or is in use. If an address is not a literal, is
     *   given twice, is bound already or belongs to another host
     */
    public fun host(name: String, vararg addresses: String, settings: HostSettings.() -> Unit = {}): SuspendingHost {
        val host = core.host(name, *addresses)
        HostSettings(host).settings()
        return suspending(host)
    }

    /** The suspending wrapper of a host that other code made. */
    public fun suspending(host: Host): SuspendingHost = SuspendingHost(host, this)

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
    public fun link(a: SuspendingHost, b: SuspendingHost, settings: LinkSettings.() -> Unit = {}): LinkHandle =
        LinkHandle(core.link(a.core, b.core)).apply { impair(settings) }

    /**
     * The link between two sides. A side is the name of a host, an address, a range such as `"10.0.0.0/8"`, or `"*"`
     * for all addresses. The most specific link that has settings acts; see [dev.nettest.Link]. Like [link] with hosts.
     *
     * @throws IllegalArgumentException if a side is none of these, or a setting is impossible
     */
    public fun link(a: String, b: String, settings: LinkSettings.() -> Unit = {}): LinkHandle =
        LinkHandle(core.link(a, b)).apply { impair(settings) }

    /**
     * The default link, for all traffic without a more specific link, also on localhost. Forward is the direction of
     * the connecting side. Like [link] with hosts.
     */
    public fun link(settings: LinkSettings.() -> Unit = {}): LinkHandle =
        LinkHandle(core.defaultLink()).apply { impair(settings) }

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

    /** Partitions [host] from all other hosts, until [repair] of all links or [rejoin]. */
    public fun isolate(host: SuspendingHost): Unit = core.isolate(host.core)

    /** Ends the [isolation][isolate] of [host]. */
    public fun rejoin(host: SuspendingHost): Unit = core.rejoin(host.core)

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
     * side takes real time, for which the virtual time of a coroutine test does not wait. See [Bridge].
     */
    public fun bridge(address: String, realAddress: SocketAddress): Bridge = core.bridge(address, realAddress)

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
        val scheduled = if (TestLibrary.isPresent) clock as? SchedulerClock else null
        if (scheduled == null) {
            awaitIdleThreads(limit)
        } else {
            scheduled.awaitIdle { awaitIdleThreads(limit) }
        }
    }

    private suspend fun awaitIdleThreads(limit: Duration) {
        core.whenIdle(limit.toJavaDuration()).condition()
    }

    // ---- background work

    /**
     * Starts a coroutine that is cancelled when the network ends. Its failure fails the test, unless it is cancelled.
     */
    public fun background(block: suspend CoroutineScope.() -> Unit): Job =
        CoroutineScope(teardown.backgroundContext(coroutineContext)).launch(block = block)

    /**
     * Runs blocking code on a thread called [name]. The thread is registered: a virtual clock stands while it can run,
     * and moves while it waits in the network. Cancelling the result interrupts the thread; the result completes when
     * the thread has left [block].
     *
     * When the network ends, its sockets are closed and the thread is interrupted. An exception that [block] throws
     * because of that is ignored. An earlier exception fails the test, even if the result is awaited: catch expected
     * exceptions inside [block].
     */
    public fun <T> blocking(name: String, block: () -> T): Deferred<T> = teardown.startBlocking(this, name, block)

    override fun toString(): String = core.toString()
}
