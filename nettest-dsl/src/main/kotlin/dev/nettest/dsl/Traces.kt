package dev.nettest.dsl

import dev.nettest.Trace
import dev.nettest.TraceEvent

/**
 * The events of one kind, in their order.
 *
 * @sample dev.nettest.dsl.samples.traceOfANetwork
 */
public inline fun <reified E : TraceEvent> Trace.events(): List<E> = events(E::class.java)

/**
 * The events of both ends of [connection].
 *
 * @sample dev.nettest.dsl.samples.traceOfANetwork
 */
public fun Trace.of(connection: SuspendingConnection): Trace = of(connection.core)
