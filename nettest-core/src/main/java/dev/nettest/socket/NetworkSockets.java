package dev.nettest.socket;

import dev.nettest.Connection;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Host;
import dev.nettest.Network;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.function.Consumer;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sockets of {@code java.net} on a network. They do what those of the JDK do on loopback, to the text of an exception; code that is
 * handed such a factory never knows.
 *
 * <p>Names are the network's: a factory resolves a host with {@link Network#resolve}, never with a name service. Buffer sizes that are
 * set as socket options are kept and told, and change nothing; the room of a connection is set at the {@link Connection}.
 *
 * <p>A socket that was connected or accepted, or a datagram socket that was bound, belongs to the code under test: where a network
 * {@linkplain dev.nettest.NetworkConfig#checksLeaks() checks leaks}, it has to be closed. All methods may be called by any thread at any
 * time, and so may those of the sockets.
 */
public final class NetworkSockets {

    private NetworkSockets() {}

    /** A factory of sockets that dial in {@code network}, from localhost unless they are bound. */
    public static SocketFactory socketFactory(Network network) {
        return socketFactory(network, connection -> {});
    }

    /**
     * A factory of sockets that dial in {@code network}. Each gives its {@link Connection} to {@code beforeHandshake} when it begins to
     * connect, to set a source address, buffers and faults. It runs in the thread that connects, and must not wait. If it throws,
     * so does the connect.
     */
    public static SocketFactory socketFactory(Network network, Consumer<? super Connection> beforeHandshake) {
        return socketFactory(Objects.requireNonNull(network, "network").localhost(), beforeHandshake);
    }

    /** A factory of sockets that dial from {@code host}, and are bound to its addresses only. */
    public static SocketFactory socketFactory(Host host) {
        return socketFactory(host, connection -> {});
    }

    /** As {@link #socketFactory(Network, Consumer)}, of sockets that dial from {@code host}. */
    public static SocketFactory socketFactory(Host host, Consumer<? super Connection> beforeHandshake) {
        return new NetworkSocketFactory(
                Objects.requireNonNull(host, "host"), Objects.requireNonNull(beforeHandshake, "beforeHandshake"));
    }

    /** A factory of server sockets that listen in {@code network}. */
    public static ServerSocketFactory serverSocketFactory(Network network) {
        return serverSocketFactory(Objects.requireNonNull(network, "network").localhost());
    }

    /** A factory of server sockets that listen on {@code host}: on its addresses only, without one on all of them. */
    public static ServerSocketFactory serverSocketFactory(Host host) {
        Objects.requireNonNull(host, "host");
        return new NetworkServerSocketFactory(host.network(), () -> new NetworkServerSocket(host));
    }

    /**
     * A {@code DatagramSocket} on {@code network}, bound to {@code address}: a host of {@code 0.0.0.0} or {@code ::} stands for every address,
     * port 0 for a free one. As {@code new DatagramSocket(address)} it allows broadcasts, and null leaves it unbound.
     *
     * <p>It does what the JDK's does on loopback. Groups are joined with {@link DatagramSocket#joinGroup}, on the one wire that a network
     * has, whatever the interface. A {@code MulticastSocket} cannot be made: each of its constructors opens a real one.
     *
     * @throws java.net.BindException {@code Address already in use}
     * @throws java.net.SocketException {@code Unresolved address}, for a name; resolve it with {@link Network#resolve}
     */
    @SuppressWarnings("exports") // JSpecify is optional
    public static DatagramSocket datagramSocket(Network network, @Nullable SocketAddress address) throws IOException {
        return datagramSocket(Objects.requireNonNull(network, "network").localhost(), address);
    }

    /**
     * As {@link #datagramSocket(Network, SocketAddress)}, on {@code host}: bound to its addresses only, and sending from them.
     *
     * @throws java.net.BindException {@code Cannot assign requested address}, of another; {@code Address already in use}
     * @throws java.net.SocketException {@code Unresolved address}; {@code Network is down} if {@code host} has crashed
     */
    @SuppressWarnings("exports") // JSpecify is optional
    public static DatagramSocket datagramSocket(Host host, @Nullable SocketAddress address) throws IOException {
        NetworkDatagramSocket socket = new NetworkDatagramSocket(Objects.requireNonNull(host, "host"));
        if (address != null) {
            socket.bind(address);
        }
        return socket;
    }

    /**
     * What a datagram socket of a network is made of: its faults and awaits.
     *
     * @throws IllegalArgumentException if it is no datagram socket of a network
     * @throws IllegalStateException if it was never bound
     */
    public static DatagramEndpoint endpoint(DatagramSocket socket) {
        if (!(Objects.requireNonNull(socket, "socket") instanceof NetworkDatagramSocket ours)) {
            throw new IllegalArgumentException("not a socket that NetworkSockets.datagramSocket made: "
                    + socket.getClass().getName());
        }
        return ours.endpoint();
    }

    /**
     * What a socket of a network is made of: its faults, buffers, addresses and awaits.
     *
     * @throws IllegalArgumentException if it is no socket of a network, or is one that is layered over it, as a TLS socket is
     * @throws IllegalStateException if it was never connected
     */
    public static Connection connection(Socket socket) {
        if (!(Objects.requireNonNull(socket, "socket") instanceof NetworkSocket ours)) {
            throw new IllegalArgumentException("not a socket that a factory of NetworkSockets made: "
                    + socket.getClass().getName());
        }
        return ours.connection();
    }

    /**
     * A connection as a socket: the one that it was made by, or else, for a connection of the core, a new one over it. Always the same for
     * the same connection.
     *
     * @throws IllegalStateException if something other than a socket was attached to the connection
     */
    public static Socket socket(Connection connection) throws IOException {
        Object attached = connection.attachment();
        if (attached == null) {
            attached = connection.attach(NetworkSocket.over(connection));
        }
        if (attached instanceof NetworkSocket socket) {
            return socket;
        }
        throw new IllegalStateException(connection + " is shown as another thing already: " + attached);
    }
}
