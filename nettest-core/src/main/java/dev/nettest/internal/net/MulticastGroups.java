package dev.nettest.internal.net;

import dev.nettest.internal.sync.Callbacks;
import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The multicast groups that a datagram endpoint is a member of, and the senders that it accepts in each. */
final class MulticastGroups {

    private final Map<InetAddress, Predicate<? super InetAddress>> groups = new ConcurrentHashMap<>();

    /** @throws IllegalArgumentException if {@code group} is not a multicast address */
    void join(InetAddress group, Predicate<? super InetAddress> senders) {
        if (!group.isMulticastAddress()) {
            throw new IllegalArgumentException("not a multicast address: " + group.getHostAddress());
        }
        groups.put(group, senders);
    }

    void leave(InetAddress group) {
        groups.remove(group);
    }

    /** True if it receives what {@code sender} sends to {@code group}. */
    boolean accept(InetAddress group, InetAddress sender) {
        Predicate<? super InetAddress> senders = groups.get(group);
        return senders != null && Callbacks.callNested(() -> senders.test(sender));
    }

    void clear() {
        groups.clear();
    }
}
