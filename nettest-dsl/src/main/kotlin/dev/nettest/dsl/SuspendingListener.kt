package dev.nettest.dsl

import dev.nettest.Faults
import dev.nettest.Listener
import dev.nettest.Readiness
import dev.nettest.dsl.internal.AcceptLoop
import dev.nettest.dsl.internal.Wait
import dev.nettest.dsl.internal.await
import dev.nettest.dsl.internal.callerLine
import dev.nettest.dsl.internal.condition
import dev.nettest.dsl.internal.currentContinuation
import dev.nettest.dsl.internal.retryWhenReady
import dev.nettest.dsl.internal.showingCaller
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.Job
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.launch
import java.io.IOException
import java.net.SocketAddress
import java.nio.channels.ClosedChannelException
import kotlin.time.Duration

/**
 * A listening TCP address or Unix path with a bounded accept queue, for coroutines. Wraps [core] with methods that
 * suspend instead of blocking. Results, exceptions and messages are those of [Listener].
 *
 * Any coroutine or thread may call any method at any time. A cancelled accept takes no connection and leaves the
 * listener open, unlike the interrupt of a blocked thread. All times are on the network's clock.
 *
 * @sample dev.nettest.dsl.samples.listenersAndPaths
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
    public suspend fun connect(settings: @NetworkDsl ConnectSettings.() -> Unit = {}): SuspendingConnection =
        core.connectAsync { ConnectSettings(it).settings() }.connected(scope.core, core)

    // ---- accepting

    /**
     * Takes the oldest connection from the accept queue. Suspends while the queue is empty, at most for [timeout].
     *
     * @throws java.net.SocketTimeoutException `Accept timed out`
     * @throws java.nio.channels.ClosedChannelException if the listener is closed; its subclass
     *   [java.nio.channels.AsynchronousCloseException] if it was closed while this accept waited
     * @throws IllegalArgumentException if [timeout] is zero or negative
     * @sample dev.nettest.dsl.samples.acceptTimeout
     */
    public suspend fun accept(timeout: Duration = Duration.INFINITE): SuspendingConnection {
        val timeoutNanos = timeout.asTimeout("timeout").toNanos()
        val caller = currentContinuation()
        return showingCaller {
            var accepted = core.tryAccept { caller.callerLine() }
            if (accepted == null) {
                core.retryWhenReady(Readiness.ACCEPTABLE, "accept", timeoutNanos, "Accept timed out") {
                    accepted = core.tryAccept { caller.callerLine() }
                    accepted != null
                }
            }
            SuspendingConnection(checkNotNull(accepted))
        }
    }

    /**
     * The accepted connections, until the listener is closed. Each is accepted when it is collected, and belongs to the
     * collector, which closes it. An operator that buffers, such as `buffer` or `flowOn`, accepts ahead of its
     * collector; a cancelled collector then leaves connections open.
     *
     * @sample dev.nettest.dsl.samples.connectionsOfAListener
     */
    public fun connections(): Flow<SuspendingConnection> = flow {
        while (true) {
            emit(acceptUnlessClosed() ?: break)
        }
    }

    private suspend fun acceptUnlessClosed(): SuspendingConnection? = try {
        accept()
    } catch (e: ClosedChannelException) {
        if (isClosed) null else throw e
    }

    /** Takes the oldest connection from the accept queue; null if the queue is empty. Does not suspend. */
    public fun tryAccept(): SuspendingConnection? = core.tryAccept()?.let(::SuspendingConnection)

    /**
     * Accepts in the background and runs [handler] for each connection in a new coroutine. The connection is closed
     * when the handler and the coroutines that it launched have ended. The loop ends when the listener is closed, when
     * the returned job is cancelled, or when the network ends.
     *
     * An exception of a handler fails the test, unless it is an [IOException] that [tolerate] accepts: that ends only
     * its connection. An [IOException] of an accept ends nothing: the loop accepts again after a pause on the network's
     * clock. The pause is 5 ms, and doubles up to a second while accepts fail. If the test fails, tolerated exceptions
     * are attached to its failure as suppressed exceptions.
     *
     * @param tolerate selects the exceptions of [handler] that a server survives; initially the failures of a
     *   connection, see [isConnectionFailure]
     * @sample dev.nettest.dsl.samples.echo
     * @sample dev.nettest.dsl.samples.toleratedProtocolError
     */
    public fun serve(
        tolerate: (IOException) -> Boolean = { it.isConnectionFailure },
        handler: suspend ServeScope.(SuspendingConnection) -> Unit,
    ): Job = scope.launchScope.launch(CoroutineName("serve")) {
        AcceptLoop(this@SuspendingListener, scope, tolerate, handler).run()
    }

    // ---- conditions

    /** True if an accept would return or fail at once. False after a close. */
    public val isAcceptable: Boolean get() = core.isAcceptable

    /** True after its owner closed it. */
    public val isClosed: Boolean get() = core.isClosed

    /**
     * Suspends until [connections] connections are in the accept queue. For one connection, the failure of an accept is
     * enough.
     *
     * @throws AssertionError with a network snapshot if [limit] passes or the listener is closed
     * @throws IllegalArgumentException if [connections] is less than 1 or more than the accept queue holds, or
     *   [limit] is negative or infinite
     */
    public suspend fun awaitAcceptable(limit: Duration = core.network().awaitLimit, connections: Int = 1) {
        condition(Wait(core, "awaitAcceptable", limited = true)) { core.whenAcceptable(connections, limit.asLimit()) }
    }

    /** Suspends until its owner closes it. Fails like [awaitAcceptable]. */
    public suspend fun awaitClosed(limit: Duration = core.network().awaitLimit): Unit =
        core.await(Readiness.CLOSED, limit, "awaitClosed")

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
