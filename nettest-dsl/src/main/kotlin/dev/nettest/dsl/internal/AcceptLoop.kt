package dev.nettest.dsl.internal

import dev.nettest.dsl.NetworkScope
import dev.nettest.dsl.ServeScope
import dev.nettest.dsl.ServeScopeImpl
import dev.nettest.dsl.SuspendingConnection
import dev.nettest.dsl.SuspendingListener
import kotlinx.coroutines.CoroutineName
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import java.io.IOException
import java.nio.channels.ClosedChannelException
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds

/** The accept loop of [SuspendingListener.serve]. */
internal class AcceptLoop(
    private val listener: SuspendingListener,
    private val scope: NetworkScope,
    private val isTolerated: (IOException) -> Boolean,
    private val handler: suspend ServeScope.(SuspendingConnection) -> Unit,
) {
    suspend fun run(): Unit = coroutineScope {
        var pause = Duration.ZERO
        while (true) {
            try {
                handle(listener.accept())
                pause = Duration.ZERO
            } catch (e: IOException) {
                if (e is ClosedChannelException && listener.isClosed) {
                    break
                }
                scope.teardown.tolerate(e)
                pause = (pause * 2).coerceIn(FIRST_PAUSE, LAST_PAUSE)
                scope.clock.suspendFor(pause.inWholeNanoseconds)
            }
        }
    }

    private fun CoroutineScope.handle(connection: SuspendingConnection) {
        val handling = launch(CoroutineName("serve")) {
            try {
                coroutineScope { ServeScopeImpl(connection, this).handler(connection) }
            } catch (e: IOException) {
                if (!isTolerated(e)) {
                    throw e
                }
                scope.teardown.tolerate(e)
            }
        }
        // Runs also if the coroutine is cancelled before it starts.
        handling.invokeOnCompletion { close(connection) }
    }

    private fun close(connection: SuspendingConnection) {
        try {
            connection.close()
        } catch (e: IOException) {
            scope.teardown.tolerate(e)
        } catch (e: RuntimeException) {
            scope.teardown.fail(e)
        }
    }

    private companion object {
        val FIRST_PAUSE = 5.milliseconds
        val LAST_PAUSE = 1.seconds
    }
}
