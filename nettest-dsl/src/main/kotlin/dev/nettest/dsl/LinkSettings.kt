package dev.nettest.dsl

import dev.nettest.Impairment
import dev.nettest.LinkDirection
import dev.nettest.LinkProfile
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration

/**
 * The impairments of one or both directions of a link; see [Impairment]. A block changes the values that it names. All
 * changes take effect at the end of the block, and none if the block throws. An impossible value throws
 * [IllegalArgumentException].
 *
 * @sample dev.nettest.dsl.samples.impairments
 */
public open class ImpairmentSettings internal constructor(private val drafts: List<ImpairmentDraft>) {
    private val first: Impairment get() = drafts.first().impairment

    private fun set(change: Impairment.Builder.() -> Unit) = drafts.forEach { it.set(change) }

    /** The one-way latency; not negative, not infinite. */
    public var latency: Duration
        get() = first.latency().toKotlinDuration()
        set(value) = set { latency(value.finiteOfLink("latency")) }

    /**
     * The variation of the latency; not negative, not infinite. It reorders datagrams, but not the bytes of a stream.
     */
    public var jitter: Duration
        get() = first.jitter().toKotlinDuration()
        set(value) = set { jitter(value.finiteOfLink("jitter")) }

    /**
     * How the latency varies: uniformly within the jitter (initially), or normally with the jitter as its deviation.
     */
    public var distribution: Impairment.Distribution
        get() = first.distribution()
        set(value) = set { distribution(value) }

    /**
     * The rate of everything in one direction together. Headers count only with [countHeaders]. Null, the initial
     * value, is no limit.
     */
    public var rate: Rate?
        get() = first.rate().takeIf { it > 0 }?.let(::Rate)
        set(value) = set { if (value == null) unlimitedRate() else rate(value.bitsPerSecond) }

    /** True if the headers of packets take from the [rate] too. Initially false. */
    public var countHeaders: Boolean
        get() = first.countsHeaders()
        set(value) = set { countHeaders(value) }

    /**
     * The MTU in bytes, headers included. A longer datagram is fragmented, and lost if one fragment is lost. Null, the
     * initial value, is no limit. See [mtu] with [Impairment.Oversize] for a link that does not fragment.
     */
    public var mtu: Int?
        get() = first.mtu().takeIf { it > 0 }
        set(value) = set { if (value == null) unlimitedMtu() else mtu(value) }

    /** The [mtu], and what becomes of longer datagrams; see [Impairment.Oversize]. */
    public fun mtu(bytes: Int, oversize: Impairment.Oversize): Unit = set { mtu(bytes, oversize) }

    /**
     * The probability that a packet is lost, independently of other packets. A stream loses the time until the
     * retransmission. After [lossGilbert] or [lossGilbertElliott] it reads as the long-run share of lost packets.
     */
    public var loss: Double
        get() = first.loss()
        set(value) = set { loss(value) }

    /** The probability that a datagram is duplicated. */
    public var duplicate: Double
        get() = first.duplicate()
        set(value) = set { duplicate(value) }

    /** The probability that a datagram skips the delay and overtakes earlier ones. Needs a [latency] or a [jitter]. */
    public var reorder: Double
        get() = drafts.first().reorder
        set(value) = drafts.forEach { it.reorder = value }

    /** The probability that one bit of a datagram is inverted. */
    public var corrupt: Double
        get() = first.corrupt()
        set(value) = set { corrupt(value) }

    /**
     * Loses packets in bursts: in the good state the link loses no packet, in the bad state it loses every packet.
     *
     * @param goodToBad the probability at each packet that a good link turns bad
     * @param badToGood the probability at each packet that a bad link turns good
     */
    public fun lossGilbert(goodToBad: Double, badToGood: Double): Unit = set { lossGilbert(goodToBad, badToGood) }

    /**
     * Loses packets in bursts: the link is in a good or a bad state, and each state has its own loss.
     *
     * @param goodToBad the probability at each packet that a good link turns bad
     * @param badToGood the probability at each packet that a bad link turns good
     * @param lossInBad the probability that a bad link loses a packet
     * @param lossInGood the probability that a good link loses a packet
     */
    public fun lossGilbertElliott(goodToBad: Double, badToGood: Double, lossInBad: Double, lossInGood: Double): Unit =
        set { lossGilbertElliott(goodToBad, badToGood, lossInBad, lossInGood) }

    /** Replaces all values by [impairment]; the rest of the block changes that. [Impairment.NONE] clears all values. */
    public fun impair(impairment: Impairment): Unit = drafts.forEach { it.start(impairment) }
}

/**
 * The settings of a link. They apply to both directions. If the directions differ, a read returns the forward value.
 *
 * @sample dev.nettest.dsl.samples.impairments
 */
public class LinkSettings internal constructor(
    private val forwardDraft: ImpairmentDraft,
    private val backwardDraft: ImpairmentDraft,
) : ImpairmentSettings(listOf(forwardDraft, backwardDraft)) {
    /** From the first named side to the second; on the default link, from the connecting side. */
    public fun forward(settings: @NetworkDsl ImpairmentSettings.() -> Unit) {
        contract { callsInPlace(settings, InvocationKind.EXACTLY_ONCE) }
        ImpairmentSettings(listOf(forwardDraft)).settings()
    }

    /** From the second named side to the first; on the default link, to the connecting side. */
    public fun backward(settings: @NetworkDsl ImpairmentSettings.() -> Unit) {
        contract { callsInPlace(settings, InvocationKind.EXACTLY_ONCE) }
        ImpairmentSettings(listOf(backwardDraft)).settings()
    }

    /**
     * Replaces all values by [profile], like [impair]. The first named side is the user: forward is up, backward down.
     */
    @ExperimentalNettestApi
    public fun profile(profile: LinkProfile) {
        forwardDraft.start(profile.up())
        backwardDraft.start(profile.down())
    }
}

/**
 * The next impairment of a direction. [reorder] is kept apart, because a builder refuses it without a latency, which
 * the block may set later.
 */
internal class ImpairmentDraft(private val direction: LinkDirection) {
    var impairment: Impairment = direction.impairment().inOrder()
        private set

    var reorder: Double = direction.impairment().reorder()
        set(value) {
            Impairment.builder().reorder(value) // checks the range
            field = value
            named = true
        }

    /** True if the block has named a value of this direction. */
    private var named = false

    fun start(with: Impairment) {
        impairment = with.inOrder()
        reorder = with.reorder()
    }

    fun set(change: Impairment.Builder.() -> Unit) {
        impairment = impairment.toBuilder().apply(change).build()
        named = true
    }

    /** Checks the whole impairment and returns its installation. Without a named value that changes nothing. */
    fun finish(): () -> Unit {
        val whole = impairment.toBuilder().reorder(reorder).build()
        return { if (named) direction.impair(whole) }
    }

    private fun Impairment.inOrder() = toBuilder().reorder(0.0).build()
}

private fun Duration.finiteOfLink(name: String): java.time.Duration {
    require(isFinite()) { "$name is infinite: $this; use a partition for a link that carries nothing" }
    return toJavaDuration()
}
