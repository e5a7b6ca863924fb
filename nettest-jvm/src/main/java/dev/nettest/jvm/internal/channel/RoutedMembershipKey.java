package dev.nettest.jvm.internal.channel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.channels.MembershipKey;
import java.nio.channels.MulticastChannel;
import org.jspecify.annotations.Nullable;

/** The membership of a routed channel in a multicast group: that of the channel which does the work. */
final class RoutedMembershipKey extends MembershipKey {

    private final MulticastChannel channel;
    private volatile MembershipKey inner;

    RoutedMembershipKey(MulticastChannel channel, MembershipKey inner) {
        this.channel = channel;
        this.inner = inner;
    }

    boolean isOver(MembershipKey key) {
        return inner.equals(key);
    }

    /** Joins the group on {@code next} too, and goes on with that membership. */
    void moveTo(MulticastChannel next) throws IOException {
        InetAddress source = inner.sourceAddress();
        inner = source == null
                ? next.join(inner.group(), inner.networkInterface())
                : next.join(inner.group(), inner.networkInterface(), source);
    }

    @Override
    public boolean isValid() {
        return inner.isValid();
    }

    @Override
    public void drop() {
        inner.drop();
    }

    @Override
    public MembershipKey block(InetAddress source) throws IOException {
        inner.block(source);
        return this;
    }

    @Override
    public MembershipKey unblock(InetAddress source) {
        inner.unblock(source);
        return this;
    }

    @Override
    public MulticastChannel channel() {
        return channel;
    }

    @Override
    public InetAddress group() {
        return inner.group();
    }

    @Override
    public NetworkInterface networkInterface() {
        return inner.networkInterface();
    }

    @Override
    @SuppressWarnings("NullAway") // null for any source, like the JDK
    public @Nullable InetAddress sourceAddress() {
        return inner.sourceAddress();
    }

    @Override
    public String toString() {
        return inner.toString();
    }
}
