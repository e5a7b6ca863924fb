package dev.nettest;

import dev.nettest.LinkSide.Spot;
import dev.nettest.kernel.Changes;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The links of a network: which way something takes, and who has to be told when that changes. */
final class Links {

    private final Network network;
    private final List<Link> made = new CopyOnWriteArrayList<>();
    private final Changes changes = new Changes();
    private final Deque<Withheld> withheld = new ArrayDeque<>();

    /** Whether what is withheld is being let go: what is sent meanwhile queues up behind it. Changes under the lock of {@link #withheld}. */
    private volatile boolean letting;

    /** A datagram that a link holds up. */
    record Withheld(BooleanSupplier isHeld, Runnable sending) {}

    Links(Network network) {
        this.network = network;
    }

    /** The link between these sides, named from {@code a}; a new one where there is none. */
    synchronized Link between(LinkSide a, LinkSide b) {
        for (Link link : made) {
            LinkDirection forward = link.forward();
            if (forward.from().equals(a) && forward.to().equals(b)) {
                return link;
            }
            if (forward.from().equals(b) && forward.to().equals(a)) {
                return link.reversed();
            }
        }
        Link link = new Link(new LinkDirection(this, a, b), new LinkDirection(this, b, a));
        made.add(link);
        return link;
    }

    Link between(String a, String b) {
        LinkSide from = LinkSide.parse(network, a);
        LinkSide to = LinkSide.parse(network, b);
        if (from instanceof LinkSide.OfHost host
                && from.equals(to)
                && !host.host().isDefault()) {
            throw toItself(host.host());
        }
        return between(from, to);
    }

    Link between(Host a, Host b) {
        checkOurs(a);
        checkOurs(b);
        if (a == b) {
            throw toItself(a);
        }
        return between(new LinkSide.OfHost(a), new LinkSide.OfHost(b));
    }

    Link everywhere() {
        return between(new LinkSide.Everybody(), new LinkSide.Everybody());
    }

    private static IllegalArgumentException toItself(Host host) {
        return new IllegalArgumentException("no link from " + host + " to itself");
    }

    /** Between a host and everybody else. */
    Link outside(Host host) {
        checkOurs(host);
        return between(new LinkSide.OfHost(host), new LinkSide.Everybody());
    }

    private void checkOurs(Host host) {
        if (host.network() != network) {
            throw new IllegalArgumentException("a host of another network: " + host);
        }
    }

    void split(List<? extends Collection<Host>> groups) {
        if (groups.size() < 2) {
            throw new IllegalArgumentException("a split needs two groups of hosts or more: " + groups);
        }
        Set<Host> seen = new HashSet<>();
        for (Collection<Host> group : groups) {
            for (Host host : group) {
                checkOurs(host);
                if (!seen.add(host)) {
                    throw new IllegalArgumentException(host + " stands in more than one place of a split");
                }
            }
        }
        for (int i = 0; i < groups.size(); i++) {
            for (Collection<Host> later : groups.subList(i + 1, groups.size())) {
                groups.get(i).forEach(a -> later.forEach(b -> between(a, b).partition()));
            }
        }
    }

    /** What the directions do that do something, in the order in which their links were made. */
    List<String> describe() {
        return made.stream()
                .flatMap(link -> Stream.of(link.forward(), link.backward()))
                .filter(LinkDirection::isUsed)
                .map(LinkDirection::toString)
                .toList();
    }

    void repairAll() {
        made.forEach(Link::repair);
    }

    // ---- the way of things

    /** Whether there is no link that could do anything. */
    boolean isTrivial() {
        return changes.count() == 0;
    }

    /** How often something has changed. */
    Changes changes() {
        return changes;
    }

    /**
     * What lies between two spots, in this direction.
     *
     * @param outbound whether {@code from} is the side that dialled; where both directions of a link carry this, it is their forward one then
     */
    Way way(Spot from, Spot to, boolean outbound) {
        if (isTrivial() || (from.host() == to.host() && !from.host().isDefault())) {
            return Way.FREE;
        }
        LinkDirection narrowest = null;
        boolean cut = false;
        boolean held = false;
        for (Link link : made) {
            LinkDirection direction = carrier(link, from, to, outbound);
            if (direction != null) {
                boolean acts = direction.ownImpairment() != null;
                if (acts && (narrowest == null || direction.narrowness() > narrowest.narrowness())) {
                    narrowest = direction;
                }
                cut |= direction.isPartitioned();
                held |= direction.isHeld();
            }
        }
        if (narrowest == null && !cut && !held) {
            return Way.FREE;
        }
        return narrowest == null
                ? new Way(null, null, Impairment.NONE, cut, held)
                : new Way(narrowest, narrowest.lane(from, to), narrowest.impairment(), cut, held);
    }

    private static @Nullable LinkDirection carrier(Link link, Spot from, Spot to, boolean outbound) {
        LinkDirection first = outbound ? link.forward() : link.backward();
        LinkDirection second = outbound ? link.backward() : link.forward();
        if (first.carries(from, to)) {
            return first;
        }
        return second.carries(from, to) ? second : null;
    }

    /** Something is another way than before: connections and dials follow. */
    void changed() {
        changes.add();
        for (Connection connection : network.connections().firsts()) {
            connection.life().way().follow();
        }
        synchronized (withheld) {
            if (letting || withheld.isEmpty()) {
                return; // whoever lets them go looks again after each
            }
            letting = true;
        }
        for (Withheld due = next(); due != null; due = next()) {
            due.sending.run();
        }
    }

    /** The first that is held up no longer; null for none, and then nobody lets anything go. */
    private @Nullable Withheld next() {
        synchronized (withheld) {
            for (Iterator<Withheld> each = withheld.iterator(); each.hasNext(); ) {
                Withheld candidate = each.next();
                if (!candidate.isHeld.getAsBoolean()) {
                    each.remove();
                    return candidate;
                }
            }
            letting = false;
            return null;
        }
    }

    /** Whether what is sent now has to queue up behind what is being let go. */
    boolean isLetting() {
        return letting;
    }

    /** Sends it when it is not held up any more; not if something has changed since {@code seen}, and nobody looks. Whether it will. */
    boolean withhold(long seen, Withheld datagram) {
        synchronized (withheld) {
            return (letting || changes.count() == seen) && withheld.add(datagram);
        }
    }
}
