package dev.nettest.socket;

import dev.nettest.Connection;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Host;
import dev.nettest.Network;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.Objects;
import java.util.function.Consumer;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Sockets of {@code java.net} on a network. They behave like those of the JDK on loopback, down to exception
 * texts. Code that takes a socket factory needs no change.
 *
 * <p>A factory resolves a host name with {@link Network#resolve}, never with a name service. Buffer sizes set as socket
 * options are stored and returned, and have no effect; set the buffers of a connection at the {@link Connection}.
 *
 * <p>The code under test must close a socket that it connected or accepted, and a datagram socket that it bound, if the
 * network {@linkplain dev.nettest.NetworkConfig#checksLeaks() checks leaks}. Any thread may call any method at any
 * time, also of the sockets.
 */
public final class NetworkSockets {

    private NetworkSockets() {}

    /** A factory of sockets that connect in {@code network}, from localhost unless they are bound. */
    public static SocketFactory socketFactory(Network network) {
        return socketFactory(network, connection -> {});
    }

    /**
     * A factory of sockets that connect in {@code network}. Each connect first passes its {@link Connection} to
     * {@code beforeHandshake}, which can set a source address, buffers and faults. It runs in the connecting thread,
     * and must not wait. If it throws, the connect throws the same.
     */
    public static SocketFactory socketFactory(Network network, Consumer<? super Connection> beforeHandshake) {
        return socketFactory(Objects.requireNonNull(network, "network").localhost(), beforeHandshake);
    }

    /** A factory of sockets that connect from {@code host}, and can bind its addresses only. */
    public static SocketFactory socketFactory(Host host) {
        return socketFactory(host, connection -> {});
    }

    /** Like {@link #socketFactory(Network, Consumer)}, for sockets that connect from {@code host}. */
    public static SocketFactory socketFactory(Host host, Consumer<? super Connection> beforeHandshake) {
        return new NetworkSocketFactory(
                Objects.requireNonNull(host, "host"), Objects.requireNonNull(beforeHandshake, "beforeHandshake"));
    }

    /** A factory of server sockets that listen in {@code network}. */
    public static ServerSocketFactory serverSocketFactory(Network network) {
        return serverSocketFactory(Objects.requireNonNull(network, "network").localhost());
    }

    /** A factory of server sockets that listen on {@code host}: by default on all of its addresses, never on others. */
    public static ServerSocketFactory serverSocketFactory(Host host) {
        Objects.requireNonNull(host, "host");
        return new NetworkServerSocketFactory(host.network(), () -> new NetworkServerSocket(host));
    }

    /**
     * A {@code DatagramSocket} on {@code network}, bound to {@code address}. The hosts {@code 0.0.0.0} and {@code ::}
     * mean every address, port 0 a free one. Like {@code new DatagramSocket(address)} it allows broadcasts, and null
     * leaves it unbound.
     *
     * <p>It behaves like the JDK's on loopback. Join groups with {@link DatagramSocket#joinGroup}; a network has a
     * single segment, whatever the interface. There is no {@code MulticastSocket}: each of its constructors opens a
     * real socket.
     *
     * @throws java.net.BindException {@code Address already in use}
     * @throws java.net.SocketException {@code Unresolved address} for a name; resolve it with {@link Network#resolve}
     */
    @SuppressWarnings("exports") // JSpecify is optional
    public static DatagramSocket datagramSocket(Network network, @Nullable SocketAddress address)
            throws SocketException {
        return datagramSocket(Objects.requireNonNull(network, "network").localhost(), address);
    }

    /**
     * Like {@link #datagramSocket(Network, SocketAddress)}, on {@code host}: it binds and sends from its addresses
     * only.
     *
     * @throws java.net.BindException {@code Cannot assign requested address} for an address of another host;
     *     {@code Address already in use}
     * @throws java.net.SocketException {@code Unresolved address}; {@code Network is down} if {@code host} has crashed
     */
    @SuppressWarnings("exports") // JSpecify is optional
    public static DatagramSocket datagramSocket(Host host, @Nullable SocketAddress address) throws SocketException {
        NetworkDatagramSocket socket = new NetworkDatagramSocket(Objects.requireNonNull(host, "host"));
        if (address != null) {
            socket.bind(address);
        }
        return socket;
    }

    /**
     * The endpoint of a datagram socket, for its faults and awaits.
     *
     * @throws IllegalArgumentException if {@code socket} is not a datagram socket of a network
     * @throws IllegalStateException if {@code socket} was never bound
     */
    public static DatagramEndpoint endpoint(DatagramSocket socket) {
        if (!(Objects.requireNonNull(socket, "socket") instanceof NetworkDatagramSocket ours)) {
            throw new IllegalArgumentException("not a socket that NetworkSockets.datagramSocket made: "
                    + socket.getClass().getName());
        }
        return ours.endpoint();
    }

    /**
     * The connection of a socket, for its faults, buffers, addresses and awaits. Also of a TLS socket that a factory or
     * a context of {@link TestTls} made or layered.
     *
     * @throws IllegalArgumentException if {@code socket} is not a socket of a network, or if another context layered
     *     its TLS over one
     * @throws IllegalStateException if {@code socket} was never connected
     */
    public static Connection connection(Socket socket) {
        NetworkSocket ours = TlsSockets.plain(Objects.requireNonNull(socket, "socket"));
        if (ours == null) {
            throw new IllegalArgumentException("not a socket that a factory of NetworkSockets or TestTls made: "
                    + socket.getClass().getName());
        }
        return ours.connection();
    }

    /**
     * The socket of a connection: the socket that connected or accepted it, or else a new one over it. The same
     * connection always has the same socket.
     *
     * @throws IllegalStateException if something other than a socket was attached to the connection
     */
    public static Socket socket(Connection connection) throws IOException {
        Object attached = Objects.requireNonNull(connection, "connection").attachment();
        if (attached == null) {
            attached = connection.attach(NetworkSocket.over(connection));
        }
        if (attached instanceof NetworkSocket socket) {
            return socket;
        }
        throw new IllegalStateException(connection + " already has another attachment: " + attached);
    }

    /**
     * The TLS socket over a connection, made or layered by a factory of {@link TestTls}.
     *
     * @throws IllegalStateException if there is none
     */
    public static SSLSocket tlsSocket(Connection connection) {
        Object attached = Objects.requireNonNull(connection, "connection").attachment();
        SSLSocket secure = attached instanceof NetworkSocket socket ? socket.secure() : null;
        if (secure == null) {
            throw new IllegalStateException("no factory of TestTls made a socket over " + connection);
        }
        return secure;
    }
}
