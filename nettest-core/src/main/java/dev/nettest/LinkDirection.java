package dev.nettest;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a {@link Link}. What is set here holds for what is sent from then on, also on connections that exist; none of these
 * methods waits, and any thread may call any of them at any time.
 */
public final class LinkDirection {

    private final Links links;
    private final LinkSide from;
    private final LinkSide to;
    private volatile @Nullable Impairment impairment;
    private volatile boolean partitioned;
    private volatile boolean held;
    private final Map<List<LinkSide.Spot>, Lane> lanes = new ConcurrentHashMap<>();
    private final AtomicLong lost = new AtomicLong();

    LinkDirection(Links links, LinkSide from, LinkSide to) {
        this.links = links;
        this.from = from;
        this.to = to;
    }

    /** What this direction does to what it carries, instead of what it did before. */
    public LinkDirection impair(Impairment impairment) {
        this.impairment = Objects.requireNonNull(impairment, "impairment");
        links.changed();
        return this;
    }

    /** What it does; {@link Impairment#NONE} where nothing was set here, though a wider link may act then. */
    public Impairment impairment() {
        Impairment set = impairment;
        return set == null ? Impairment.NONE : set;
    }

    /**
     * Cuts this direction. Datagrams are lost. Streams are withheld: their senders try again until {@link #repair}, or until the connection
     * times out as on Linux, 924.6 s after what nobody acknowledges was sent. Dials wait and time out.
     */
    public LinkDirection partition() {
        partitioned = true;
        links.changed();
        return this;
    }

    /** Mends it: what streams withheld leaves at once, and dials that wait go on. */
    public LinkDirection repair() {
        partitioned = false;
        links.changed();
        return this;
    }

    /**
     * Holds up what is sent from now on, datagrams too, and what of a stream is on its way, until {@link #release}. For interleavings that a
     * test wants exactly so. A datagram that is on its way arrives; a stream that has something to send times out as across a
     * {@linkplain #partition partition}.
     */
    public LinkDirection hold() {
        held = true;
        links.changed();
        return this;
    }

    /** Lets everything go that was held up, in the order in which it was sent; it leaves now. */
    public LinkDirection release() {
        held = false;
        links.changed();
        return this;
    }

    /** Whether it is cut. */
    public boolean isPartitioned() {
        return partitioned;
    }

    /** Whether it holds things up. */
    public boolean isHeld() {
        return held;
    }

    /** How many datagrams, and segments of streams, its dice have lost so far; each try counts. */
    public long lost() {
        return lost.get();
    }

    /** The sides, and what it does. */
    @Override
    public String toString() {
        return place() + " " + impairment() + (partitioned ? ", partitioned" : "") + (held ? ", held" : "");
    }

    // ---- for the rest of the package

    String place() {
        return from + " -> " + to;
    }

    LinkSide from() {
        return from;
    }

    LinkSide to() {
        return to;
    }

    boolean carries(LinkSide.Spot sender, LinkSide.Spot receiver) {
        return from.matches(sender)
                && to.matches(receiver)
                && !from.isInside(to, receiver)
                && !to.isInside(from, sender);
    }

    int narrowness() {
        return from.narrowness() + to.narrowness();
    }

    /** What was set here; null where nothing was, and the next wider link says. */
    @Nullable
    Impairment ownImpairment() {
        return impairment;
    }

    boolean isUsed() {
        return impairment != null || partitioned || held;
    }

    void countLost() {
        lost.incrementAndGet();
    }

    /** Where what goes from one spot to another queues: one lane for all, but one for each pair where this is the link of everybody. */
    Lane lane(LinkSide.Spot sender, LinkSide.Spot receiver) {
        boolean shared = !(from instanceof LinkSide.Everybody && to instanceof LinkSide.Everybody);
        return lanes.computeIfAbsent(shared ? List.of() : List.of(sender, receiver), key -> new Lane());
    }
}
