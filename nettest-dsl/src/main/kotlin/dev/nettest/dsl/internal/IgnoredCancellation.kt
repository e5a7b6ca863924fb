package dev.nettest.dsl.internal

import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.Job
import java.io.IOException
import java.util.Collections
import java.util.WeakHashMap
import java.util.concurrent.atomic.AtomicInteger
import kotlin.coroutines.Continuation
import kotlin.coroutines.intrinsics.COROUTINE_SUSPENDED

/**
 * Counts the failures of a coroutine since its cancellation, and ends a loop that retries for ever: it would keep the
 * thread of its test, and hang the build.
 */
internal class IgnoredCancellation(private val job: Job) {
    /**
     * Throws what an operation of the cancelled coroutine throws: a cancellation for an I/O failure, which a retry may
     * catch, and an error for one of too many failures. If even that is caught, the coroutine ends with the error and
     * this never returns.
     */
    fun fail(failure: Throwable, continuation: Continuation<*>): Any {
        val count = failures.computeIfAbsent(job) { AtomicInteger() }.incrementAndGet()
        if (count <= LIMIT) {
            throw if (failure is IOException) failure.asCancellation() else failure
        }
        val error = error(continuation)
        val coroutine = job as? Continuation<*>
        if (count == LIMIT + 1 || coroutine == null) {
            throw error
        }
        coroutine.resumeWith(Result.failure(error))
        return COROUTINE_SUSPENDED
    }

    private fun error(continuation: Continuation<*>): AssertionError {
        val operation = continuation.frames().operation()?.methodName?.substringBefore('-') ?: "its calls"
        val line = continuation.callerLine().let { if (it == null) "" else ", at ${it.place()}" }
        return AssertionError(
            "${continuation.coroutineName()} ignores its cancellation: " +
                "$operation failed $LIMIT times since then$line; " +
                "a loop that catches exceptions must rethrow CancellationException",
        )
    }

    companion object {
        /** More failures than the end of a coroutine causes, and few enough to take milliseconds. */
        const val LIMIT = 1000

        private val failures = Collections.synchronizedMap(WeakHashMap<Job, AtomicInteger>())
    }
}

/** Replaces an I/O failure of a cancelled coroutine, so that a retry does not catch it. */
internal fun IOException.asCancellation(): Throwable =
    CancellationException("cancelled, and an operation failed").initCause(this)
