package dev.nettest.kotest

import dev.nettest.Awaitable
import dev.nettest.Connection
import dev.nettest.DatagramEndpoint
import dev.nettest.Listener
import dev.nettest.dsl.FaultScope
import dev.nettest.dsl.InstalledFaults
import dev.nettest.dsl.SuspendingConnection
import dev.nettest.dsl.SuspendingDatagramEndpoint
import dev.nettest.dsl.SuspendingListener
import io.kotest.matchers.Matcher
import io.kotest.matchers.MatcherResult

/**
 * Matches a connection or a datagram endpoint on which a read or a receive would return at once. Does not wait; a
 * failure shows the network.
 *
 * @throws IllegalArgumentException on use with a listener, for which [beAcceptable] is
 * @sample dev.nettest.kotest.samples.matchReadable
 */
public fun <T> beReadable(): Matcher<T> where T : FaultScope, T : AutoCloseable = state("be readable") { core ->
    when (core) {
        is Connection -> core.isReadable
        is DatagramEndpoint -> core.isReadable
        is Listener -> throw IllegalArgumentException("a listener is acceptable, not readable: use beAcceptable()")
    }
}

/**
 * Matches a connection on which a write would return at once. Does not wait; a failure shows the network.
 *
 * @sample dev.nettest.kotest.samples.matchWritable
 */
public fun beWritable(): Matcher<SuspendingConnection> = state("be writable") { (it as Connection).isWritable }

/**
 * Matches a connection that a reset has ended: this end received it, perhaps without a read yet, or sent it. Does not
 * wait; a failure shows the network.
 *
 * @sample dev.nettest.kotest.samples.matchReset
 */
public fun beReset(): Matcher<SuspendingConnection> = state("be reset") { (it as Connection).isReset }

/**
 * Matches a connection, a listener or a datagram endpoint that its owner has closed. Does not wait; a failure shows
 * the network.
 *
 * @sample dev.nettest.kotest.samples.matchClosed
 */
public fun <T> beClosed(): Matcher<T> where T : FaultScope, T : AutoCloseable = state("be closed") { it.isClosed }

/**
 * Matches a listener on which an accept would return at once. Does not wait; a failure shows the network.
 *
 * @sample dev.nettest.kotest.samples.matchAcceptable
 */
public fun beAcceptable(): Matcher<SuspendingListener> = state("be acceptable") { (it as Listener).isAcceptable }

/**
 * Matches faults that have changed exactly [count] operations, in all. Does not wait.
 *
 * @throws IllegalArgumentException if [count] is negative
 * @sample dev.nettest.kotest.samples.matchFired
 */
public fun haveFired(count: Long): Matcher<InstalledFaults> {
    require(count >= 0) { "faults fire 0 times or more, not $count times" }
    val times = if (count == 1L) "1 time" else "$count times"
    return Matcher { faults ->
        MatcherResult(
            faults.fireCount == count,
            { "should have fired $times: $faults" },
            { "should not have fired $times: $faults" },
        )
    }
}

/**
 * Like [haveFired] with a `Long`.
 *
 * @sample dev.nettest.kotest.samples.matchFired
 */
public fun haveFired(count: Int): Matcher<InstalledFaults> = haveFired(count.toLong())

private fun <T> state(expectation: String, holds: (Awaitable) -> Boolean): Matcher<T> = Matcher { subject ->
    val core = subject.core()
    MatcherResult(
        holds(core),
        { core.network().failure("$subject should $expectation").message.orEmpty() },
        { core.network().failure("$subject should not $expectation").message.orEmpty() },
    )
}

private fun Any?.core(): Awaitable = when (this) {
    is SuspendingConnection -> core
    is SuspendingListener -> core
    is SuspendingDatagramEndpoint -> core
    else -> throw IllegalArgumentException("not a connection, a listener or a datagram endpoint: $this")
}
