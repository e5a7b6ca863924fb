package dev.nettest.dsl

import dev.nettest.Impairment
import dev.nettest.LinkDirection
import dev.nettest.LinkProfile
import kotlin.time.Duration
import kotlin.time.toJavaDuration
import kotlin.time.toKotlinDuration

/**
 * What a direction of a link does to what it carries, or both; see [Impairment]. A block sets what it names and leaves the rest as it was.
 * All of it holds from the end of the block, and nothing if the block throws. A value that cannot be is an [IllegalArgumentException].
 */
@NetworkDsl
public open class ImpairmentSettings internal constructor(private val drafts: List<ImpairmentDraft>) {
    private val first: Impairment get() = drafts.first().impairment

    private fun set(change: Impairment.Builder.() -> Unit) = drafts.forEach { it.set(change) }

    /** How long everything takes, one way; not negative, not infinite. */
    public var latency: Duration
        get() = first.latency().toKotlinDuration()
        set(value) = set { latency(value.finite("latency")) }

    /** By how much the latency varies; not negative, not infinite. Datagrams overtake one another then; bytes of a stream do not. */
    public var jitter: Duration
        get() = first.jitter().toKotlinDuration()
        set(value) = set { jitter(value.finite("jitter")) }

    /** How the latency varies: evenly within the jitter, as it does at first, or normally, with the jitter as standard deviation. */
    public var distribution: Impairment.Distribution
        get() = first.distribution()
        set(value) = set { distribution(value) }

    /**
     * How many bits a second go through, of everything on a direction together; headers do not count. At least one. It reads as 0 where
     * there is no limit, and [impair] takes a limit away.
     */
    public var rate: Rate
        get() = Rate(first.rate())
        set(value) = set { rate(value.bitsPerSecond) }

    /**
     * The probability that a packet is lost, whatever became of others; it costs a stream the time until it is sent again. After
     * [lossGilbert] or [lossGilbertElliott] it reads as the share that is lost in the long run.
     */
    public var loss: Double
        get() = first.loss()
        set(value) = set { loss(value) }

    /** The probability that a datagram comes twice. */
    public var duplicate: Double
        get() = first.duplicate()
        set(value) = set { duplicate(value) }

    /** The probability that a datagram is not delayed, and so overtakes those before it. Needs a [latency] or a [jitter]. */
    public var reorder: Double
        get() = drafts.first().reorder
        set(value) = drafts.forEach { it.reorder = value }

    /** The probability that one bit of a datagram is inverted. */
    public var corrupt: Double
        get() = first.corrupt()
        set(value) = set { corrupt(value) }

    /**
     * Loses packets in bursts, instead of one by one: the link is good, and loses nothing, or bad, and loses everything.
     *
     * @param goodToBad the probability, at each packet, that a good link turns bad
     * @param badToGood the probability, at each packet, that a bad link turns good
     */
    public fun lossGilbert(goodToBad: Double, badToGood: Double): Unit = set { lossGilbert(goodToBad, badToGood) }

    /**
     * Loses packets in bursts, instead of one by one: the link is good or bad, and each state has a loss of its own.
     *
     * @param goodToBad the probability, at each packet, that a good link turns bad
     * @param badToGood the probability, at each packet, that a bad link turns good
     * @param lossInBad the probability that a bad link loses a packet
     * @param lossInGood the probability that a good link loses a packet
     */
    public fun lossGilbertElliott(goodToBad: Double, badToGood: Double, lossInBad: Double, lossInGood: Double): Unit =
        set { lossGilbertElliott(goodToBad, badToGood, lossInBad, lossInGood) }

    /** All of [impairment] instead of what was here; what the block sets from here on changes that. [Impairment.NONE] clears. */
    public fun impair(impairment: Impairment): Unit = drafts.forEach { it.start(impairment) }
}

/** The settings of a link. What is set here concerns both directions; where these differ, what is read is the forward one's. */
public class LinkSettings internal constructor(private val there: ImpairmentDraft, private val back: ImpairmentDraft) :
    ImpairmentSettings(listOf(there, back)) {
    /** From the side that was named first to the second; where everybody is both sides, from those who dial. */
    public fun forward(settings: ImpairmentSettings.() -> Unit): Unit = ImpairmentSettings(listOf(there)).settings()

    /** From the side that was named second to the first; where everybody is both sides, to those who dial. */
    public fun backward(settings: ImpairmentSettings.() -> Unit): Unit = ImpairmentSettings(listOf(back)).settings()

    /** All of [profile], as [impair] does it. Its user is the side that was named first: forward is up, backward is down. */
    public fun profile(profile: LinkProfile) {
        there.start(profile.up())
        back.start(profile.down())
    }
}

/** What a direction is going to do. Apart from the rest is what a builder refuses without a latency, which may be set after it. */
internal class ImpairmentDraft(private val direction: LinkDirection) {
    var impairment: Impairment = direction.impairment().inOrder()
        private set

    var reorder: Double = direction.impairment().reorder()
        set(value) {
            Impairment.builder().reorder(value) // which checks it
            field = value
            named = true
        }

    private var named = false

    fun start(with: Impairment) {
        impairment = with.inOrder()
        reorder = with.reorder()
    }

    fun set(change: Impairment.Builder.() -> Unit) {
        impairment = impairment.toBuilder().apply(change).build()
        named = true
    }

    /** Checks the whole of it; what comes back has it act. Where nothing was named, wider links go on saying what happens. */
    fun finish(): () -> Unit {
        val whole = impairment.toBuilder().reorder(reorder).build()
        return { if (named) direction.impair(whole) }
    }

    private fun Impairment.inOrder() = toBuilder().reorder(0.0).build()
}

private fun Duration.finite(name: String): java.time.Duration {
    require(isFinite()) { "$name is infinite: $this; a link that nothing crosses is a partition" }
    return toJavaDuration()
}
