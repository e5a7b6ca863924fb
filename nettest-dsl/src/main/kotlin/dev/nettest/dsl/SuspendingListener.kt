package dev.nettest.dsl

import dev.nettest.Faults
import dev.nettest.Listener
import dev.nettest.Readiness
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Job
import java.net.SocketAddress
import kotlin.time.Duration
import kotlin.time.toJavaDuration

/**
 * A listening TCP address or Unix path with a bounded accept queue, for coroutines. Wraps [core] with methods that
 * suspend instead of blocking. Results, exceptions and messages are those of [Listener].
 *
 * Any coroutine or thread may call any method at any time. A cancelled accept takes no connection and leaves the
 * listener open, unlike the interrupt of a blocked thread. All times are on the network's clock.
 */
public class SuspendingListener internal constructor(
    /** The listener itself. Its blocking methods block the thread. */
    public val core: Listener,
    private val scope: NetworkScope,
) : FaultScope,
    AutoCloseable {
    /** The bound address; also after a close. */
    public val localAddress: SocketAddress get() = core.localAddress()

    /** The bound port; -1 for a Unix path. */
    public val port: Int get() = core.port()

    override val faults: Faults get() = core.faults()

    // ---- connecting

    /**
     * Connects to this listener; see [NetworkScope.connect].
     *
     * @throws java.net.ConnectException `Connection refused` if it is closed
     */
    public suspend fun connect(settings: ConnectSettings.() -> Unit = {}): SuspendingConnection =
        core.connectAsync { ConnectSettings(it).settings() }.connected()

    // ---- accepting

    /**
     * Takes the oldest connection from the accept queue. Suspends without limit while the queue is empty.
     *
     * @throws java.nio.channels.ClosedChannelException if the listener is closed; its subclass
     *   [java.nio.channels.AsynchronousCloseException] if it was closed while this accept waited
     */
    public suspend fun accept(): SuspendingConnection = accept(timeoutNanos = 0)

    /**
     * Like [accept], but suspends at most for [timeout]. Zero is no limit, like in `ServerSocket.setSoTimeout`.
     *
     * @throws java.net.SocketTimeoutException `Accept timed out`
     * @throws IllegalArgumentException if [timeout] is negative
     */
    public suspend fun accept(timeout: Duration): SuspendingConnection {
        require(!timeout.isNegative()) { "timeout is negative: $timeout" }
        return accept(if (timeout.isInfinite()) 0 else timeout.inWholeNanoseconds)
    }

    private suspend fun accept(timeoutNanos: Long): SuspendingConnection {
        var accepted = tryAccept()
        if (accepted == null) {
            core.retryWhenReady(Readiness.ACCEPTABLE, timeoutNanos, "Accept timed out") {
                accepted = tryAccept()
                accepted != null
            }
        }
        return checkNotNull(accepted)
    }

    /** Takes the oldest connection from the accept queue; null if the queue is empty. Does not suspend. */
    public fun tryAccept(): SuspendingConnection? = core.tryAccept()?.let(::SuspendingConnection)

    /**
     * Accepts in the background and runs [handler] for each connection in a new coroutine. The connection is closed
     * when the handler and the coroutines that it launched have ended. The loop ends when the listener is closed, when
     * the returned job is cancelled, or when the network ends.
     *
     * An [java.io.IOException] of a handler ends only its connection. An [java.io.IOException] of an accept ends
     * nothing: the loop accepts again after a pause on the network's clock. The pause is 5 ms, and doubles up to a
     * second while accepts fail. If the test fails, both exceptions are attached to its failure as suppressed
     * exceptions. Any other exception of a handler fails the test.
     */
    public fun serve(handler: suspend CoroutineScope.(SuspendingConnection) -> Unit): Job =
        scope.background { AcceptLoop(this@SuspendingListener, scope, handler).run() }

    // ---- conditions

    /** True if an accept would return or fail at once. False after a close. */
    public val isAcceptable: Boolean get() = core.isAcceptable

    /** True after its owner closed it. */
    public val isClosed: Boolean get() = core.isClosed

    /**
     * Suspends until an accept would return or fail at once.
     *
     * @throws AssertionError with a network snapshot if [limit] passes or the listener is closed
     */
    public suspend fun awaitAcceptable(limit: Duration = core.network().awaitLimit) {
        core.whenReady(Readiness.ACCEPTABLE, limit.toJavaDuration()).condition()
    }

    /** Suspends until its owner closes it. Fails like [awaitAcceptable]. */
    public suspend fun awaitClosed(limit: Duration = core.network().awaitLimit) {
        core.whenReady(Readiness.CLOSED, limit.toJavaDuration()).condition()
    }

    /**
     * Frees the address; a Unix path stays. Resets queued connections, refuses waiting connects, and resumes every
     * waiting accept. Accepted connections continue. Idempotent; does not suspend.
     */
    override fun close(): Unit = core.close()

    /** Two wrappers of the same listener are equal. */
    override fun equals(other: Any?): Boolean = other is SuspendingListener && other.core === core

    override fun hashCode(): Int = core.hashCode()

    /** Its address and state. */
    override fun toString(): String = core.toString()
}
