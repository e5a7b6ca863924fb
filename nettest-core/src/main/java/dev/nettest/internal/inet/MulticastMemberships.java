package dev.nettest.internal.inet;

import dev.nettest.DatagramEndpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The multicast groups of one datagram socket or channel. Memberships before the bind apply from the bind on. A network
 * has no interfaces: they only distinguish the memberships of one group. The monitor of the socket guards its changes.
 */
public final class MulticastMemberships {

    /** A group joined on one interface. */
    public static final class Membership {

        private final InetAddress group;
        private final @Nullable NetworkInterface through;
        private final @Nullable InetAddress source;
        private final Set<InetAddress> blocked = ConcurrentHashMap.newKeySet();
        private volatile boolean valid = true;

        Membership(InetAddress group, @Nullable NetworkInterface through, @Nullable InetAddress source) {
            this.group = group;
            this.through = through;
            this.source = source;
        }

        public InetAddress group() {
            return group;
        }

        /** Null for the default interface. */
        public @Nullable NetworkInterface through() {
            return through;
        }

        /** The only sender whose datagrams are received; null for all but the blocked ones. */
        public @Nullable InetAddress source() {
            return source;
        }

        public boolean isBlocked(@Nullable InetAddress sender) {
            return sender != null && blocked.contains(sender);
        }

        /** Ignores the datagrams that {@code sender} sends from now on. */
        public void block(InetAddress sender) {
            blocked.add(sender);
        }

        public void unblock(InetAddress sender) {
            blocked.remove(sender);
        }

        /** False after the group was left or the socket was closed. */
        public boolean isValid() {
            return valid;
        }

        private boolean isOf(InetAddress joined, @Nullable NetworkInterface on) {
            return group.equals(joined) && Objects.equals(through, on);
        }

        private boolean accepts(InetAddress sender) {
            return source == null ? !blocked.contains(sender) : source.equals(sender);
        }
    }

    /** The threads of senders read it without the monitor. */
    private final List<Membership> memberships = new CopyOnWriteArrayList<>();

    /** The group of {@code address}, which a join or leave of a {@code DatagramSocket} was called with. */
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

    /**
     * The membership of a group, null if there is none.
     *
     * @param source null for all senders
     * @throws IllegalStateException if the group was joined for one sender, and this is for all, or vice versa
     */
    public @Nullable Membership find(
            InetAddress group, @Nullable NetworkInterface through, @Nullable InetAddress source) {
        for (Membership membership : memberships) {
            if (membership.isOf(group, through)) {
                if (source == null && membership.source != null) {
                    // the JDK has these two texts the wrong way round
                    throw new IllegalStateException("Already a member to receive all packets");
                }
                if (source != null && membership.source == null) {
                    throw new IllegalStateException("Already have source-specific membership");
                }
                if (Objects.equals(source, membership.source)) {
                    return membership;
                }
            }
        }
        return null;
    }

    /**
     * Joins a group.
     *
     * @param source null for all senders
     * @param endpoint null before the bind
     */
    public Membership add(
            InetAddress group,
            @Nullable NetworkInterface through,
            @Nullable InetAddress source,
            @Nullable DatagramEndpoint endpoint)
            throws IOException {
        Membership membership = new Membership(group, through, source);
        memberships.add(membership);
        apply(group, endpoint);
        return membership;
    }

    /** @param endpoint null before the bind */
    public void remove(Membership membership, @Nullable DatagramEndpoint endpoint) {
        membership.valid = false;
        memberships.remove(membership);
        if (endpoint != null && memberships.stream().noneMatch(other -> other.group.equals(membership.group))) {
            endpoint.leave(membership.group);
        }
    }

    /** Joins all groups, after the bind. */
    public void applyAll(DatagramEndpoint endpoint) throws IOException {
        for (Membership membership : memberships) {
            apply(membership.group, endpoint);
        }
    }

    /** The socket is closed. */
    public void invalidateAll() {
        memberships.forEach(membership -> membership.valid = false);
    }

    private void apply(InetAddress group, @Nullable DatagramEndpoint endpoint) throws IOException {
        if (endpoint != null) {
            endpoint.join(group, sender -> accepts(group, sender));
        }
    }

    private boolean accepts(InetAddress group, InetAddress sender) {
        return memberships.stream()
                .anyMatch(membership -> membership.group.equals(group) && membership.accepts(sender));
    }
}
