package dev.nettest.dsl

import dev.nettest.Link
import dev.nettest.LinkDirection

/**
 * The link between two sides; see [Link]. No method suspends. A change takes effect at once, also for existing
 * connections. Any coroutine or thread may call any method at any time. If two blocks change the same direction
 * concurrently, the later one may undo the earlier one.
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
    public fun impair(settings: LinkSettings.() -> Unit) {
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

    /** Releases everything that was held, in the order in which it was sent. It leaves now. */
    public fun release() {
        core.release()
    }

    override fun toString(): String = core.toString()
}
