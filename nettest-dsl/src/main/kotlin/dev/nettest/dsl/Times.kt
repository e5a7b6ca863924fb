package dev.nettest.dsl

import dev.nettest.KeepAlive
import dev.nettest.Network
import dev.nettest.NetworkClock
import kotlin.time.AbstractLongTimeSource
import kotlin.time.Duration
import kotlin.time.DurationUnit
import kotlin.time.TimeSource
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration

/*
 * Two kinds of time limits, here and in the whole DSL:
 *
 * A timeout belongs to an operation, which fails with the exception of the operating system. Duration.INFINITE, the
 * default, is no timeout. Zero and negative timeouts are refused: in the JDK, zero means no timeout.
 *
 * A limit belongs to an await, which fails with an AssertionError. Its default is the network's await limit. Zero asks
 * for the state now. Negative and infinite limits are refused.
 */

/**
 * [KeepAlive.of] with Kotlin durations: a silent peer is noticed after [idle] and [count] times [interval].
 *
 * @throws IllegalArgumentException if a duration is not positive or not finite, or [count] is not from 1 to 127
 * @sample dev.nettest.dsl.samples.deadPeer
 */
public fun keepAlive(idle: Duration, interval: Duration, count: Int): KeepAlive {
    require(idle.isFinite() && interval.isFinite()) {
        "keep-alive is infinite: $idle, $interval; KeepAlive.OFF has none"
    }
    return KeepAlive.of(idle.toJavaDuration(), interval.toJavaDuration(), count)
}

/**
 * This clock as a [TimeSource], for code under test that measures time. Any thread may ask it.
 *
 * @sample dev.nettest.dsl.samples.measuredTime
 */
public fun NetworkClock.asTimeSource(): TimeSource.WithComparableMarks = ClockTimeSource(this)

private class ClockTimeSource(private val clock: NetworkClock) : AbstractLongTimeSource(DurationUnit.NANOSECONDS) {
    override fun read(): Long = clock.nanoTime()

    override fun toString(): String = clock.toString()
}

internal val Network.awaitLimit: Duration get() = config().awaitLimit().toKotlinDuration()

/** A limit as the core takes it. */
internal fun Duration.asLimit(): java.time.Duration {
    require(!isNegative()) { "limit is negative: $this" }
    require(isFinite()) { "limit is infinite: an await always has a limit" }
    return toJavaDuration()
}

/** A timeout as the core takes it: zero is no timeout. */
internal fun Duration.asTimeout(name: String): java.time.Duration {
    require(isPositive()) { "$name is not positive: $this; Duration.INFINITE is no timeout" }
    return if (isInfinite()) java.time.Duration.ZERO else toJavaDuration()
}

/** A timeout of the core, in which zero is no timeout. */
internal fun java.time.Duration.fromTimeout(): Duration = if (isZero) Duration.INFINITE else toKotlinDuration()
