package dev.nettest.internal.link;

import dev.nettest.Impairment;
import dev.nettest.Link;
import java.util.Objects;

/** The implementation of {@link Link}. */
public final class LinkImpl implements Link {

    private final LinkTable links;
    private final LinkDirectionImpl forward;
    private final LinkDirectionImpl backward;

    LinkImpl(LinkTable links, LinkDirectionImpl forward, LinkDirectionImpl backward) {
        this.links = links;
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
        Objects.requireNonNull(forward, "forward");
        Objects.requireNonNull(backward, "backward");
        this.forward.impair(forward);
        this.backward.impair(backward);
        return this;
    }

    @Override
    public LinkImpl partition() {
        forward.setPartitioned(true);
        backward.setPartitioned(true);
        links.changed(place(), "partitioned");
        return this;
    }

    @Override
    public LinkImpl repair() {
        if (forward.isPartitioned() || backward.isPartitioned()) {
            forward.setPartitioned(false);
            backward.setPartitioned(false);
            links.changed(place(), "repaired");
        }
        return this;
    }

    @Override
    public LinkImpl hold() {
        setHeld(true);
        links.changed(place(), "held");
        return this;
    }

    @Override
    public LinkImpl release() {
        if (isHeld()) {
            setHeld(false);
            links.changed(place(), "released");
        }
        return this;
    }

    /** Announces nothing: {@link LinkTable#changed} has to follow. */
    void setHeld(boolean held) {
        forward.setHeld(held);
        backward.setHeld(held);
    }

    boolean isHeld() {
        return forward.isHeld() || backward.isHeld();
    }

    private String place() {
        return forward.from() + " <-> " + forward.to();
    }

    /** The two directions. */
    @Override
    public String toString() {
        return "link " + forward + "; " + backward;
    }

    /** The same link, seen from its other side. */
    LinkImpl reversed() {
        return new LinkImpl(links, backward, forward);
    }
}
