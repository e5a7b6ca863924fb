package dev.nettest.socket;

import dev.nettest.DatagramEndpoint;
import dev.nettest.internal.inet.IpStack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The multicast groups of one datagram socket, by interface. The socket's monitor guards it. */
final class DatagramGroups {

    /** A group joined on an interface; null for the default interface. */
    private record Membership(InetAddress group, @Nullable NetworkInterface through) {}

    private final Set<Membership> memberships = new HashSet<>();

    /** The group of {@code address}, which a join or leave was called with. */
    static InetAddress checked(SocketAddress address) throws SocketException {
        if (!(address instanceof InetSocketAddress inet)) {
            throw new IllegalArgumentException("Unsupported address type");
        }
        InetAddress group = inet.getAddress();
        if (group == null) {
            throw new IllegalArgumentException("Unresolved address");
        }
        if (!group.isMulticastAddress()) {
            throw new SocketException("Not a multicast address");
        }
        return group;
    }

    /** @param endpoint null before the bind */
    void join(InetAddress group, @Nullable NetworkInterface through, @Nullable DatagramEndpoint endpoint)
            throws IOException {
        IpStack.checkGroup(group);
        if (!memberships.add(new Membership(group, through))) {
            throw new SocketException("Already a member of group");
        }
        if (endpoint != null) {
            endpoint.join(group);
        }
    }

    /** @param endpoint null before the bind */
    void leave(InetAddress group, @Nullable NetworkInterface through, @Nullable DatagramEndpoint endpoint)
            throws SocketException {
        if (!memberships.remove(new Membership(group, through))) {
            throw new SocketException("Not a member of group");
        }
        boolean stillMember =
                memberships.stream().anyMatch(other -> other.group().equals(group));
        if (endpoint != null && !stillMember) {
            endpoint.leave(group);
        }
    }

    /** Joins all groups, after the bind. */
    void joinAll(DatagramEndpoint endpoint) throws IOException {
        for (Membership membership : memberships) {
            endpoint.join(membership.group());
        }
    }
}
