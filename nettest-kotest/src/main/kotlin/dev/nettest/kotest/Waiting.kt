@file:OptIn(ExperimentalNettestApi::class)

package dev.nettest.kotest

import dev.nettest.Awaitable
import dev.nettest.Connection
import dev.nettest.Readiness
import dev.nettest.dsl.ExperimentalNettestApi
import dev.nettest.dsl.SuspendingConnection
import dev.nettest.dsl.SuspendingDatagramEndpoint
import dev.nettest.dsl.SuspendingListener
import dev.nettest.dsl.showingCallerLine
import kotlin.time.Duration

/**
 * Reads a line, and fails unless it is [expected]. Suspends like [SuspendingConnection.readLine], up to the read
 * timeout of the connection. The failure shows both lines and the network.
 *
 * @throws java.io.IOException like [SuspendingConnection.readLine]
 * @sample dev.nettest.kotest.samples.readLines
 */
public suspend infix fun SuspendingConnection.shouldReadLine(expected: String): SuspendingConnection =
    showingCallerLine {
        val line = readLine()
        if (line != expected) {
            val found = if (line == null) "the end of the stream" else "\"$line\""
            throw core.network().failure("$this should read the line \"$expected\", but read $found")
        }
        this
    }

/**
 * Suspends for [duration], and fails as soon as bytes, the end of the stream or an error can be read. The time is the
 * network's, so on a test scheduler it takes none. The failure shows the network.
 *
 * @throws AssertionError also if this end is closed
 * @throws IllegalArgumentException if [duration] is negative or infinite
 * @sample dev.nettest.kotest.samples.staySilent
 */
public suspend infix fun SuspendingConnection.shouldStaySilent(duration: Duration): SuspendingConnection = apply {
    core.staysSilent(this, duration, { awaitReadable(duration) }) {
        val bytes = available
        when {
            bytes == 1 -> "1 byte arrived"
            bytes > 1 -> "$bytes bytes arrived"
            isReset -> "it was reset"
            core.hasEnded() -> "the stream ended"
            else -> "a read would end or fail"
        }
    }
}

/**
 * Suspends for [duration], and fails as soon as a datagram arrives. Like [SuspendingConnection.shouldStaySilent].
 *
 * @sample dev.nettest.kotest.samples.staySilent
 */
public suspend infix fun SuspendingDatagramEndpoint.shouldStaySilent(duration: Duration): SuspendingDatagramEndpoint =
    apply { core.staysSilent(this, duration, { awaitReadable(duration) }) { "a datagram arrived" } }

/**
 * Suspends for [duration], and fails as soon as a connection can be accepted. Like
 * [SuspendingConnection.shouldStaySilent].
 *
 * @sample dev.nettest.kotest.samples.staySilent
 */
public suspend infix fun SuspendingListener.shouldStaySilent(duration: Duration): SuspendingListener = apply {
    core.staysSilent(this, duration, { awaitAcceptable(duration) }) { "a connection arrived" }
}

/** @param await fails after [duration], and at once if [subject] is closed */
private suspend fun Awaitable.staysSilent(
    subject: Any,
    duration: Duration,
    await: suspend () -> Unit,
    event: () -> String,
): Unit = showingCallerLine {
    val failure = try {
        await()
        network().failure("$subject should stay silent for $duration, but ${event()}")
    } catch (e: AssertionError) {
        e.takeIf { isClosed }
    }
    failure?.let { throw it }
}

private fun Connection.hasEnded(): Boolean {
    val ended = whenReady(Readiness.END_OF_STREAM).toCompletableFuture()
    return ended.isDone && !ended.isCompletedExceptionally
}
