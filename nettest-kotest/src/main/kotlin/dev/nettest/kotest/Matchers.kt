package dev.nettest.kotest

import dev.nettest.Awaitable
import dev.nettest.Connection
import dev.nettest.DatagramEndpoint
import dev.nettest.Listener
import dev.nettest.Trace
import dev.nettest.TraceEvent
import dev.nettest.dsl.FaultScope
import dev.nettest.dsl.InstalledFaults
import dev.nettest.dsl.SuspendingConnection
import dev.nettest.dsl.SuspendingDatagramEndpoint
import dev.nettest.dsl.SuspendingListener
import dev.nettest.trace.TraceText
import io.kotest.matchers.Matcher
import io.kotest.matchers.MatcherResult
import kotlin.reflect.KClass

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

/**
 * Matches a trace that has an event of the kind [E] for which [holds] is true. A failure shows the trace.
 *
 * @sample dev.nettest.kotest.samples.matchTrace
 */
public inline fun <reified E : TraceEvent> haveEvent(noinline holds: (E) -> Boolean = { true }): Matcher<Trace> =
    haveEvent(E::class, holds)

/**
 * Like [haveEvent] with a type argument.
 *
 * @sample dev.nettest.kotest.samples.matchTrace
 */
public fun <E : TraceEvent> haveEvent(kind: KClass<E>, holds: (E) -> Boolean = { true }): Matcher<Trace> =
    Matcher { trace ->
        val found = trace.events(kind.java).filter(holds)
        MatcherResult(
            found.isNotEmpty(),
            { "should have an event ${kind.simpleName}; the trace:\n${TraceText.of(trace, ROWS)}" },
            { "should not have ${found.first()}; the trace:\n${TraceText.of(trace, ROWS)}" },
        )
    }

/**
 * Matches a trace that has events of these [kinds] in this order. Other events may stand between them. A failure shows
 * the trace.
 *
 * @sample dev.nettest.kotest.samples.matchTrace
 */
public fun haveEventsInOrder(vararg kinds: KClass<out TraceEvent>): Matcher<Trace> = Matcher { trace ->
    val wanted = ArrayDeque(kinds.toList())
    trace.events().forEach { if (wanted.firstOrNull()?.isInstance(it) == true) wanted.removeFirst() }
    val names = kinds.joinToString { it.simpleName.orEmpty() }
    MatcherResult(
        wanted.isEmpty(),
        {
            "should have the events $names in order, but ${wanted.first().simpleName} is missing; the trace:\n" +
                TraceText.of(trace, ROWS)
        },
        { "should not have the events $names in order; the trace:\n${TraceText.of(trace, ROWS)}" },
    )
}

/** The rows of a trace in a failure. */
private const val ROWS = 40

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
