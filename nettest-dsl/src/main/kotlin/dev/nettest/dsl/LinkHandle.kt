package dev.nettest.dsl

import dev.nettest.Link
import dev.nettest.LinkDirection
import kotlin.contracts.InvocationKind
import kotlin.contracts.contract

/**
 * The link between two sides; see [Link]. No method suspends. A change takes effect at once, also for existing
 * connections. Any coroutine or thread may call any method at any time. If two blocks change the same direction
 * concurrently, the later one may undo the earlier one.
 *
 * @sample dev.nettest.dsl.samples.linkOfTwoHosts
 */
public class LinkHandle internal constructor(
    /** The link itself. None of its methods block. */
    public val core: Link,
) {
    /** The direction from the first named side to the second, to cut, hold or inspect it alone. */
    public val forward: LinkDirection get() = core.forward()

    /** The direction from the second named side to the first. */
    public val backward: LinkDirection get() = core.backward()

    /**
     * Changes the impairments of the link; values that the block does not name stay. A direction for which no block has
     * named a value leaves its impairments to less specific links.
     */
    public fun impair(settings: @NetworkDsl LinkSettings.() -> Unit) {
        contract { callsInPlace(settings, InvocationKind.EXACTLY_ONCE) }
        val drafts = listOf(forward, backward).map(::ImpairmentDraft)
        LinkSettings(drafts[0], drafts[1]).settings()
        drafts.map(ImpairmentDraft::finish).forEach { it() }
    }

    /**
     * Partitions both directions: stream data is held until [repair], datagrams are lost, connects wait.
     * See [LinkDirection.partition].
     */
    public fun partition() {
        core.partition()
    }

    /** Repairs both directions: held stream data leaves at once, and waiting connects continue. */
    public fun repair() {
        core.repair()
    }

    /** Holds everything that is in flight or sent later, also datagrams, until [release]. */
    public fun hold() {
        core.hold()
    }

    /** The bytes of streams that the link holds, in both directions. */
    public val heldBytes: Long get() = core.heldBytes()

    /** The datagrams that the link holds, in both directions. */
    public val heldDatagrams: Int get() = core.heldDatagrams()

    /** Releases everything that was held, in the order in which it was sent. It leaves now. */
    public fun release() {
        core.release()
    }

    /** Runs [block] while both directions are [partitioned][partition], and repairs them also if [block] throws. */
    public inline fun <T> partitioned(block: () -> T): T {
        contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
        partition()
        try {
            return block()
        } finally {
            repair()
        }
    }

    /** Runs [block] while the link is [held][hold], and releases it also if [block] throws. */
    public inline fun <T> held(block: () -> T): T {
        contract { callsInPlace(block, InvocationKind.EXACTLY_ONCE) }
        hold()
        try {
            return block()
        } finally {
            release()
        }
    }

    /** Two handles of the same link are equal. */
    override fun equals(other: Any?): Boolean = other is LinkHandle && other.core === core

    override fun hashCode(): Int = core.hashCode()

    override fun toString(): String = core.toString()
}
