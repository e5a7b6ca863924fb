package dev.nettest.channel;

import dev.nettest.DatagramEndpoint;
import dev.nettest.internal.inet.MulticastMemberships;
import dev.nettest.internal.inet.MulticastMemberships.Membership;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.nio.channels.MembershipKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The multicast groups of one channel, and their keys. The monitor of the channel guards it. */
final class ChannelMemberships {

    private final NetworkDatagramChannel channel;
    private final ProtocolFamily family;
    private final MulticastMemberships memberships = new MulticastMemberships();
    private final Map<Membership, MembershipKey> keys = new HashMap<>();

    ChannelMemberships(NetworkDatagramChannel channel, ProtocolFamily family) {
        this.channel = channel;
        this.family = family;
    }

    /** Joins a group, or returns the key of the present membership. */
    MembershipKey join(InetAddress group, NetworkInterface through, @Nullable InetAddress source) throws IOException {
        if (!group.isMulticastAddress()) {
            throw new IllegalArgumentException("Group not a multicast address");
        }
        checkFamily(group);
        if (source != null) {
            checkSource(source, group);
        }
        Objects.requireNonNull(through);
        synchronized (channel) {
            channel.checkOpen();
            Membership present = memberships.find(group, through, source);
            Membership membership =
                    present == null ? memberships.add(group, through, source, channel.endpoint()) : present;
            return keys.computeIfAbsent(membership, joined -> new NetworkMembershipKey(channel, joined));
        }
    }

    /** Joins for the socket adaptor; false if the group was joined already. */
    boolean joinOnce(InetAddress group, @Nullable NetworkInterface through) throws IOException {
        checkFamily(group);
        synchronized (channel) {
            if (memberships.find(group, through, null) != null) {
                return false;
            }
            channel.checkOpen();
            memberships.add(group, through, null, channel.endpoint());
            return true;
        }
    }

    /** Leaves for the socket adaptor; false if the group was not joined. */
    boolean leave(InetAddress group, @Nullable NetworkInterface through) throws IOException {
        synchronized (channel) {
            Membership membership = memberships.find(group, through, null);
            if (membership == null) {
                return false;
            }
            drop(membership);
            return true;
        }
    }

    void drop(Membership membership) {
        synchronized (channel) {
            if (membership.isValid()) {
                memberships.remove(membership, channel.endpoint());
                keys.remove(membership);
            }
        }
    }

    /** Joins all groups, after the bind. */
    void applyTo(DatagramEndpoint endpoint) throws IOException {
        memberships.applyAll(endpoint);
    }

    void invalidateAll() {
        synchronized (channel) {
            memberships.invalidateAll();
        }
    }

    private void checkFamily(InetAddress group) {
        if (group instanceof Inet6Address && family != StandardProtocolFamily.INET6) {
            throw new IllegalArgumentException("Only IPv6 sockets can join IPv6 multicast group");
        }
    }

    /** For a sender of datagrams to {@code group}. */
    static void checkSource(InetAddress source, InetAddress group) {
        if (source.isAnyLocalAddress()) {
            throw new IllegalArgumentException("Source address is a wildcard address");
        }
        if (source.isMulticastAddress()) {
            throw new IllegalArgumentException("Source address is multicast address");
        }
        if (source.getClass() != group.getClass()) {
            throw new IllegalArgumentException("Source address is different type to group");
        }
    }
}
