package dev.nettest.jvm.internal.channel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The groups that a datagram channel has joined. */
final class RoutedMemberships {

    private final DatagramChannel owner;

    /** Guarded by this object. */
    private final List<RoutedMembershipKey> keys = new ArrayList<>();

    RoutedMemberships(DatagramChannel owner) {
        this.owner = owner;
    }

    /** A second join of a group gives the key of the first one, like in the JDK. */
    synchronized MembershipKey join(
            DatagramChannel channel, InetAddress group, NetworkInterface through, @Nullable InetAddress source)
            throws IOException {
        MembershipKey inner = source == null ? channel.join(group, through) : channel.join(group, through, source);
        keys.removeIf(known -> !known.isValid());
        for (RoutedMembershipKey known : keys) {
            if (known.isOver(inner)) {
                return known;
            }
        }
        RoutedMembershipKey joined = new RoutedMembershipKey(owner, inner);
        keys.add(joined);
        return joined;
    }

    /** Joins the groups again on a channel that was not bound yet. */
    synchronized void moveTo(DatagramChannel next) throws IOException {
        for (RoutedMembershipKey key : keys) {
            if (key.isValid()) {
                key.moveTo(next);
            }
        }
    }
}
