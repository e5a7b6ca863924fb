package dev.nettest;

import dev.nettest.internal.link.LinkImpl;
import java.time.Duration;
import java.util.Objects;

/**
 * The link between two sides: hosts, addresses, address ranges, or all addresses. Each of its two directions has an
 * {@link Impairment}, and can be partitioned and held. The methods here act on both directions.
 *
 * <p>If several links match the same traffic, each of them can partition and hold it. The most specific link with an
 * impairment impairs it. An address is more specific than a host, a host than a range, a longer prefix than a shorter.
 * Traffic of a host with itself uses no link.
 *
 * <p>Settings apply to everything sent from then on, including on existing connections. No method waits. Any thread may
 * call any method at any time.
 */
public sealed interface Link permits LinkImpl {

    /** The direction from the first named side to the second. */
    LinkDirection forward();

    /** The direction from the second side to the first. */
    LinkDirection backward();

    /** Sets the impairment of both directions. */
    default Link impair(Impairment eachWay) {
        return impair(Objects.requireNonNull(eachWay, "eachWay"), eachWay);
    }

    /** Sets the impairment of each direction. */
    Link impair(Impairment forward, Impairment backward);

    /** Sets the impairments of a kind of link. Forward is its upstream, backward its downstream. */
    default Link impair(LinkProfile profile) {
        return impair(Objects.requireNonNull(profile, "profile").up(), profile.down());
    }

    /** Sets only a latency in each direction. A round trip takes twice as long. */
    default Link latency(Duration oneWay) {
        return impair(Impairment.latency(oneWay));
    }

    /** Cuts both directions; see {@link LinkDirection#partition}. */
    Link partition();

    /** Ends a partition of both directions; see {@link LinkDirection#repair}. */
    Link repair();

    /** Holds both directions; see {@link LinkDirection#hold}. */
    Link hold();

    /** Releases both directions; see {@link LinkDirection#release}. */
    Link release();

    /** The bytes held in both directions; see {@link LinkDirection#heldBytes}. */
    default long heldBytes() {
        return forward().heldBytes() + backward().heldBytes();
    }

    /** The datagrams held in both directions; see {@link LinkDirection#heldDatagrams}. */
    default int heldDatagrams() {
        return forward().heldDatagrams() + backward().heldDatagrams();
    }
}
