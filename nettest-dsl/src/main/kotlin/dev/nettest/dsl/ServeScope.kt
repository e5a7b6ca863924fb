package dev.nettest.dsl

import dev.nettest.Faults
import kotlinx.coroutines.CoroutineScope
import java.io.IOException
import java.net.SocketException
import java.net.SocketTimeoutException
import java.nio.channels.ClosedChannelException

/**
 * The scope of a handler of [SuspendingListener.serve]: its coroutines, and the faults of its [connection]. The
 * connection is closed when all coroutines of the scope have ended.
 *
 * It is no [NetworkDsl] scope: a handler may also use the network around it.
 *
 * @sample dev.nettest.dsl.samples.faultInAHandler
 */
public sealed interface ServeScope :
    CoroutineScope,
    FaultScope {
    /** The accepted connection, which is also the parameter of the handler. */
    public val connection: SuspendingConnection
}

internal class ServeScopeImpl(override val connection: SuspendingConnection, scope: CoroutineScope) :
    ServeScope,
    CoroutineScope by scope {
    override val faults: Faults get() = connection.faults
}

/**
 * True for a failure of a connection: a reset, a broken pipe, a timeout, or a close while an operation waited. False
 * for a stream that ends early, [java.io.EOFException], and for the exceptions of a protocol.
 */
public val IOException.isConnectionFailure: Boolean
    get() = this is SocketException || this is SocketTimeoutException || this is ClosedChannelException ||
        javaClass == IOException::class.java // of a channel: `Connection reset by peer`, `Broken pipe`
