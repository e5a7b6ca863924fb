package dev.nettest.dsl

import dev.nettest.Awaitable
import dev.nettest.NetworkClock
import dev.nettest.Readiness
import dev.nettest.Registration
import kotlinx.coroutines.CancellableContinuation
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.suspendCancellableCoroutine
import kotlinx.coroutines.withContext
import java.net.SocketTimeoutException
import java.nio.channels.AsynchronousCloseException
import java.nio.channels.ClosedChannelException
import java.util.concurrent.CancellationException
import java.util.concurrent.CompletableFuture
import java.util.concurrent.CompletionStage
import java.util.concurrent.ExecutionException
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException

/*
 * All suspension happens in one of three ways: until an endpoint is ready, until an instant, or until a stage of the
 * core is complete. After readiness the caller tries again, so that nothing is consumed before the coroutine runs.
 *
 * Operations resume with a value and throw in the coroutine. Resuming with an exception lets kotlinx.coroutines replace
 * it by a copy, but a fault promises the same instance. Awaits resume with the exception: there the copy is wanted,
 * because it names the line that waited.
 */

/**
 * Suspends until [condition] holds, then calls [attempt], until [attempt] returns true. A timeout of zero is no limit.
 *
 * @throws SocketTimeoutException with [timeoutMessage] if [attempt] also fails after the timeout
 */
internal suspend inline fun Awaitable.retryWhenReady(
    condition: Readiness,
    timeoutNanos: Long,
    timeoutMessage: String,
    attempt: () -> Boolean,
) {
    val clock = network().clock()
    val deadline = if (timeoutNanos == 0L) 0 else clock.nanoTime() + timeoutNanos
    while (true) {
        val ready = if (timeoutNanos ==
            0L
        ) {
            true.also { untilReady(condition) }
        } else {
            untilReady(condition, clock, deadline)
        }
        if (asAsynchronousClose(attempt)) {
            return
        }
        if (!ready) {
            throw SocketTimeoutException(timeoutMessage)
        }
    }
}

/** Converts a plain `ClosedChannelException` to the subclass that a blocked operation of a channel gets. */
internal inline fun <T> Awaitable.asAsynchronousClose(attempt: () -> T): T = try {
    attempt()
} catch (e: ClosedChannelException) {
    throw if (e.javaClass == ClosedChannelException::class.java && isClosed) AsynchronousCloseException() else e
}

internal suspend fun Awaitable.untilReady(condition: Readiness): Unit = suspendCancellableCoroutine { continuation ->
    val waiter = Waiter(continuation)
    waiter.registration = onReady(condition, waiter)
    continuation.invokeOnCancellation(waiter)
}

/** Returns whether the condition held before [deadline]. */
internal suspend fun Awaitable.untilReady(condition: Readiness, clock: NetworkClock, deadline: Long): Boolean =
    suspendCancellableCoroutine { continuation ->
        val waiter = TimedWaiter(continuation)
        waiter.start(clock, deadline) { onReady(condition, it) }
    }

internal suspend fun NetworkClock.suspendFor(nanos: Long): Unit = suspendCancellableCoroutine { continuation ->
    val timer = schedule(nanoTime() + nanos) { continuation.resume(Unit) }
    continuation.invokeOnCancellation { timer.cancel() }
}

/** The result of an operation of the core. Cancellation waits until the operation has ended, and then undoes it. */
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

/** The result of an await of the core. A failure names the line that waited. */
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

/** Resumes the continuation, and cancels its own registration. One object for both saves an allocation. */
private class Waiter(private val continuation: CancellableContinuation<Unit>) :
    Runnable,
    (Throwable?) -> Unit {
    var registration: Registration? = null

    override fun run() = continuation.resume(Unit)

    override fun invoke(cause: Throwable?) {
        registration?.cancel()
    }
}

/** Resumes the continuation once: with true on readiness, with false at the deadline. */
private class TimedWaiter(private val continuation: CancellableContinuation<Boolean>) : AtomicBoolean() {
    @Volatile
    private var cleanUp: () -> Unit = {}

    fun start(clock: NetworkClock, deadline: Long, register: (Runnable) -> Registration) {
        val timer = clock.schedule(deadline) { complete(false) }
        val registration = register { complete(true) }
        cleanUp = {
            timer.cancel()
            registration.cancel()
        }
        if (get()) {
            cleanUp()
        }
        continuation.invokeOnCancellation { cleanUp() }
    }

    private fun complete(ready: Boolean) {
        if (compareAndSet(false, true)) {
            cleanUp()
            continuation.resume(ready)
        }
    }
}
