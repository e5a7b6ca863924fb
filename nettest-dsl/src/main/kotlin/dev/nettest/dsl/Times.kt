package dev.nettest.dsl

import dev.nettest.Fault
import dev.nettest.Network
import dev.nettest.NetworkClock
import kotlin.time.AbstractLongTimeSource
import kotlin.time.Duration
import kotlin.time.DurationUnit
import kotlin.time.TimeSource
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration

/**
 * [Fault.delayed] with a Kotlin duration: the operation becomes ready [duration] later than without the fault, on the
 * network's clock.
 *
 * @throws IllegalArgumentException if [duration] is negative
 */
public fun delayed(duration: Duration): Fault = Fault.delayed(duration.toJavaDuration())

/**
 * [Fault.after] with a Kotlin duration: the fault fires once [duration] has passed on the network's clock since it
 * reached the connection or endpoint.
 *
 * @throws IllegalArgumentException if [duration] is negative
 */
public fun Fault.after(duration: Duration): Fault = after(duration.toJavaDuration())

/** This clock as a [TimeSource], for code under test that measures time. Any thread may ask it. */
public fun NetworkClock.asTimeSource(): TimeSource.WithComparableMarks = ClockTimeSource(this)

private class ClockTimeSource(private val clock: NetworkClock) : AbstractLongTimeSource(DurationUnit.NANOSECONDS) {
    override fun read(): Long = clock.nanoTime()

    override fun toString(): String = clock.toString()
}

internal val Network.awaitLimit: Duration get() = config().awaitLimit().toKotlinDuration()

/** Converts an infinite duration to zero, which is no timeout in the core. */
internal fun Duration.asTimeout(): java.time.Duration =
    if (isInfinite() && isPositive()) java.time.Duration.ZERO else toJavaDuration()
