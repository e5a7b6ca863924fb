package dev.nettest.dsl

import kotlin.math.roundToLong

/**
 * How many bits a second go through a link: `10.megabits`. A thousand bits are a kilobit, as networks count.
 *
 * @throws IllegalArgumentException if [bitsPerSecond] is negative
 */
@JvmInline
public value class Rate(
    /** The number of bits in a second; 0 stands for no limit where a link is asked, and cannot be set. */
    public val bitsPerSecond: Long,
) : Comparable<Rate> {
    init {
        require(bitsPerSecond >= 0) { "rate is negative: $bitsPerSecond bit/s" }
    }

    override fun compareTo(other: Rate): Int = bitsPerSecond.compareTo(other.bitsPerSecond)

    override fun toString(): String = "$bitsPerSecond bit/s"
}

/** So many thousand bits a second. */
public val Int.kilobits: Rate get() = toLong().kilobits

/** So many million bits a second. */
public val Int.megabits: Rate get() = toLong().megabits

/** So many thousand million bits a second. */
public val Int.gigabits: Rate get() = toLong().gigabits

/** So many thousand bits a second. */
public val Long.kilobits: Rate get() = rate(KILO)

/** So many million bits a second. */
public val Long.megabits: Rate get() = rate(MEGA)

/** So many thousand million bits a second. */
public val Long.gigabits: Rate get() = rate(GIGA)

/** So many thousand bits a second, to the nearest bit. */
public val Double.kilobits: Rate get() = rate(KILO)

/** So many million bits a second, to the nearest bit. */
public val Double.megabits: Rate get() = rate(MEGA)

/** So many thousand million bits a second, to the nearest bit. */
public val Double.gigabits: Rate get() = rate(GIGA)

private const val KILO = 1_000L
private const val MEGA = 1_000_000L
private const val GIGA = 1_000_000_000L

private fun Long.rate(unit: Long): Rate {
    require(this >= 0) { "rate is negative: $this times $unit bit/s" }
    require(this <= Long.MAX_VALUE / unit) { "rate is beyond what a Long holds: $this times $unit bit/s" }
    return Rate(this * unit)
}

private fun Double.rate(unit: Long): Rate {
    require(!isNaN()) { "rate is no number of bits: $this times $unit bit/s" }
    require(this >= 0) { "rate is negative: $this times $unit bit/s" }
    require(this * unit < Long.MAX_VALUE) { "rate is beyond what a Long holds: $this times $unit bit/s" }
    return Rate((this * unit).roundToLong())
}
