package dev.nettest.dsl

import dev.nettest.Link
import dev.nettest.LinkDirection

/**
 * What lies between two sides; see [Link]. Nothing here suspends, and what is set or called holds at once, for connections that exist too. Any
 * coroutine or thread may call any method at any time; of two blocks that change the same direction at once the later one may undo the
 * earlier.
 */
public class LinkHandle internal constructor(
    /** The link itself. None of its methods block. */
    public val core: Link,
) {
    /** From the side that was named first to the second: to cut or hold it alone, and to ask what it does. */
    public val forward: LinkDirection get() = core.forward()

    /** From the side that was named second to the first. */
    public val backward: LinkDirection get() = core.backward()

    /**
     * Changes what the link does to what it carries; what the block does not name stays. A direction of which no block has named anything
     * leaves that to wider links.
     */
    public fun impair(settings: LinkSettings.() -> Unit) {
        val drafts = listOf(forward, backward).map(::ImpairmentDraft)
        LinkSettings(drafts[0], drafts[1]).settings()
        drafts.map(ImpairmentDraft::finish).forEach { it() }
    }

    /** Cuts both directions: streams are withheld until [repair], datagrams are lost, dials wait. See [LinkDirection.partition]. */
    public fun partition() {
        core.partition()
    }

    /** Mends both directions: what streams withheld leaves at once, and dials that wait go on. */
    public fun repair() {
        core.repair()
    }

    /** Holds up everything that is under way or is sent from now on, datagrams too, until [release]. */
    public fun hold() {
        core.hold()
    }

    /** Lets everything go that was held up, in the order in which it was sent; it leaves now. */
    public fun release() {
        core.release()
    }

    override fun toString(): String = core.toString()
}
