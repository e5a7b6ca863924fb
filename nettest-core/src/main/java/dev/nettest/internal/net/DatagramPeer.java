package dev.nettest.internal.net;

import dev.nettest.SystemError;
import dev.nettest.internal.datagram.DatagramSocketQueue;
import java.io.IOException;
import java.net.Inet6Address;
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

    /**
     * The local address since the first connect, if there was a second one, perhaps a failed one. Linux keeps it, even
     * if the new peer has another family, and the JDK then takes it for the bound address. Otherwise null.
     */
    private volatile @Nullable InetSocketAddress firstLocal;

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

    /** The bound address; for a connected wildcard the address that the peer sees, or saw first. */
    InetSocketAddress localAddress() {
        InetSocketAddress first = firstLocal;
        return first == null ? endpoint.binding().localAddress(address()) : first;
    }

    void connect(InetSocketAddress peer, ErrorStyle style) throws IOException {
        io.checkOpen(style, false);
        if (style == ErrorStyle.CHANNEL && address() != null) {
            throw new AlreadyConnectedException();
        }
        if (peer.getPort() == 0) {
            throw new SocketException("Can't connect to port 0");
        }
        InetSocketAddress before = address() == null ? null : localAddress();
        firstLocal = before; // also if this connect fails
        boolean fromIPv4 = before != null && DatagramBinding.isIPv4(before.getAddress());
        InetSocketAddress target = endpoint.binding().connectTarget(peer, fromIPv4);
        if (fromIPv4 && target.getAddress() instanceof Inet6Address) {
            throw io.systemError(SystemError.ADDRESS_FAMILY_NOT_SUPPORTED);
        }
        io.checkReachable(target.getAddress());
        requested = peer;
        set(target);
    }

    void disconnect() {
        InetSocketAddress local = firstLocal;
        if (!endpoint.isClosed() && address() != null) {
            requested = null;
            set(null);
            if (local != null && !local.equals(endpoint.binding().address())) {
                endpoint.network().udpTable().rebind(endpoint, local);
            }
            firstLocal = null;
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
