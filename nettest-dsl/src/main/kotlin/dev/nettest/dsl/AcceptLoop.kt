package dev.nettest.dsl

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
    private val handler: suspend CoroutineScope.(SuspendingConnection) -> Unit,
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
        val handling = launch {
            try {
                coroutineScope { handler(connection) }
            } catch (e: IOException) {
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
