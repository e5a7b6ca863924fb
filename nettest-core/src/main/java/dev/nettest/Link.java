package dev.nettest;

import java.time.Duration;

/**
 * What lies between two sides: hosts, addresses, ranges of addresses, or everybody. Each direction has an {@link Impairment}, can be cut and
 * can be held up; what is called here concerns both. Where several links carry the same, each of them can cut it and hold it up, and
 * the narrowest one that has an impairment says how it travels: a single address is narrower than a host, that than a range, and
 * among ranges the longer prefix counts. A host's traffic with itself travels over no link.
 *
 * <p>What is set holds for what is sent from then on, also on connections that exist. No method waits, and any thread may call any
 * method at any time.
 */
public final class Link {

    private final LinkDirection forward;
    private final LinkDirection backward;

    Link(LinkDirection forward, LinkDirection backward) {
        this.forward = forward;
        this.backward = backward;
    }

    /** From the first side that was named to the second. */
    public LinkDirection forward() {
        return forward;
    }

    /** From the second side to the first. */
    public LinkDirection backward() {
        return backward;
    }

    /** What both directions do to what they carry, instead of what they did before. */
    public Link impair(Impairment eachWay) {
        return impair(eachWay, eachWay);
    }

    /** The same, with other words for each direction. */
    public Link impair(Impairment forward, Impairment backward) {
        this.forward.impair(forward);
        this.backward.impair(backward);
        return this;
    }

    /** As this kind of link does, seen from the side of its user: forward is up, backward is down. */
    public Link impair(LinkProfile profile) {
        return impair(profile.up(), profile.down());
    }

    /** Just a latency each way, so that a round trip takes twice as long. */
    public Link latency(Duration oneWay) {
        return impair(Impairment.latency(oneWay));
    }

    /** Cuts both directions; see {@link LinkDirection#partition}. */
    public Link partition() {
        forward.partition();
        backward.partition();
        return this;
    }

    /** Mends both directions; see {@link LinkDirection#repair}. */
    public Link repair() {
        forward.repair();
        backward.repair();
        return this;
    }

    /** Holds both directions up; see {@link LinkDirection#hold}. */
    public Link hold() {
        forward.hold();
        backward.hold();
        return this;
    }

    /** Lets both directions go on; see {@link LinkDirection#release}. */
    public Link release() {
        forward.release();
        backward.release();
        return this;
    }

    /** Its directions. */
    @Override
    public String toString() {
        return "link " + forward + "; " + backward;
    }

    /** The same link, named from its other side. */
    Link reversed() {
        return new Link(backward, forward);
    }
}
