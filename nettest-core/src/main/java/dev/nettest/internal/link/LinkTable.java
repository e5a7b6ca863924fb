package dev.nettest.internal.link;

import dev.nettest.Impairment;
import dev.nettest.internal.sync.EventCount;
import java.net.Inet6Address;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The links of a network. It looks up routes and announces changes. */
public final class LinkTable {

    private final LinkTraffic traffic;
    private final List<LinkImpl> links = new CopyOnWriteArrayList<>();
    private final EventCount changes = new EventCount();

    /** @param traffic is told every change */
    public LinkTable(LinkTraffic traffic) {
        this.traffic = traffic;
    }

    /** The link between two sides, seen from {@code a}; a new one if there is none. */
    public synchronized LinkImpl between(LinkSelector a, LinkSelector b) {
        for (LinkImpl link : links) {
            LinkDirectionImpl forward = link.forward();
            if (forward.from().equals(a) && forward.to().equals(b)) {
                return link;
            }
            if (forward.from().equals(b) && forward.to().equals(a)) {
                return link.reversed();
            }
        }
        LinkImpl link = new LinkImpl(this, new LinkDirectionImpl(this, a, b), new LinkDirectionImpl(this, b, a));
        links.add(link);
        return link;
    }

    /** The text of every direction that is impaired, partitioned or held, in the order of creation. */
    public List<String> describe() {
        return links.stream()
                .flatMap(link -> Stream.of(link.forward(), link.backward()))
                .filter(LinkDirectionImpl::isUsed)
                .map(LinkDirectionImpl::toString)
                .toList();
    }

    public void repairAll() {
        links.forEach(LinkImpl::repair);
    }

    public void releaseAll() {
        if (links.stream().anyMatch(LinkImpl::isHeld)) {
            links.forEach(link -> link.setHeld(false));
            changed("all links", "released");
        }
    }

    Backlog backlog(LinkDirectionImpl direction) {
        return direction.isHeld() || direction.isPartitioned() ? traffic.backlog(direction) : Backlog.NONE;
    }

    // ---- routes

    /** True if no link was ever changed. */
    public boolean isTrivial() {
        return changes.count() == 0;
    }

    /** Advances after every change of a link. */
    public EventCount changes() {
        return changes;
    }

    /**
     * The route from one endpoint to another.
     *
     * @param outbound true if {@code from} is the connecting side; a link whose two directions match then uses its
     *     forward one
     */
    public Route route(HostAddress from, HostAddress to, boolean outbound) {
        if (isTrivial() || isInternal(from, to)) {
            return Route.FREE;
        }
        LinkDirectionImpl mostSpecific = null;
        LinkState state = LinkState.OPEN;
        for (LinkImpl link : links) {
            LinkDirectionImpl direction = matching(link, from, to, outbound);
            if (direction != null) {
                boolean impaired = direction.ownImpairment() != null;
                if (impaired && (mostSpecific == null || direction.specificity() > mostSpecific.specificity())) {
                    mostSpecific = direction;
                }
                state = state.with(direction);
            }
        }
        boolean ipv6 = to.address() instanceof Inet6Address;
        return mostSpecific == null
                ? new Route(null, null, Impairment.NONE, state, ipv6)
                : new Route(mostSpecific, mostSpecific.rateLimiter(from, to), mostSpecific.impairment(), state, ipv6);
    }

    /** True if {@code direction} is one of those that stop traffic on this route; otherwise like {@link #route}. */
    public boolean carries(LinkDirectionImpl direction, HostAddress from, HostAddress to, boolean outbound) {
        if (isInternal(from, to)) {
            return false;
        }
        for (LinkImpl link : links) {
            if (matching(link, from, to, outbound) == direction) {
                return true;
            }
        }
        return false;
    }

    /** True for traffic of a named host with itself. */
    private static boolean isInternal(HostAddress from, HostAddress to) {
        return from.host() == to.host() && !from.host().isDefault();
    }

    private static @Nullable LinkDirectionImpl matching(
            LinkImpl link, HostAddress from, HostAddress to, boolean outbound) {
        LinkDirectionImpl first = outbound ? link.forward() : link.backward();
        LinkDirectionImpl second = outbound ? link.backward() : link.forward();
        if (first.matches(from, to)) {
            return first;
        }
        return second.matches(from, to) ? second : null;
    }

    /**
     * A link has changed: connections and connects look up their routes again.
     *
     * @param link its sides
     * @param change what changed, for a reader
     */
    void changed(String link, String change) {
        changes.advance();
        traffic.onLinkChange(link, change);
    }
}
