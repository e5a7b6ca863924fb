package dev.nettest.dsl.internal

import dev.nettest.Awaitable
import dev.nettest.NetworkClock
import dev.nettest.Readiness
import dev.nettest.Registration
import dev.nettest.Snapshot
import dev.nettest.WaitingCallback
import dev.nettest.dsl.asLimit
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
import kotlin.time.Duration

/*
 * All suspension happens in one of three ways: until an endpoint is ready, until an instant, or until a stage of the
 * core is complete. After readiness the caller tries again, so that nothing is consumed before the coroutine runs.
 *
 * Everything resumes with a value and throws in the coroutine. Resuming with an exception lets kotlinx.coroutines
 * replace it by a copy, but a fault promises the same instance, and the copy of a failed await shows its report twice.
 * [showingCaller] names the line that waited.
 */

/**
 * Suspends until [condition] holds, then calls [attempt], until [attempt] returns true. A timeout of zero is no limit.
 *
 * @param operation the name of the operation in reports
 * @throws SocketTimeoutException with [timeoutMessage] if [attempt] also fails after the timeout
 */
internal suspend inline fun Awaitable.retryWhenReady(
    condition: Readiness,
    operation: String,
    timeoutNanos: Long,
    timeoutMessage: String,
    attempt: () -> Boolean,
) {
    showingCaller {
        if (timeoutNanos == 0L) {
            do {
                untilReady(condition, operation)
            } while (!asAsynchronousClose(attempt))
            return
        }
        val clock = network().clock()
        val deadline = clock.nanoTime() + timeoutNanos
        while (true) {
            val ready = untilReady(condition, operation, clock, deadline)
            if (asAsynchronousClose(attempt)) {
                return
            }
            if (!ready) {
                throw SocketTimeoutException(timeoutMessage)
            }
        }
    }
}

/** Converts a plain `ClosedChannelException` to the subclass that a blocked operation of a channel gets. */
internal inline fun <T> Awaitable.asAsynchronousClose(attempt: () -> T): T = try {
    attempt()
} catch (e: ClosedChannelException) {
    throw if (e.javaClass == ClosedChannelException::class.java && isClosed) AsynchronousCloseException() else e
}

internal suspend fun Awaitable.untilReady(condition: Readiness, operation: String): Unit =
    suspendCancellableCoroutine { continuation ->
        RealTimeNetworks.check(network(), continuation.context)
        val waiter = Waiter(continuation, this, operation)
        waiter.registration = onReady(condition, waiter)
        continuation.invokeOnCancellation(waiter)
    }

/** Returns whether the condition held before [deadline]. */
internal suspend fun Awaitable.untilReady(
    condition: Readiness,
    operation: String,
    clock: NetworkClock,
    deadline: Long,
): Boolean = suspendCancellableCoroutine { continuation ->
    RealTimeNetworks.check(network(), continuation.context)
    val waiter = TimedWaiter(continuation, this, operation)
    waiter.start(clock, deadline) { onReady(condition, it) }
}

internal suspend fun NetworkClock.suspendFor(nanos: Long): Unit = suspendCancellableCoroutine { continuation ->
    val timer = schedule(nanoTime() + nanos) { continuation.resume(Unit) }
    continuation.invokeOnCancellation { timer.cancel() }
}

/** The result of an operation of the core. Cancellation waits until the operation has ended, and then undoes it. */
internal suspend fun <T> CompletionStage<T>.operation(wait: Wait, undo: (T) -> Unit = {}): T = showingCaller {
    val future = toCompletableFuture()
    if (!future.isDone) {
        try {
            future.untilDone(wait)
        } catch (e: CancellationException) {
            future.cancel(false)
            withContext(NonCancellable) { future.untilDone(wait) }
            if (!future.isCompletedExceptionally) {
                undo(future.join())
            }
            throw e
        }
    }
    future.outcome()
}

private suspend fun CompletableFuture<*>.untilDone(wait: Wait): Unit = suspendCancellableCoroutine { continuation ->
    RealTimeNetworks.check(wait.network, continuation.context)
    val shown = wait.show(continuation)
    whenComplete { _, _ ->
        shown.cancel()
        continuation.resume(Unit)
    }
    continuation.invokeOnCancellation {
        shown.cancel()
        cancel(false)
    }
}

internal fun <T> CompletableFuture<T>.outcome(): T = try {
    get()
} catch (e: ExecutionException) {
    throw e.cause ?: e
}

/**
 * The result of an await of the core. A failure names the line that waited, also if the limit of [stage] passes at
 * once: the wait is shown before [stage] begins.
 */
internal suspend fun <T> condition(wait: Wait, stage: () -> CompletionStage<T>): T = showingCaller {
    val future = suspendCancellableCoroutine { continuation ->
        RealTimeNetworks.check(wait.network, continuation.context)
        val shown = wait.show(continuation)
        val future = try {
            stage().toCompletableFuture()
        } catch (e: Throwable) {
            shown.cancel()
            throw e
        }
        future.whenComplete { _, _ ->
            shown.cancel()
            continuation.resume(future)
        }
        continuation.invokeOnCancellation {
            shown.cancel()
            future.cancel(false)
        }
    }
    future.outcome()
}

/** Awaits [condition] with a limit. [name] is the public method, for reports. */
internal suspend fun Awaitable.await(condition: Readiness, limit: Duration, name: String) {
    condition(Wait(this, name, limited = true)) { whenReady(condition, limit.asLimit()) }
}

/** Resumes the continuation, and cancels its own registration. One object for both saves an allocation. */
private class Waiter(
    private val continuation: CancellableContinuation<Unit>,
    private val subject: Awaitable,
    private val operation: String,
) : WaitingCallback,
    (Throwable?) -> Unit {
    var registration: Registration? = null

    override fun run() = continuation.resume(Unit)

    override fun waiter(): Snapshot.Waiter = continuation.describe(subject, operation, limited = false)

    override fun invoke(cause: Throwable?) {
        registration?.cancel()
    }
}

/** Resumes the continuation once: with true on readiness, with false at the deadline. */
private class TimedWaiter(
    private val continuation: CancellableContinuation<Boolean>,
    private val subject: Awaitable,
    private val operation: String,
) : AtomicBoolean(),
    WaitingCallback {
    @Volatile
    private var cleanUp: () -> Unit = {}

    fun start(clock: NetworkClock, deadline: Long, register: (WaitingCallback) -> Registration) {
        val timer = clock.schedule(deadline) { complete(false) }
        val registration = register(this)
        cleanUp = {
            timer.cancel()
            registration.cancel()
        }
        if (get()) {
            cleanUp()
        }
        continuation.invokeOnCancellation { cleanUp() }
    }

    override fun run() = complete(true)

    override fun waiter(): Snapshot.Waiter = continuation.describe(subject, operation, limited = true)

    private fun complete(ready: Boolean) {
        if (compareAndSet(false, true)) {
            cleanUp()
            continuation.resume(ready)
        }
    }
}
