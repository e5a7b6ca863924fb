package dev.nettest.channel;

import dev.nettest.internal.inet.MulticastMemberships.Membership;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.channels.MembershipKey;
import java.nio.channels.MulticastChannel;
import org.jspecify.annotations.Nullable;

/** The key of a multicast group that a channel has joined. */
final class NetworkMembershipKey extends MembershipKey {

    private final NetworkDatagramChannel channel;
    private final Membership membership;

    NetworkMembershipKey(NetworkDatagramChannel channel, Membership membership) {
        this.channel = channel;
        this.membership = membership;
    }

    @Override
    public boolean isValid() {
        return membership.isValid();
    }

    @Override
    public void drop() {
        channel.memberships().drop(membership);
    }

    @Override
    public MembershipKey block(InetAddress source) {
        if (membership.source() != null) {
            throw new IllegalStateException("key is source-specific");
        }
        synchronized (channel) {
            if (!membership.isBlocked(source)) {
                checkValid();
                ChannelMemberships.checkSource(source, group());
                membership.block(source);
            }
        }
        return this;
    }

    @Override
    public MembershipKey unblock(InetAddress source) {
        synchronized (channel) {
            if (!membership.isBlocked(source)) {
                throw new IllegalStateException("not blocked");
            }
            checkValid();
            membership.unblock(source);
        }
        return this;
    }

    private void checkValid() {
        if (!isValid()) {
            throw new IllegalStateException("key is no longer valid");
        }
    }

    @Override
    public MulticastChannel channel() {
        return channel;
    }

    @Override
    public InetAddress group() {
        return membership.group();
    }

    @Override
    @SuppressWarnings("NullAway") // null after a join of the socket adaptor without an interface
    public NetworkInterface networkInterface() {
        return membership.through();
    }

    @Override
    public @Nullable InetAddress sourceAddress() {
        return membership.source();
    }

    /** Like that of the JDK: group, interface and source. */
    @Override
    public String toString() {
        InetAddress source = membership.source();
        return '<'
                + group().getHostAddress()
                + ','
                + networkInterface().getName()
                + (source == null ? "" : ',' + source.getHostAddress())
                + '>';
    }
}
