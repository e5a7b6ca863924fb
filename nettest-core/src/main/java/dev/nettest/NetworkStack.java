package dev.nettest;

import dev.nettest.internal.util.Addresses;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * The socket calls of a {@link Host}: listen, connect, bind a datagram endpoint. A {@link Network} has the same calls
 * for its {@linkplain Network#localhost() default host}.
 *
 * <p>An address is text such as {@code "127.0.0.1:8080"}, {@code "[::1]:8080"}, {@code "db:5432"} or {@code "*:8080"},
 * or an {@link InetSocketAddress}. Listeners and connections, but not datagrams, also take Unix domain sockets:
 * {@code "unix:/run/app.sock"} or a {@link UnixDomainSocketAddress}. A Unix path belongs to one host, and no file is
 * made. Without a host, {@code ":8080"} means {@code "*:8080"}: every address to listen on, and localhost to connect
 * to. A URL is rejected with the address to use.
 *
 * <p>Any thread may call any method at any time. Only {@code connect} and {@code awaitListening} wait.
 */
public sealed interface NetworkStack permits Network, Host {

    // ---- addresses

    /**
     * The text of {@code address}, in the form that snapshots and messages use: {@code 127.0.0.1:80},
     * {@code [fd00::5]:80}, {@code *:80} or {@code unix:/run/app.sock}. Asks no name service.
     */
    static String addressText(SocketAddress address) {
        return Addresses.text(Objects.requireNonNull(address, "address"));
    }

    // ---- listening

    /** Listens on the first address of the host and a free port. */
    Listener listen() throws IOException;

    /**
     * Listens on {@code address}. Port 0 takes a free port. The host {@code *} takes every address of this host; for
     * the default host, every address that no {@linkplain Network#host named host} owns. An address that no named host
     * owns belongs to the default host.
     *
     * @throws IllegalArgumentException if the text is not an address
     * @throws UnknownHostException if the network does not know the name
     * @throws BindException {@code Cannot assign requested address} if another host owns the address;
     *     {@code Address already in use} if it is taken, for a Unix path also after its listener was closed
     * @throws SocketException {@code Network is down} if the host has crashed or the network is closed;
     *     {@code Unix domain path too long} beyond the 106 bytes that the JDK accepts
     */
    default Listener listen(String address) throws IOException {
        return listen(Addresses.parse(address));
    }

    /** Like {@link #listen(String)}. */
    Listener listen(SocketAddress address) throws IOException;

    /**
     * Claims {@code address} without listening on it; for code that binds first and decides later. Port 0 takes a free
     * port.
     *
     * @throws IllegalArgumentException if the text is not an address
     * @throws UnknownHostException if the network does not know the name
     * @throws BindException like {@link #listen(String)}
     * @throws SocketException {@code Network is down} if the host has crashed or the network is closed
     */
    default Binding bind(String address) throws IOException {
        return bind(Addresses.parse(address));
    }

    /** Like {@link #bind(String)}. */
    default Binding bind(SocketAddress address) throws IOException {
        return bind(address, false);
    }

    /**
     * Like {@link #bind(String)}, with the socket option {@code SO_REUSEADDR}. It matters only in a network with
     * {@link NetworkConfig.Builder#timeWait}.
     */
    default Binding bind(String address, boolean reuseAddress) throws IOException {
        return bind(Addresses.parse(address), reuseAddress);
    }

    /** Like {@link #bind(String, boolean)}. */
    Binding bind(SocketAddress address, boolean reuseAddress) throws IOException;

    /**
     * Removes a Unix path of this host, bound or not, like {@code Files.deleteIfExists} removes the file. A listener
     * that is bound there keeps its connections, but no new connect finds it. A path stays when its listener closes,
     * and must be removed before it can be bound again.
     *
     * @param address a path such as {@code "unix:/run/app.sock"}
     * @return true if there was a path
     * @throws IllegalArgumentException if the text is not an address
     * @throws UnsupportedAddressTypeException if the address is not a Unix path
     */
    default boolean unlink(String address) {
        return unlink(Addresses.parse(address));
    }

    /** Like {@link #unlink(String)}. */
    boolean unlink(SocketAddress address);

    // ---- connecting

    /**
     * Connects from this host. Returns after the handshake, when the connection waits in the listener's accept queue;
     * it need not be accepted yet. Waits while the accept queue is full, up to the
     * {@linkplain Connection#connectTimeout connect timeout}.
     *
     * <p>The source address is the connected address if that belongs to this host, and otherwise the host's first
     * address of the same family. A hook can {@linkplain Connection#localAddress(String) fake} it.
     *
     * @throws IllegalArgumentException if the text is not an address
     * @throws UnknownHostException if the network does not know the name
     * @throws java.net.ConnectException {@code Connection refused} if there is no listener
     * @throws SocketException {@code Network is unreachable} if this host has no address of the family.
     *     {@code Network is down} if it has crashed or the network is closed. {@code No such file or directory} if
     *     there is no such Unix path
     */
    default Connection connect(String address) throws IOException {
        return connect(Addresses.parse(address));
    }

    /** Like {@link #connect(String)}. */
    default Connection connect(SocketAddress address) throws IOException {
        return connect(address, connection -> {});
    }

    /**
     * Like {@link #connect(String)}. {@code beforeHandshake} first receives the connecting end, to set its address,
     * buffers, timeouts and faults. It runs outside every lock and must not wait. If it throws, the connect fails with
     * that exception and the listener sees nothing.
     */
    default Connection connect(String address, Consumer<? super Connection> beforeHandshake) throws IOException {
        return connect(Addresses.parse(address), beforeHandshake);
    }

    /** Like {@link #connect(String, Consumer)}. */
    default Connection connect(SocketAddress address, Consumer<? super Connection> beforeHandshake) throws IOException {
        return connect(address, beforeHandshake, SocketKind.CHANNEL);
    }

    /**
     * Like {@link #connect(String, Consumer)}, with the exceptions and the interrupt behaviour of {@code kind}. The
     * code under test must close a connection of {@link SocketKind#SOCKET}; otherwise it is reported as a leak.
     */
    Connection connect(SocketAddress address, Consumer<? super Connection> beforeHandshake, SocketKind kind)
            throws IOException;

    /** {@link #connect(String)} without blocking; cancelling the {@code CompletableFuture} abandons the connect. */
    default CompletionStage<Connection> connectAsync(String address) {
        return connectAsync(Addresses.parse(address), connection -> {});
    }

    /** {@link #connect(String, Consumer)} without blocking; cancelling abandons the connect. */
    default CompletionStage<Connection> connectAsync(String address, Consumer<? super Connection> beforeHandshake) {
        return connectAsync(Addresses.parse(address), beforeHandshake);
    }

    /** {@link #connect(SocketAddress, Consumer)} without blocking; cancelling abandons the connect. */
    CompletionStage<Connection> connectAsync(SocketAddress address, Consumer<? super Connection> beforeHandshake);

    // ---- datagrams

    /**
     * Binds a datagram endpoint to the first address of the host and a free port. UDP ports are separate from TCP
     * ports.
     */
    DatagramEndpoint bindDatagram() throws IOException;

    /**
     * Binds a datagram endpoint. Port 0 takes a free port, and the host {@code *} every address, like
     * {@link #listen(String)}. A multicast group and the broadcast address may be bound too.
     *
     * @throws IllegalArgumentException if the text is not an address
     * @throws UnknownHostException if the network does not know the name
     * @throws BindException {@code Cannot assign requested address} if another host owns the address;
     *     {@code Address already in use}
     * @throws SocketException {@code Network is down} if the host has crashed or the network is closed
     */
    default DatagramEndpoint bindDatagram(String address) throws IOException {
        return bindDatagram(Addresses.parse(address));
    }

    /** Like {@link #bindDatagram(String)}. */
    default DatagramEndpoint bindDatagram(SocketAddress address) throws IOException {
        return bindDatagram(address, endpoint -> {});
    }

    /** Like {@link #bindDatagram(SocketAddress, Consumer)}. */
    default DatagramEndpoint bindDatagram(String address, Consumer<? super DatagramEndpoint> beforeBind)
            throws IOException {
        return bindDatagram(Addresses.parse(address), beforeBind);
    }

    /**
     * Like {@link #bindDatagram(String)}. {@code beforeBind} first receives the endpoint, to set options that matter to
     * the bind, such as {@link DatagramEndpoint#reuseAddress(boolean)}. It runs outside every lock and must not wait.
     * If it throws, nothing is bound.
     */
    default DatagramEndpoint bindDatagram(SocketAddress address, Consumer<? super DatagramEndpoint> beforeBind)
            throws IOException {
        return bindDatagram(address, beforeBind, SocketKind.CHANNEL);
    }

    /**
     * Like {@link #bindDatagram(SocketAddress, Consumer)}. The code under test must close an endpoint of
     * {@link SocketKind#SOCKET}; otherwise it is reported as a leak.
     */
    DatagramEndpoint bindDatagram(SocketAddress address, Consumer<? super DatagramEndpoint> beforeBind, SocketKind kind)
            throws IOException;

    // ---- waiting

    /**
     * Waits until a connect from this host to {@code address} would find a listener; with port 0, a listener on any
     * port. A client uses it to wait for a server that another thread starts.
     *
     * @return the listener
     * @throws AssertionError with a network snapshot if {@link NetworkConfig#awaitLimit()} passes first
     */
    default Listener awaitListening(String address) throws IOException {
        return awaitListening(Addresses.parse(address));
    }

    /** Like {@link #awaitListening(String)}, with a limit. */
    default Listener awaitListening(String address, Duration limit) throws IOException {
        return awaitListening(Addresses.parse(address), limit);
    }

    /** Like {@link #awaitListening(String)}. */
    Listener awaitListening(SocketAddress address) throws IOException;

    /** Like {@link #awaitListening(String)}, with a limit. */
    Listener awaitListening(SocketAddress address, Duration limit) throws IOException;

    /**
     * Like {@link #awaitListening(String)}. Fails at once if the server ends before it listens: with the server's
     * exception, or with an {@code AssertionError} if the server returned.
     *
     * @param server the running server, as an {@code ExecutorService} or a {@code CompletableFuture} returns it
     */
    default Listener awaitListening(String address, Future<?> server) throws IOException {
        return awaitListening(Addresses.parse(address), server);
    }

    /** Like {@link #awaitListening(String, Future)}. */
    Listener awaitListening(SocketAddress address, Future<?> server) throws IOException;

    /** {@link #awaitListening(String, Duration)} as a stage; cancel it as a {@code CompletableFuture}. */
    default CompletionStage<Listener> whenListening(String address, Duration limit) {
        return whenListening(Addresses.parse(address), limit);
    }

    /** Like {@link #whenListening(String, Duration)}. */
    CompletionStage<Listener> whenListening(SocketAddress address, Duration limit);

    // ---- faults

    /**
     * The faults of this scope. On a host: its connections, whichever side connected, the accepts of its listeners, its
     * datagram endpoints, and its connects. On a network: those of all hosts.
     */
    Faults faults();
}
