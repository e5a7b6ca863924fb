package dev.nettest.internal.net;

import java.net.InetAddress;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/** The multicast groups that a datagram endpoint is a member of. */
final class MulticastGroups {

    private final Set<InetAddress> groups = new CopyOnWriteArraySet<>();

    /** @throws IllegalArgumentException if {@code group} is not a multicast address */
    void join(InetAddress group) {
        if (!group.isMulticastAddress()) {
            throw new IllegalArgumentException("not a multicast address: " + group.getHostAddress());
        }
        groups.add(group);
    }

    void leave(InetAddress group) {
        groups.remove(group);
    }

    boolean contains(InetAddress group) {
        return groups.contains(group);
    }

    void clear() {
        groups.clear();
    }
}
