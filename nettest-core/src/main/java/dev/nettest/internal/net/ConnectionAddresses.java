package dev.nettest.internal.net;

import dev.nettest.internal.stream.StreamEndpoint;
import dev.nettest.internal.util.Addresses;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnsupportedAddressTypeException;
import org.jspecify.annotations.Nullable;

/** The addresses of one end of a connection, its host and listener, and the route to its peer. */
final class ConnectionAddresses {

    private final ConnectionImpl connection;
    private final StreamEndpoint endpoint;
    private volatile @Nullable SocketAddress local;

    /** The server's address with the host name that this end dialled; null for an accepting end. */
    private volatile @Nullable SocketAddress dialled;

    /** The host of this end, whatever its address; null for an accepting end that no listener has got yet. */
    private volatile @Nullable HostImpl host;

    /** The listener that an accepting end arrived at; null for a connecting end and for a pair. */
    private volatile @Nullable ListenerImpl listener;

    /** Kept at the connecting end only. Guarded by this object. */
    private @Nullable ConnectionRoute route;

    ConnectionAddresses(ConnectionImpl connection, StreamEndpoint endpoint) {
        this.connection = connection;
        this.endpoint = endpoint;
    }

    SocketAddress local() {
        SocketAddress address = local;
        return address == null ? Addresses.UNBOUND : address;
    }

    void local(SocketAddress address) {
        local = address;
    }

    SocketAddress remote() {
        SocketAddress remote = connection.peer().localAddress();
        SocketAddress named = dialled;
        return named != null && named.equals(remote) ? named : remote;
    }

    /** Keeps the server's address as it was dialled, with its host name if it has one. */
    void dialled(InetSocketAddress server) {
        dialled = server;
    }

    @Nullable
    HostImpl host() {
        return host;
    }

    void host(HostImpl owner) {
        host = owner;
    }

    @Nullable
    ListenerImpl listener() {
        return listener;
    }

    // ---- faked addresses

    void fakeLocal(SocketAddress address) {
        if (endpoint.isLocal()) {
            fakePath(address);
            return;
        }
        InetSocketAddress resolved;
        try {
            resolved = network().hostTable().resolved(address);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("unknown host: " + e.getMessage(), e);
        }
        if (endpoint.isConnecting() || local == null) {
            local = resolved; // the connect attempt claims both addresses
        } else if (!network().connectionTable().move(connection, resolved)) {
            throw new IllegalArgumentException("address in use by another connection to " + Addresses.text(remote())
                    + ": " + Addresses.text(resolved));
        } else if (!network().links().table().isTrivial()) {
            route().syncWithHosts(); // other links may apply to the new address
        }
    }

    private void fakePath(SocketAddress address) {
        if (!(address instanceof UnixDomainSocketAddress path)) {
            throw new UnsupportedAddressTypeException();
        }
        try {
            Addresses.checkedLength(path);
        } catch (IOException e) {
            throw new IllegalArgumentException(e.getMessage() + ": " + path, e);
        }
        SocketAddress before = local();
        local = path; // the connect attempt binds it
        if (!endpoint.isConnecting()
                && !path.equals(before)
                && !network().connectionTable().bindPath(connection)) {
            local = before;
            throw new IllegalArgumentException("address in use: " + Addresses.text(path));
        }
    }

    // ---- arrival at a listener

    /** Takes over the listener's host and settings when this end gets to its accept queue. */
    void arriveAt(ListenerImpl target, int receiveBufferSize) {
        if (listener == target) {
            return;
        }
        listener = target;
        HostImpl owner = target.host();
        host = owner;
        if (owner.isUnreachable()
                || ConnectionRoute.isUnreachable(connection.peer().host())
                || !network().links().table().isTrivial()) {
            route().syncWithHosts();
        }
        connection.settings().receiveBufferSize(receiveBufferSize);
        if (endpoint.isLocal()) {
            local = target.localAddress(); // as it was bound, which may differ from what was dialled
        }
        ConnectionFaultScope.installExistingFaults(connection);
    }

    // ---- the route to the peer

    /** The route between both ends, which share it. It is created on first use. */
    ConnectionRoute route() {
        ConnectionImpl connecting = connection.isDialling() ? connection : connection.peer();
        return connecting.addresses().ownRoute();
    }

    private synchronized ConnectionRoute ownRoute() {
        if (route == null) {
            route = new ConnectionRoute(connection, connection.peer());
        }
        return route;
    }

    private NetworkImpl network() {
        return connection.network();
    }

    @Override
    public String toString() {
        return Addresses.text(local()) + " -> " + Addresses.text(remote());
    }
}
