package dev.nettest.kotest

import dev.nettest.Trace
import dev.nettest.TraceEvent
import dev.nettest.dsl.InstalledFaults
import dev.nettest.dsl.SuspendingConnection
import dev.nettest.dsl.SuspendingDatagramEndpoint
import dev.nettest.dsl.SuspendingListener
import io.kotest.matchers.should
import io.kotest.matchers.shouldNot
import kotlin.reflect.KClass

/**
 * Fails unless a read of this connection would return at once. Like `should` with [beReadable].
 *
 * @sample dev.nettest.kotest.samples.matchReadable
 */
public fun SuspendingConnection.shouldBeReadable(): SuspendingConnection = apply { this should beReadable() }

/**
 * Fails if a read of this connection would return at once. Like `shouldNot` with [beReadable].
 *
 * @sample dev.nettest.kotest.samples.matchReadable
 */
public fun SuspendingConnection.shouldNotBeReadable(): SuspendingConnection = apply { this shouldNot beReadable() }

/**
 * Fails unless a receive on this datagram endpoint would return at once. Like `should` with [beReadable].
 *
 * @sample dev.nettest.kotest.samples.matchReadable
 */
public fun SuspendingDatagramEndpoint.shouldBeReadable(): SuspendingDatagramEndpoint = apply {
    this should beReadable()
}

/**
 * Fails if a receive on this datagram endpoint would return at once. Like `shouldNot` with [beReadable].
 *
 * @sample dev.nettest.kotest.samples.matchReadable
 */
public fun SuspendingDatagramEndpoint.shouldNotBeReadable(): SuspendingDatagramEndpoint = apply {
    shouldNot(beReadable())
}

/**
 * Fails unless a write to this connection would return at once. Like `should` with [beWritable].
 *
 * @sample dev.nettest.kotest.samples.matchWritable
 */
public fun SuspendingConnection.shouldBeWritable(): SuspendingConnection = apply { this should beWritable() }

/**
 * Fails if a write to this connection would return at once. Like `shouldNot` with [beWritable].
 *
 * @sample dev.nettest.kotest.samples.matchWritable
 */
public fun SuspendingConnection.shouldNotBeWritable(): SuspendingConnection = apply { this shouldNot beWritable() }

/**
 * Fails unless a reset has ended this connection. Like `should` with [beReset].
 *
 * @sample dev.nettest.kotest.samples.matchReset
 */
public fun SuspendingConnection.shouldBeReset(): SuspendingConnection = apply { this should beReset() }

/**
 * Fails if a reset has ended this connection. Like `shouldNot` with [beReset].
 *
 * @sample dev.nettest.kotest.samples.matchReset
 */
public fun SuspendingConnection.shouldNotBeReset(): SuspendingConnection = apply { this shouldNot beReset() }

/**
 * Fails unless the owner of this connection has closed it. Like `should` with [beClosed].
 *
 * @sample dev.nettest.kotest.samples.matchClosed
 */
public fun SuspendingConnection.shouldBeClosed(): SuspendingConnection = apply { this should beClosed() }

/**
 * Fails if the owner of this connection has closed it. Like `shouldNot` with [beClosed].
 *
 * @sample dev.nettest.kotest.samples.matchClosed
 */
public fun SuspendingConnection.shouldNotBeClosed(): SuspendingConnection = apply { this shouldNot beClosed() }

/**
 * Fails unless the owner of this listener has closed it. Like `should` with [beClosed].
 *
 * @sample dev.nettest.kotest.samples.matchClosed
 */
public fun SuspendingListener.shouldBeClosed(): SuspendingListener = apply { this should beClosed() }

/**
 * Fails if the owner of this listener has closed it. Like `shouldNot` with [beClosed].
 *
 * @sample dev.nettest.kotest.samples.matchClosed
 */
public fun SuspendingListener.shouldNotBeClosed(): SuspendingListener = apply { this shouldNot beClosed() }

