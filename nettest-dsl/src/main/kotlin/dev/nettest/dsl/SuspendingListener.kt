package dev.nettest.dsl

import dev.nettest.Faults
import dev.nettest.Listener
import dev.nettest.Readiness
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import java.net.SocketAddress
import java.net.SocketTimeoutException
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * A bound TCP address, or a bound path of Unix domain sockets, with a bounded backlog, for coroutines. It is [core] with methods that suspend where those of [Listener]
 * block: the same results, exceptions and texts.
 *
 * Any coroutine or thread may call any method at any time. A cancelled accept takes no connection and leaves the listener
 * open, unlike an interrupted thread. All time is the network's clock.
 */
public class SuspendingListener internal constructor(
    /** The listener itself. Its blocking methods block the thread. */
    public val core: Listener,
    private val scope: NetworkScope,
) : FaultScope,
    AutoCloseable {
    /** The address it is bound to. It stays after a close. */
    public val localAddress: SocketAddress get() = core.localAddress()

    /** The port it is bound to; -1 of a path. */
    public val port: Int get() = core.port()

    override val faults: Faults get() = core.faults()

    // ---- dialling

    /**
     * Dials this listener; see [NetworkScope.connect].
     *
     * @throws java.net.ConnectException `Connection refused` if it is closed
     */
    public suspend fun connect(settings: ConnectSettings.() -> Unit = {}): SuspendingConnection =
        scope.dialled(core.connectAsync { ConnectSettings(it).settings() })

    // ---- accepting

    /**
     * Takes the connection that was queued first; suspends while there is none, without limit.
     *
     * @throws java.nio.channels.ClosedChannelException if it is closed; if that happened meanwhile, the subclass that says so
     */
    public suspend fun accept(): SuspendingConnection {
        tryAccept()?.let { return it }
        while (true) {
            core.untilAcceptable()
            acceptAfterWait()?.let { return it }
        }
    }

    /**
     * As [accept], but suspends at most for [timeout]; a timeout of zero suspends for ever, as `ServerSocket.setSoTimeout` has it.
     *
     * @throws SocketTimeoutException `Accept timed out`
     * @throws IllegalArgumentException if [timeout] is negative
     */
    public suspend fun accept(timeout: Duration): SuspendingConnection {
        require(!timeout.isNegative()) { "timeout is negative: $timeout" }
        if (timeout == Duration.ZERO || timeout.isInfinite()) {
            return accept()
        }
        tryAccept()?.let { return it }
        val clock = core.network().clock()
        val deadline = clock.nanoTime() + timeout.inWholeNanoseconds
        while (true) {
            val ready = core.untilAcceptable(clock, deadline)
            acceptAfterWait()?.let { return it }
            if (!ready) {
                throw SocketTimeoutException("Accept timed out")
            }
        }
    }

    private fun acceptAfterWait(): SuspendingConnection? = saying(core::isClosed) { tryAccept() }

    /** The connection that was queued first; null where there is none. Does not suspend. */
    public fun tryAccept(): SuspendingConnection? = core.tryAccept()?.let(::SuspendingConnection)

    /**
     * Accepts in the background and runs [handler] for each connection, in a coroutine of its own; the connection is closed when
     * the handler and everything it launched are done. Ends when the listener is closed, when the returned job is cancelled, and
     * with the network.
     *
     * It survives what a careful server survives. An [java.io.IOException] that leaves a handler ends that connection alone. One
     * that comes from an accept ends nothing: after a pause, of 5 ms at first and doubled up to a second as long as accepts
     * fail, on the network's clock, it accepts again. Both are attached to the failure of the test, if it fails, as suppressed
     * exceptions. Anything else that a handler throws fails the test.
     */
    public fun serve(handler: suspend CoroutineScope.(SuspendingConnection) -> Unit): Job =
        scope.background { Server(this@SuspendingListener, scope, handler).run() }

    // ---- looking and waiting

    /** Whether an accept would return, or fail, at once. False once it is closed. */
    public val isAcceptable: Boolean get() = core.isAcceptable

    /** Whether it is closed. */
    public val isClosed: Boolean get() = core.isClosed

    /**
     * Suspends until an accept would return, or fail, at once.
     *
     * @throws AssertionError with a picture of the network, when [limit] passes or it is closed
     */
    public suspend fun awaitAcceptable(limit: Duration = core.network().awaitLimit) {
        core.whenReady(Readiness.ACCEPTABLE, limit.toJavaDuration()).condition()
    }

    /** Suspends until it is closed. Fails as [awaitAcceptable]. */
    public suspend fun awaitClosed(limit: Duration = core.network().awaitLimit) {
        core.whenReady(Readiness.CLOSED, limit.toJavaDuration()).condition()
    }

    /**
     * Frees the address, though a path stays; resets what is queued, refuses the dials that wait and frees whoever waits in an accept. Connections that
     * were accepted go on. Idempotent; does not suspend.
     */
    override fun close(): Unit = core.close()

    /** Two faces of one listener are equal. */
    override fun equals(other: Any?): Boolean = other is SuspendingListener && other.core === core

    override fun hashCode(): Int = core.hashCode()

    /** Its address and state. */
    override fun toString(): String = core.toString()
}
