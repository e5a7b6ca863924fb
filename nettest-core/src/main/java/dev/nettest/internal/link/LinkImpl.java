package dev.nettest.internal.link;

import dev.nettest.Impairment;
import dev.nettest.Link;

/** The implementation of {@link Link}. */
public final class LinkImpl implements Link {

    private final LinkDirectionImpl forward;
    private final LinkDirectionImpl backward;

    LinkImpl(LinkDirectionImpl forward, LinkDirectionImpl backward) {
        this.forward = forward;
        this.backward = backward;
    }

    @Override
    public LinkDirectionImpl forward() {
        return forward;
    }

    @Override
    public LinkDirectionImpl backward() {
        return backward;
    }

    @Override
    public LinkImpl impair(Impairment forward, Impairment backward) {
        this.forward.impair(forward);
        this.backward.impair(backward);
        return this;
    }

    @Override
    public LinkImpl partition() {
        forward.partition();
        backward.partition();
        return this;
    }

    @Override
    public LinkImpl repair() {
        forward.repair();
        backward.repair();
        return this;
    }

    @Override
    public LinkImpl hold() {
        forward.hold();
        backward.hold();
        return this;
    }

    @Override
    public LinkImpl release() {
        forward.release();
        backward.release();
        return this;
    }

    /** The two directions. */
    @Override
    public String toString() {
        return "link " + forward + "; " + backward;
    }

    /** The same link, seen from its other side. */
    LinkImpl reversed() {
        return new LinkImpl(backward, forward);
    }
}
