package dev.nettest.internal.net;

import dev.nettest.Host;
import dev.nettest.internal.event.EventKind;
import dev.nettest.internal.link.Backlog;
import dev.nettest.internal.link.LinkDirectionImpl;
import dev.nettest.internal.link.LinkImpl;
import dev.nettest.internal.link.LinkSelector;
import dev.nettest.internal.link.LinkTable;
import dev.nettest.internal.link.LinkTraffic;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds the links of a network by host or by text, and owns the datagrams that they hold. */
final class HostLinks implements LinkTraffic {

    private final NetworkImpl network;
    private final LinkTable table = new LinkTable(this);
    private final HeldDatagrams held = new HeldDatagrams(table);

    HostLinks(NetworkImpl network) {
        this.network = network;
    }

    LinkTable table() {
        return table;
    }

    HeldDatagrams held() {
        return held;
    }

    @Override
    public void onLinkChange(String link, String change) {
        network.events().record(EventKind.LINK, new NamedSubject(link), 0, change);
        for (ConnectionImpl connection : network.connectionTable().clients()) {
            connection.addresses().route().syncWithHosts();
        }
        held.release();
    }

    @Override
    public Backlog backlog(LinkDirectionImpl direction) {
        long bytes = 0;
        for (ConnectionImpl connection : network.connectionTable().clients()) {
            bytes += connection.addresses().route().heldBytes(direction);
        }
        return held.backlog(direction).plus(new Backlog(bytes, 0));
    }

    LinkImpl between(String a, String b) {
        LinkSelector from = parse(a);
        LinkSelector to = parse(b);
        if (from instanceof LinkSelector.SingleHost side
                && from.equals(to)
                && !side.host().isDefault()) {
            throw toItself((HostImpl) side.host());
        }
        return table.between(from, to);
    }

    LinkImpl between(HostImpl a, HostImpl b) {
        checkOurs(a);
        checkOurs(b);
        if (a == b) {
            throw toItself(a);
        }
        return table.between(new LinkSelector.SingleHost(a), new LinkSelector.SingleHost(b));
    }

    LinkImpl everywhere() {
        return table.between(new LinkSelector.Any(), new LinkSelector.Any());
    }

    /** Between a host and all other hosts. */
    LinkImpl outside(HostImpl host) {
        checkOurs(host);
        return table.between(new LinkSelector.SingleHost(host), new LinkSelector.Any());
    }

    /** Partitions every pair of hosts in different groups. */
    void split(Collection<? extends Collection<Host>> requested) {
        List<List<HostImpl>> groups = requested.stream()
                .map(group -> group.stream().map(HostImpl::of).toList())
                .toList();
        if (groups.size() < 2) {
            throw new IllegalArgumentException("a split needs two groups of hosts or more: " + groups);
        }
        Set<HostImpl> seen = new HashSet<>();
        for (Collection<HostImpl> group : groups) {
            for (HostImpl host : group) {
                checkOurs(host);
                if (!seen.add(host)) {
                    throw new IllegalArgumentException(host + " stands in more than one place of a split");
                }
            }
        }
        for (int i = 0; i < groups.size(); i++) {
            for (List<HostImpl> later : groups.subList(i + 1, groups.size())) {
                groups.get(i).forEach(a -> later.forEach(b -> between(a, b).partition()));
            }
        }
    }

    /** The name of a host, an address, or a range such as {@code 10.0.0.0/8}; {@code *} for all traffic. */
    private LinkSelector parse(String text) {
        if (text.equals("*")) {
            return new LinkSelector.Any();
        }
        HostImpl host = network.hostTable().byName(text);
        return host == null ? LinkSelector.range(text) : new LinkSelector.SingleHost(host);
    }

    private void checkOurs(HostImpl host) {
        if (host.network() != network) {
            throw new IllegalArgumentException("a host of another network: " + host);
        }
    }

    private static IllegalArgumentException toItself(HostImpl host) {
        return new IllegalArgumentException("no link from " + host + " to itself");
    }
}
