package dev.nettest.dsl

import dev.nettest.Connection
import dev.nettest.DatagramEndpoint
import dev.nettest.Listener
import dev.nettest.NetworkClock
import dev.nettest.Readiness
import dev.nettest.Registration
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.ExecutionException
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException

/*
 * Everything that suspends here does so in one of three ways: until something is ready (after which the caller tries again,
 * so that nothing is taken before the coroutine runs), until an instant, or until a stage of the core is complete.
 *
 * Operations resume with a value and throw in the coroutine, because resuming with an exception lets kotlinx.coroutines
 * replace it by a copy, and a fault promises its very instance. Awaits resume with the exception: there the copy is
 * wanted, for it names the line that waited.
 */

internal suspend fun Connection.untilReadable(): Unit = suspendCancellableCoroutine { continuation ->
    val waiter = Waiter(continuation)
    waiter.registration = onReady(Readiness.READABLE, waiter)
    continuation.invokeOnCancellation(waiter)
}

internal suspend fun Listener.untilAcceptable(): Unit = suspendCancellableCoroutine { continuation ->
    val waiter = Waiter(continuation)
    waiter.registration = onReady(Readiness.ACCEPTABLE, waiter)
    continuation.invokeOnCancellation(waiter)
}

internal suspend fun DatagramEndpoint.until(readiness: Readiness): Unit = suspendCancellableCoroutine { continuation ->
    val waiter = Waiter(continuation)
    waiter.registration = onReady(readiness, waiter)
    continuation.invokeOnCancellation(waiter)
}

/** Returns whether it was ready before [deadline]. */
internal suspend fun DatagramEndpoint.untilReadable(clock: NetworkClock, deadline: Long): Boolean =
    suspendCancellableCoroutine { continuation ->
        val waiter = TimedWaiter(continuation)
        waiter.start(clock, deadline) { onReady(Readiness.READABLE, it) }
    }

/** Returns whether it was ready before [deadline]. */
internal suspend fun Connection.untilReadable(clock: NetworkClock, deadline: Long): Boolean =
    suspendCancellableCoroutine { continuation ->
        val waiter = TimedWaiter(continuation)
        waiter.start(clock, deadline) { onReady(Readiness.READABLE, it) }
    }

/** Returns whether it was ready before [deadline]. */
internal suspend fun Listener.untilAcceptable(clock: NetworkClock, deadline: Long): Boolean =
    suspendCancellableCoroutine { continuation ->
        val waiter = TimedWaiter(continuation)
        waiter.start(clock, deadline) { onReady(Readiness.ACCEPTABLE, it) }
    }

internal suspend fun NetworkClock.suspendFor(nanos: Long): Unit = suspendCancellableCoroutine { continuation ->
    val timer = schedule(nanoTime() + nanos) { continuation.resume(Unit) }
    continuation.invokeOnCancellation { timer.cancel() }
}

/** What an operation of the core gives; cancelling waits until the operation has really ended, and then undoes it. */
internal suspend fun <T> CompletionStage<T>.operation(undo: (T) -> Unit = {}): T {
    val future = toCompletableFuture()
    if (!future.isDone) {
        try {
            future.untilDone()
        } catch (e: CancellationException) {
            future.cancel(false)
            withContext(NonCancellable) { future.untilDone() }
            if (!future.isCompletedExceptionally) {
                undo(future.join())
            }
            throw e
        }
    }
    return future.outcome()
}

private suspend fun CompletableFuture<*>.untilDone(): Unit = suspendCancellableCoroutine { continuation ->
    whenComplete { _, _ -> continuation.resume(Unit) }
    continuation.invokeOnCancellation { cancel(false) }
}

internal fun <T> CompletableFuture<T>.outcome(): T = try {
    get()
} catch (e: ExecutionException) {
    throw e.cause ?: e
}

/** Waits as an await does: what fails names the line that waited. */
internal suspend fun <T> CompletionStage<T>.condition(): T {
    val future = toCompletableFuture()
    if (future.isDone) {
        return future.outcome()
    }
    return suspendCancellableCoroutine { continuation ->
        future.whenComplete { value, failure ->
            if (failure == null) continuation.resume(value) else continuation.resumeWithException(failure)
        }
        continuation.invokeOnCancellation { future.cancel(false) }
    }
}

/** One object a suspension: the callback that resumes it, and the handler that takes the callback back. */
private class Waiter(private val continuation: CancellableContinuation<Unit>) :
    Runnable,
    (Throwable?) -> Unit {
    var registration: Registration? = null

    override fun run() = continuation.resume(Unit)

    override fun invoke(cause: Throwable?) {
        registration?.cancel()
    }
}

private class TimedWaiter(private val continuation: CancellableContinuation<Boolean>) : AtomicBoolean() {
    fun start(clock: NetworkClock, deadline: Long, enlist: (Runnable) -> Registration) {
        val timer = clock.schedule(deadline) { end(false) }
        val registration = enlist { end(true) }
        whenOver = {
            timer.cancel()
            registration.cancel()
        }
        if (get()) {
            whenOver()
        }
        continuation.invokeOnCancellation { whenOver() }
    }

    @Volatile
    private var whenOver: () -> Unit = {}

    private fun end(ready: Boolean) {
        if (compareAndSet(false, true)) {
            whenOver()
            continuation.resume(ready)
        }
    }
}
