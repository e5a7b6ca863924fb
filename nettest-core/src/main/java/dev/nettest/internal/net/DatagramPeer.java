package dev.nettest.internal.net;

import dev.nettest.internal.datagram.DatagramSocketQueue;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.AlreadyConnectedException;
import org.jspecify.annotations.Nullable;

/** The peer of a datagram endpoint: {@code connect} and {@code disconnect}. */
final class DatagramPeer {

    private final DatagramEndpointImpl endpoint;
    private final DatagramSocketQueue queue;
    private final DatagramIo io;

    /** The peer as the caller gave it, perhaps a wildcard; null if not connected. */
    private volatile @Nullable InetSocketAddress requested;

    /** True after a change of peers: the JDK then takes the address that it connected from for its bound address. */
    private volatile boolean narrowed;

    DatagramPeer(DatagramEndpointImpl endpoint, DatagramSocketQueue queue, DatagramIo io) {
        this.endpoint = endpoint;
        this.queue = queue;
        this.io = io;
    }

    /** The address that the peer sends from; null if not connected. */
    @Nullable
    InetSocketAddress address() {
        return (InetSocketAddress) queue.peer();
    }

    /** The peer as the caller gave it. The JDK shows that, and compares the targets of sends with it. */
    @Nullable
    InetSocketAddress requested() {
        return requested;
    }

    void connect(InetSocketAddress peer, ErrorStyle style) throws IOException {
        InetSocketAddress target = endpoint.binding().connectTarget(peer);
        io.checkOpen(style, false);
        if (style == ErrorStyle.CHANNEL && address() != null) {
            throw new AlreadyConnectedException();
        }
        if (target.getPort() == 0) {
            throw new SocketException("Can't connect to port 0");
        }
        if (address() != null) {
            narrowed = true;
        }
        io.checkReachable(target.getAddress());
        requested = peer;
        set(target);
    }

    void disconnect() {
        InetSocketAddress local = endpoint.binding().localAddress(address());
        if (!endpoint.isClosed() && address() != null) {
            requested = null;
            set(null);
            if (narrowed && !local.equals(endpoint.binding().address())) {
                endpoint.network().udpTable().rebind(endpoint, local);
            }
            narrowed = false;
        }
    }

    private void set(@Nullable InetSocketAddress peer) {
        queue.lock();
        try {
            queue.connect(peer);
        } finally {
            queue.leave();
        }
    }
}
