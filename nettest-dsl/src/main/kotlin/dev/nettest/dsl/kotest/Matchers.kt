package dev.nettest.dsl.kotest

import dev.nettest.Network
import dev.nettest.dsl.InstalledFaults
import dev.nettest.dsl.SuspendingConnection
import dev.nettest.dsl.SuspendingListener
import io.kotest.matchers.Matcher
import io.kotest.matchers.MatcherResult

/** Matches an end on which a read would return at once. Does not wait; a failure shows the network. */
public fun beReadable(): Matcher<SuspendingConnection> =
    Matcher { end -> end.core.network().result(end.isReadable, "$end", "be readable") }

/** Matches an end that its owner has closed. Does not wait; a failure shows the network. */
public fun beClosed(): Matcher<SuspendingConnection> =
    Matcher { end -> end.core.network().result(end.isClosed, "$end", "be closed") }

/** Matches a listener on which an accept would return at once. Does not wait; a failure shows the network. */
public fun beAcceptable(): Matcher<SuspendingListener> =
    Matcher { listener -> listener.core.network().result(listener.isAcceptable, "$listener", "be acceptable") }

/** Matches faults that have changed exactly [count] operations. Does not wait. */
public fun haveFired(count: Long): Matcher<InstalledFaults> = Matcher { faults ->
    MatcherResult(
        faults.fireCount == count,
        { "$faults; should have fired $count times, but fired ${faults.fireCount} times" },
        { "$faults; should not have fired $count times" },
    )
}

private fun Network.result(passed: Boolean, subject: String, expectation: String): MatcherResult = MatcherResult(
    passed,
    { failure("$subject should $expectation").message.orEmpty() },
    { failure("$subject should not $expectation").message.orEmpty() },
)
