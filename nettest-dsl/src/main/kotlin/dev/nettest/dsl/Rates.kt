package dev.nettest.dsl

import kotlin.math.roundToLong

/**
 * The rate of a link in bits per second: `10.megabitsPerSecond`. A kilobit is a thousand bits.
 *
 * @throws IllegalArgumentException if [bitsPerSecond] is less than 1
 */
@JvmInline
public value class Rate(
    /** Bits per second, at least 1. */
    public val bitsPerSecond: Long,
) : Comparable<Rate> {
    init {
        require(bitsPerSecond > 0) { "rate is not positive: $bitsPerSecond bit/s; null is no limit" }
    }

    override fun compareTo(other: Rate): Int = bitsPerSecond.compareTo(other.bitsPerSecond)

    override fun toString(): String = "$bitsPerSecond bit/s"
}

/** Thousand bits per second. */
public val Int.kilobitsPerSecond: Rate get() = toLong().kilobitsPerSecond

/** Million bits per second. */
public val Int.megabitsPerSecond: Rate get() = toLong().megabitsPerSecond

/** Thousand million bits per second. */
public val Int.gigabitsPerSecond: Rate get() = toLong().gigabitsPerSecond

/** Thousand bits per second. */
public val Long.kilobitsPerSecond: Rate get() = rate(KILO)

/** Million bits per second. */
public val Long.megabitsPerSecond: Rate get() = rate(MEGA)

/** Thousand million bits per second. */
public val Long.gigabitsPerSecond: Rate get() = rate(GIGA)

/** Thousand bits per second, rounded to a bit. */
public val Double.kilobitsPerSecond: Rate get() = rate(KILO)

/** Million bits per second, rounded to a bit. */
public val Double.megabitsPerSecond: Rate get() = rate(MEGA)

/** Thousand million bits per second, rounded to a bit. */
public val Double.gigabitsPerSecond: Rate get() = rate(GIGA)

private const val KILO = 1_000L
private const val MEGA = 1_000_000L
private const val GIGA = 1_000_000_000L

private fun Long.rate(unit: Long): Rate {
    require(this > 0) { "rate is not positive: $this times $unit bit/s; null is no limit" }
    require(this <= Long.MAX_VALUE / unit) { "rate does not fit in a Long: $this times $unit bit/s" }
    return Rate(this * unit)
}

private fun Double.rate(unit: Long): Rate {
    require(!isNaN()) { "rate is not a number: $this times $unit bit/s" }
    require(this > 0) { "rate is not positive: $this times $unit bit/s; null is no limit" }
    require(this * unit < Long.MAX_VALUE) { "rate does not fit in a Long: $this times $unit bit/s" }
    return Rate((this * unit).roundToLong())
}
