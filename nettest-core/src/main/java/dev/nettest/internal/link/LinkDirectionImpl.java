package dev.nettest.internal.link;

import dev.nettest.Impairment;
import dev.nettest.LinkDirection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The implementation of {@link LinkDirection}. */
public final class LinkDirectionImpl implements LinkDirection {

    private final LinkTable links;
    private final LinkSelector from;
    private final LinkSelector to;
    private volatile @Nullable Impairment impairment;
    private volatile boolean partitioned;
    private volatile boolean held;
    private final Map<List<HostAddress>, RateLimiter> rateLimiters = new ConcurrentHashMap<>();
    private final AtomicLong lost = new AtomicLong();
    private final AtomicLong partitions = new AtomicLong();

    LinkDirectionImpl(LinkTable links, LinkSelector from, LinkSelector to) {
        this.links = links;
        this.from = from;
        this.to = to;
    }

    @Override
    public LinkDirectionImpl impair(Impairment impairment) {
        this.impairment = Objects.requireNonNull(impairment, "impairment");
        links.changed(place(), impairment.toString());
        return this;
    }

    @Override
    public Impairment impairment() {
        Impairment set = impairment;
        return set == null ? Impairment.NONE : set;
    }

    @Override
    public LinkDirectionImpl partition() {
        setPartitioned(true);
        links.changed(place(), "partitioned");
        return this;
    }

    @Override
    public LinkDirectionImpl repair() {
        if (partitioned) {
            setPartitioned(false);
            links.changed(place(), "repaired");
        }
        return this;
    }

    @Override
    public LinkDirectionImpl hold() {
        setHeld(true);
        links.changed(place(), "held");
        return this;
    }

    @Override
    public LinkDirectionImpl release() {
        if (held) {
            setHeld(false);
            links.changed(place(), "released");
        }
        return this;
    }

    /** Announces nothing: {@link LinkTable#changed} has to follow. */
    void setPartitioned(boolean partitioned) {
        if (partitioned) {
            partitions.incrementAndGet();
        }
        this.partitioned = partitioned;
    }

    /** Announces nothing: {@link LinkTable#changed} has to follow. */
    void setHeld(boolean held) {
        this.held = held;
    }

    @Override
    public boolean isPartitioned() {
        return partitioned;
    }

    @Override
    public boolean isHeld() {
        return held;
    }

    @Override
    public long lost() {
        return lost.get();
    }

    @Override
    public long heldBytes() {
        return links.backlog(this).bytes();
    }

    @Override
    public int heldDatagrams() {
        return links.backlog(this).datagrams();
    }

    /** The two sides, the impairment, the state and the traffic that waits. */
    @Override
    public String toString() {
        Backlog backlog = links.backlog(this);
        return place()
                + " "
                + impairment()
                + (partitioned ? ", partitioned" : "")
                + (held ? ", held" : "")
                + (backlog.equals(Backlog.NONE)
                        ? ""
                        : ", backlog " + backlog.bytes() + "b " + backlog.datagrams() + "p");
    }

    // ---- internal

    /** The two sides: {@code a -> b}. Part of the seed of random generators. */
    public String place() {
        return from + " -> " + to;
    }

    LinkSelector from() {
        return from;
    }

    LinkSelector to() {
        return to;
    }

    boolean matches(HostAddress sender, HostAddress receiver) {
        return from.matches(sender)
                && to.matches(receiver)
                && !from.isLoopback(to, receiver)
                && !to.isLoopback(from, sender);
    }

    int specificity() {
        return from.specificity() + to.specificity();
    }

    /** The impairment that was set here; null if none was, and a less specific link applies. */
    @Nullable
    Impairment ownImpairment() {
        return impairment;
    }

    boolean isUsed() {
        return impairment != null || partitioned || held;
    }

    /** The number of partitions so far. */
    long partitions() {
        return partitions.get();
    }

    void countLost() {
        lost.incrementAndGet();
    }

    /** The rate limiter that all traffic of this direction shares. The link between all hosts has one for each pair. */
    RateLimiter rateLimiter(HostAddress sender, HostAddress receiver) {
        boolean shared = !(from instanceof LinkSelector.Any && to instanceof LinkSelector.Any);
        return rateLimiters.computeIfAbsent(shared ? List.of() : List.of(sender, receiver), key -> new RateLimiter());
    }
}
