package dev.nettest.dsl

import kotlin.math.roundToLong

/**
 * The rate of a link in bits per second: `10.megabits`. A kilobit is a thousand bits.
 *
 * @throws IllegalArgumentException if [bitsPerSecond] is negative
 */
@JvmInline
public value class Rate(
    /** Bits per second. A link returns 0 if it has no limit; 0 cannot be set. */
    public val bitsPerSecond: Long,
) : Comparable<Rate> {
    init {
        require(bitsPerSecond >= 0) { "rate is negative: $bitsPerSecond bit/s" }
    }

    override fun compareTo(other: Rate): Int = bitsPerSecond.compareTo(other.bitsPerSecond)

    override fun toString(): String = "$bitsPerSecond bit/s"
}

/** Thousand bits per second. */
public val Int.kilobits: Rate get() = toLong().kilobits

/** Million bits per second. */
public val Int.megabits: Rate get() = toLong().megabits

/** Thousand million bits per second. */
public val Int.gigabits: Rate get() = toLong().gigabits

/** Thousand bits per second. */
public val Long.kilobits: Rate get() = rate(KILO)

/** Million bits per second. */
public val Long.megabits: Rate get() = rate(MEGA)

/** Thousand million bits per second. */
public val Long.gigabits: Rate get() = rate(GIGA)

/** Thousand bits per second, rounded to a bit. */
public val Double.kilobits: Rate get() = rate(KILO)

/** Million bits per second, rounded to a bit. */
public val Double.megabits: Rate get() = rate(MEGA)

/** Thousand million bits per second, rounded to a bit. */
public val Double.gigabits: Rate get() = rate(GIGA)

private const val KILO = 1_000L
private const val MEGA = 1_000_000L
private const val GIGA = 1_000_000_000L

private fun Long.rate(unit: Long): Rate {
    require(this >= 0) { "rate is negative: $this times $unit bit/s" }
    require(this <= Long.MAX_VALUE / unit) { "rate does not fit in a Long: $this times $unit bit/s" }
    return Rate(this * unit)
}

private fun Double.rate(unit: Long): Rate {
    require(!isNaN()) { "rate is not a number: $this times $unit bit/s" }
    require(this >= 0) { "rate is negative: $this times $unit bit/s" }
    require(this * unit < Long.MAX_VALUE) { "rate does not fit in a Long: $this times $unit bit/s" }
    return Rate((this * unit).roundToLong())
}