/**
 * Fails unless the owner of this datagram endpoint has closed it. Like `should` with [beClosed].
 *
 * @sample dev.nettest.kotest.samples.matchClosed
 */
public fun SuspendingDatagramEndpoint.shouldBeClosed(): SuspendingDatagramEndpoint = apply { this should beClosed() }

/**
 * Fails if the owner of this datagram endpoint has closed it. Like `shouldNot` with [beClosed].
 *
 * @sample dev.nettest.kotest.samples.matchClosed
 */
public fun SuspendingDatagramEndpoint.shouldNotBeClosed(): SuspendingDatagramEndpoint = apply {
    shouldNot(beClosed())
}

/**
 * Fails unless an accept on this listener would return at once. Like `should` with [beAcceptable].
 *
 * @sample dev.nettest.kotest.samples.matchAcceptable
 */
public fun SuspendingListener.shouldBeAcceptable(): SuspendingListener = apply { this should beAcceptable() }

/**
 * Fails if an accept on this listener would return at once. Like `shouldNot` with [beAcceptable].
 *
 * @sample dev.nettest.kotest.samples.matchAcceptable
 */
public fun SuspendingListener.shouldNotBeAcceptable(): SuspendingListener = apply { this shouldNot beAcceptable() }

/**
 * Fails unless these faults have changed exactly [count] operations. Like `should` with [haveFired].
 *
 * @sample dev.nettest.kotest.samples.matchFired
 */
public infix fun InstalledFaults.shouldHaveFired(count: Long): InstalledFaults = apply { this should haveFired(count) }

/**
 * Fails if these faults have changed exactly [count] operations. Like `shouldNot` with [haveFired].
 *
 * @sample dev.nettest.kotest.samples.matchFired
 */
public infix fun InstalledFaults.shouldNotHaveFired(count: Long): InstalledFaults = apply {
    shouldNot(haveFired(count))
}

/**
 * Like [shouldHaveFired] with a `Long`.
 *
 * @sample dev.nettest.kotest.samples.matchFired
 */
public infix fun InstalledFaults.shouldHaveFired(count: Int): InstalledFaults = apply { this should haveFired(count) }

/**
 * Like [shouldNotHaveFired] with a `Long`.
 *
 * @sample dev.nettest.kotest.samples.matchFired
 */
public infix fun InstalledFaults.shouldNotHaveFired(count: Int): InstalledFaults = apply {
    shouldNot(haveFired(count))
}

/**
 * Fails unless this trace has an event of the kind [E] for which [holds] is true. Like `should` with [haveEvent].
 *
 * @sample dev.nettest.kotest.samples.matchTrace
 */
public inline fun <reified E : TraceEvent> Trace.shouldHaveEvent(noinline holds: (E) -> Boolean = { true }): Trace =
    apply { this should haveEvent(E::class, holds) }

/**
 * Fails if this trace has an event of the kind [E] for which [holds] is true. Like `shouldNot` with [haveEvent].
 *
 * @sample dev.nettest.kotest.samples.matchTrace
 */
public inline fun <reified E : TraceEvent> Trace.shouldNotHaveEvent(noinline holds: (E) -> Boolean = { true }): Trace =
    apply { this shouldNot haveEvent(E::class, holds) }

/**
 * Fails unless this trace has events of these [kinds] in this order. Like `should` with [haveEventsInOrder].
 *
 * @sample dev.nettest.kotest.samples.matchTrace
 */
public fun Trace.shouldHaveEventsInOrder(vararg kinds: KClass<out TraceEvent>): Trace =
    apply { this should haveEventsInOrder(*kinds) }

/**
 * Fails if this trace has events of these [kinds] in this order. Like `shouldNot` with [haveEventsInOrder].
 *
 * @sample dev.nettest.kotest.samples.matchTrace
 */
public fun Trace.shouldNotHaveEventsInOrder(vararg kinds: KClass<out TraceEvent>): Trace =
    apply { this shouldNot haveEventsInOrder(*kinds) }
