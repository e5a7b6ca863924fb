package dev.nettest.channel;

import dev.nettest.DatagramEndpoint;
import dev.nettest.Host;
import dev.nettest.Readiness;
import dev.nettest.ReadyHook;
import dev.nettest.SocketKind;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/**
 * The endpoint of a datagram channel, which the first operation binds, and its peer. The channel's locks exclude sends
 * and receives from a bind, a connect and a disconnect in blocking mode.
 */
final class DatagramConnector {

    private final NetworkDatagramChannel channel;
    private final Host host;
    private final ProtocolFamily family;

    private volatile @Nullable DatagramEndpoint endpoint;

    /** The wildcard that a channel of IPv4 was connected to last; null if that was no wildcard. */
    private volatile @Nullable InetSocketAddress wildcardPeer;

    DatagramConnector(NetworkDatagramChannel channel, Host host, ProtocolFamily family) {
        this.channel = channel;
        this.host = host;
        this.family = family;
    }

    /** Null until it is bound. */
    @Nullable
    DatagramEndpoint endpoint() {
        return endpoint;
    }

    /** The endpoint, after a bind that has begun is complete; null if there is none. */
    @Nullable
    DatagramEndpoint endpointToClose() {
        synchronized (channel) {
            return endpoint;
        }
    }

    void bind(@Nullable SocketAddress local) throws IOException {
        synchronized (channel) {
            channel.checkOpen();
            if (endpoint != null) {
                throw new AlreadyBoundException();
            }
            bindTo(local == null ? ChannelAddresses.wildcard(family) : ChannelAddresses.checked(local, family));
        }
    }

    /** With the channel's monitor: a concurrent close finds the endpoint, or this finds the channel closed. */
    private DatagramEndpoint bindTo(SocketAddress local) throws IOException {
        DatagramEndpoint bound = host.bindDatagram(local, channel.options::applyTo, SocketKind.CHANNEL, family);
        bound.requireClose();
        bound.attach(channel);
        channel.memberships().applyTo(bound);
        endpoint = bound;
        channel.keys().pollLater();
        return bound;
    }

    /** The endpoint of an operation that binds an unbound channel. */
    DatagramEndpoint bound() throws IOException {
        DatagramEndpoint bound = endpoint;
        if (bound == null) {
            synchronized (channel) {
                channel.checkOpen();
                bound = endpoint;
                return bound == null ? bindTo(ChannelAddresses.wildcard(family)) : bound;
            }
        }
        return bound;
    }

    /** The endpoint of an operation that needs a peer. */
    DatagramEndpoint connected() {
        DatagramEndpoint bound = endpoint;
        if (bound == null || bound.remoteAddress() == null) {
            throw new NotYetConnectedException();
        }
        return bound;
    }

    /** @param kind that of a socket can change its peer */
    void connect(InetSocketAddress target, SocketKind kind) throws IOException {
        channel.checkOpen();
        if (kind == SocketKind.CHANNEL && remoteAddress() != null) {
            throw new AlreadyConnectedException();
        }
        if (target.getPort() == 0) {
            throw new SocketException("Can't connect to port 0");
        }
        InetSocketAddress reached = ChannelAddresses.reachedBy(target, family, host);
        bound().connect(reached, kind);
        wildcardPeer = reached.equals(target) ? null : target;
    }

    void disconnect() {
        DatagramEndpoint bound = endpoint;
        if (channel.isOpen() && bound != null) {
            bound.disconnect();
        }
    }

    /** The address that a send of {@code bound} to {@code target} has to name. */
    SocketAddress reached(DatagramEndpoint bound, InetSocketAddress target) {
        SocketAddress peer = bound.remoteAddress();
        return peer != null && target.equals(wildcardPeer) ? peer : target;
    }

    /** Null until it is bound; stays after a close. */
    @Nullable
    InetSocketAddress localAddress() {
        DatagramEndpoint bound = endpoint;
        return bound == null ? null : (InetSocketAddress) ChannelAddresses.shown(bound.localAddress(), family);
    }

    /** Null unless it is connected; stays after a close. */
    @Nullable
    InetSocketAddress remoteAddress() {
        DatagramEndpoint bound = endpoint;
        InetSocketAddress wildcard = wildcardPeer;
        SocketAddress peer = bound == null ? null : bound.remoteAddress();
        return peer == null || wildcard == null ? (InetSocketAddress) peer : wildcard;
    }

    /** Like {@code epoll}: an unbound socket is writable. A pending error makes it readable. */
    int poll(int interestOps, @Nullable ReadyHook hook) {
        if (hook != null && hook.isHungUp()) {
            return PollableChannel.hangUp(interestOps);
        }
        int ready = hook != null && hook.isReady(Readiness.READABLE) ? SelectionKey.OP_READ : 0;
        if (hook == null || hook.isReady(Readiness.WRITABLE)) {
            ready |= SelectionKey.OP_WRITE;
        }
        ready &= interestOps;
        return ready == 0 ? 0 : ready | PollableChannel.EVENT;
    }
}
