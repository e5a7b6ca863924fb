package dev.nettest;

import dev.nettest.internal.net.HostImpl;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.util.List;
import java.util.function.Consumer;

/**
 * A machine of a network: a name, and the addresses that it owns. It listens and connects from them, and can crash:
 *
 * <pre>{@code
 * Host app = network.host("app", "10.0.0.2");
 * Host db = network.host("db", "10.0.0.5", "fd00::5");
 * Listener store = db.listen(5432);
 * Connection client = app.connect("db:5432");
 * db.crash();
 * }</pre>
 *
 * <p>A host binds only the addresses that it owns. Its wildcard answers at its own addresses, so that two hosts may
 * both listen on {@code *:80}. A {@linkplain Connection#localAddress(String) faked} source address need not be its own.
 *
 * <p>Each host has its own Unix paths. Two hosts may listen on the same path, and a connect reaches only the own host's
 * path. A path stays over a crash and a restart, like a file on a disk, until it is
 * {@linkplain #unlink(String) removed}.
 *
 * <p>127.0.0.1 and ::1 belong to the {@linkplain Network#localhost() default host} and reach it from every host. A
 * network has one loopback, while real machines have one each.
 *
 * <p>Any thread may call any method at any time. Only {@code connect} and {@code awaitListening} wait.
 */
public sealed interface Host extends NetworkStack permits HostImpl {

    /** The name. It resolves to {@link #addresses()}, unless {@link Network#names()} was told otherwise. */
    String name();

    /** The addresses, in the order in which they were given. */
    List<InetAddress> addresses();

    /** The network that this host belongs to. */
    Network network();

    /**
     * The wall clock of this host, always the same object. Give it to the host's code as its
     * {@code java.time.Clock}.
     */
    WallClock clock();

    // ---- sockets

    @Override
    default Listener listen() throws IOException {
        return listen(0);
    }

    /**
     * Listens on {@code port} of the first address, to which this host's name resolves. {@code listen("*:80")} listens
     * on all addresses.
     *
     * @throws BindException {@code Address already in use}
     */
    default Listener listen(int port) throws IOException {
        return listen(new InetSocketAddress(addresses().get(0), port));
    }

    @Override
    default Binding bind(SocketAddress address, boolean reuseAddress) throws IOException {
        return bind(address, reuseAddress, StandardProtocolFamily.INET6);
    }

    /**
     * Like {@link #bind(SocketAddress, boolean)}, for a socket of {@code family}. The wildcard of a socket of IPv4
     * receives what is sent to IPv4 addresses. The wildcard of any other socket receives both versions.
     */
    Binding bind(SocketAddress address, boolean reuseAddress, ProtocolFamily family) throws IOException;

    @Override
    default DatagramEndpoint bindDatagram(
            SocketAddress address, Consumer<? super DatagramEndpoint> beforeBind, SocketKind kind) throws IOException {
        return bindDatagram(address, beforeBind, kind, StandardProtocolFamily.INET6);
    }

    /**
     * Like {@link #bindDatagram(SocketAddress, Consumer, SocketKind)}, for a socket of {@code family}; see
     * {@link #bind(SocketAddress, boolean, ProtocolFamily)}.
     */
    DatagramEndpoint bindDatagram(
            SocketAddress address,
            Consumer<? super DatagramEndpoint> beforeBind,
            SocketKind kind,
            ProtocolFamily family)
            throws IOException;

    @Override
    default DatagramEndpoint bindDatagram() throws IOException {
        return bindDatagram(new InetSocketAddress(addresses().get(0), 0));
    }

    @Override
    default Listener awaitListening(SocketAddress address) throws IOException {
        return awaitListening(address, network().config().awaitLimit());
    }

    // ---- failing

    /**
     * Crashes this host like a killed process ({@code kill -9}): the kernel closes its sockets. An end without unread
     * bytes sends FIN; its peer reads the written bytes, then the end of the stream. An end with unread bytes sends
     * RST; its peer reads {@code Connection reset}. Connections in accept queues are reset.
     *
     * <p>Its listeners, bindings and datagram endpoints are gone, and connects to it are refused. The host's own code
     * keeps running in this process: its sockets are closed, and new calls fail with {@code Network is down} until
     * {@link #restart()}. Name and addresses stay. Does nothing if the host has crashed already.
     */
    void crash();

    /**
     * Like {@link #crash()}, but every end sends RST, like a socket with linger 0. Each peer reads the bytes that have
     * arrived, then {@code Connection reset}.
     */
    void crashWithReset();

    /**
     * Crashes this host like a power failure. Its own code sees the same as after {@link #crash()}, but the peers
     * receive no packet. Their reads wait, and their writes wait once the buffer is full. Connects to it wait until
     * their timeouts, and datagrams to it are lost without an ICMP error. After {@link #restart()} a peer receives an
     * RST if it has written since, or when it writes next; waiting connects are refused.
     */
    void crashSilently();

    /**
     * Starts this host again after a crash; a running host {@linkplain #crash() crashes} first. Nothing returns by
     * itself: the code that made the listeners must make them again, as after a reboot. Unix paths stay, with no
     * listener behind them.
     */
    void restart();

    /**
     * Freezes this host: it accepts nothing, receives nothing and sends nothing. Writers on either side continue until
     * the buffer is full. Connects to it and from it wait until their timeouts. Peers can read what had arrived. The
     * host's code is not stopped; it waits when it needs the network. Does nothing if the host is paused already.
     *
     * <p>Datagrams to it queue in the receive buffers of its endpoints, and are dropped and counted if those are full.
     * Datagrams from it queue too: a send waits once the endpoint's send buffer is full, 212,992 bytes as Linux counts
     * them ({@code net.core.wmem_default}).
     *
     * @throws IllegalStateException if the host has crashed
     */
    void pause();

    /** Ends a pause: held bytes and datagrams arrive. Does nothing if the host is not paused. */
    void resume();

    /** True unless the host has crashed; a paused host is up. */
    boolean isUp();

    /** True while the host is paused. */
    boolean isPaused();
}
