package dev.nettest.dsl

import dev.nettest.Host
import dev.nettest.WallClock
import dev.nettest.channel.NetworkChannels
import dev.nettest.socket.NetworkSockets
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.SocketAddress
import java.nio.channels.spi.SelectorProvider
import javax.net.ServerSocketFactory
import javax.net.SocketFactory
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract

/**
 * A machine of a network, for coroutines: a name, and the addresses that it owns. It listens and connects from them,
 * has its own Unix paths, and can crash; see [Host]. Any coroutine or thread may call any method at any time.
 *
 * @sample dev.nettest.dsl.samples.failingHost
 */
public class SuspendingHost internal constructor(
    override val core: Host,
    override val scope: NetworkScope,
) : SuspendingStack() {
    /** The name. It resolves to [addresses], unless the network's names were changed. */
    public val name: String get() = core.name()

    /** The addresses, in the order in which they were given. */
    public val addresses: List<InetAddress> get() = core.addresses()

    /** The wall clock of this host, with steps and drift of its own, for code that compares times across hosts. */
    public val wallClock: WallClock get() = core.clock()

    override fun atPort(port: Int): SocketAddress = InetSocketAddress(addresses.first(), port)

    override val socketFactory: SocketFactory get() = NetworkSockets.socketFactory(core)

    override val serverSocketFactory: ServerSocketFactory get() = NetworkSockets.serverSocketFactory(core)

    override val selectorProvider: SelectorProvider get() = NetworkChannels.selectorProvider(core)

    // ---- failing

    /**
     * Crashes this host like a killed process: its sockets are closed, and connects to it are refused. Peers read the
     * end of the stream, or a reset if it left their bytes unread. See [Host.crash].
     */
    public fun crash(): Unit = core.crash()

    /** Crashes this host and resets all its connections. See [Host.crashWithReset]. */
    public fun crashWithReset(): Unit = core.crashWithReset()

    /** Restarts this host, after a crash if it is up. Listeners must be made again. See [Host.restart]. */
    public fun restart(): Unit = core.restart()

    /** Crashes without FIN or RST: peers and connects wait until they time out. See [Host.crashSilently]. */
    public fun crashSilently(): Unit = core.crashSilently()

    /** Pauses this host: nothing arrives or leaves, nothing is accepted, and connects wait. See [Host.pause]. */
    public fun pause(): Unit = core.pause()

    /** Ends a pause; held data arrives. */
    public fun resume(): Unit = core.resume()

    /** Runs [block] while this host is paused, and resumes the host also if [block] throws. */
    public inline fun <T> paused(block: () -> T): T {
        contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
        pause()
        try {
            return block()
        } finally {
            resume()
        }
    }

    /** Two wrappers of the same host are equal. */
    override fun equals(other: Any?): Boolean = other is SuspendingHost && other.core === core

    override fun hashCode(): Int = core.hashCode()

    override fun toString(): String = core.toString()
}
