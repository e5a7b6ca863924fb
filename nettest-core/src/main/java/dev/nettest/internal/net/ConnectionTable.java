package dev.nettest.internal.net;

import dev.nettest.NetworkConfig;
import dev.nettest.SystemError;
import dev.nettest.internal.name.BindTable;
import dev.nettest.internal.stream.SegmentPool;
import dev.nettest.internal.stream.StreamEndpoint;
import dev.nettest.internal.stream.TcpTimeouts;
import dev.nettest.internal.util.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The connections of a network that are not closed at both ends, by their pair of addresses. The pair is unique, except
 * between
 * Unix domain sockets.
 */
final class ConnectionTable {

    /** No record: its first equals and hashCode would cost a new JVM 15 ms. */
    private static final class Tuple {

        private final SocketAddress client;
        private final SocketAddress server;

        /** The id of a connection that does not have its addresses alone, see {@link #of}; 0 for any other. */
        private final long id;

        Tuple(SocketAddress client, SocketAddress server) {
            this(client, server, 0);
        }

        private Tuple(SocketAddress client, SocketAddress server, long id) {
            this.client = client;
            this.server = server;
            this.id = id;
        }

        /** For one of several connections with these addresses: Unix domain sockets, or TCP that has ended. */
        Tuple of(ConnectionImpl connection) {
            return new Tuple(client, server, 1 + connection.id());
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Tuple tuple
                    && id == tuple.id
                    && client.equals(tuple.client)
                    && server.equals(tuple.server);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * client.hashCode() + server.hashCode()) + Long.hashCode(id);
        }
    }

    private final NetworkImpl network;
    private final BindTable<ListenerImpl> book;
    private final TimeWaitTable timeWait;
    private final SegmentPool pool = new SegmentPool();
    private final TcpTimeouts timeouts;
    private final AtomicLong ids = new AtomicLong();

    /** Below the event-log ids of all ports, including those of datagram endpoints. */
    private static final long FIRST_PATH_SUBJECT = -1L << 20;

    private final AtomicLong pathSubjects = new AtomicLong(FIRST_PATH_SUBJECT);

    /** The connecting end of each connection; for a pair, the first end. */
    private final Map<Tuple, ConnectionImpl> live = new ConcurrentHashMap<>();

    ConnectionTable(NetworkImpl network, BindTable<ListenerImpl> book) {
        this.network = network;
        this.book = book;
        this.timeWait = new TimeWaitTable(network, book);
        NetworkConfig config = network.config();
        this.timeouts = TcpTimeouts.of(network.timers(), config.tcpRetries2(), config.tcpSynRetries());
    }

    TimeWaitTable timeWait() {
        return timeWait;
    }

    TcpTimeouts timeouts() {
        return timeouts;
    }

    /** A new event-log id, for a listener on a path. */
    long nextPathSubject() {
        return pathSubjects.getAndDecrement();
    }

    static boolean isPathSubject(long subject) {
        return subject <= FIRST_PATH_SUBJECT;
    }

    /** A new connection from {@code host} to {@code target}: returns the connecting end, which knows its peer. */
    ConnectionImpl create(HostImpl host, SocketAddress target) {
        boolean unix = Addresses.isUnix(target);
        int capacity = unix
                ? network.config().unixReceiveBufferSize()
                : network.config().receiveBufferSize();
        ConnectionImpl client = create(host, capacity, capacity, unix);
        if (unix) {
            client.addresses().local(Addresses.UNNAMED);
        }
        return client;
    }

    /** A connection with both ends on the default host: returns the first end. */
    ConnectionImpl pair() throws IOException {
        HostImpl localhost = network.localhost();
        int capacity = network.config().receiveBufferSize();
        ConnectionImpl first = create(localhost, capacity, capacity, false);
        ConnectionImpl second = first.peer();
        second.addresses().host(localhost);
        SystemError refused = establish(
                localhost, first, new InetSocketAddress(localhost.addresses().get(0), book.nextPort()));
        if (refused != null) {
            throw refused.exception(network.config().personality());
        }
        if (localhost.isUnreachable() || !network.links().table().isTrivial()) {
            first.addresses().route().syncWithHosts();
        }
        ConnectionFaultScope.installExistingFaults(first);
        ConnectionFaultScope.installExistingFaults(second);
        if (network.isClosed()) {
            first.teardown().releaseBoth(); // the shutdown may have missed it
            network.checkUp("pair");
        }
        return first;
    }

    private ConnectionImpl create(HostImpl host, int capacity, int peerCapacity, boolean unix) {
        StreamEndpoint end = StreamEndpoint.pair(pool, capacity, peerCapacity, unix);
        long id = ids.getAndAdd(2);
        ConnectionImpl first = new ConnectionImpl(network, id, end);
        ConnectionImpl second = new ConnectionImpl(network, id + 1, end.peer());
        first.pairWith(second);
        first.addresses().host(host);
        if (network.config().transcripts()) {
            first.transcript();
            second.transcript();
        }
        return first;
    }

    /**
     * Claims the pair of addresses. Chooses the client's address or port if it has none.
     *
     * @param target without a host name, which only the connecting end keeps
     * @return null, or the error: no source address for the server's family, no ephemeral port left, or a faked address
     * in use
     */
    @Nullable
    SystemError establish(HostImpl from, ConnectionImpl client, SocketAddress target) {
        client.peer().addresses().local(target);
        if (!(target instanceof InetSocketAddress server)) {
            live.put(tuple(client), client);
            return bindPath(client) ? null : SystemError.ADDRESS_IN_USE;
        }
        InetSocketAddress wanted = (InetSocketAddress) client.localAddress();
        InetAddress source = wanted.getAddress();
        if (source.isAnyLocalAddress()) {
            source = from.selectSource(server.getAddress());
        }
        if (source == null || UdpTable.isForMany(server.getAddress())) {
            return SystemError.NETWORK_UNREACHABLE;
        }
        if (wanted.getPort() == 0) {
            return claimEphemeral(client, source, server);
        }
        InetSocketAddress local = new InetSocketAddress(source, wanted.getPort());
        boolean claimed = local.equals(server)
                ? claimForItself(client, server)
                : !timeWait.isOccupied(from, local) && claim(client, local, server);
        return claimed ? null : SystemError.ADDRESS_IN_USE;
    }

    /** A socket that connects to its own address is connected to itself: its SYN is the SYN that it waits for. */
    private boolean claimForItself(ConnectionImpl client, InetSocketAddress address) {
        if (book.find(address) != null || live.putIfAbsent(new Tuple(address, address), client) != null) {
            return false;
        }
        client.addresses().local(address);
        client.connectToItself();
        return true;
    }

    /** Binds the local path of {@code connection}, if it has one. False if the path is in use. */
    boolean bindPath(ConnectionImpl connection) {
        HostImpl host = connection.host();
        return host == null
                || !(connection.localAddress() instanceof UnixDomainSocketAddress path)
                || path.equals(Addresses.UNNAMED)
                || network.unixPaths().claim(host, Addresses.file(path), null);
    }

    private @Nullable SystemError claimEphemeral(ConnectionImpl client, InetAddress from, InetSocketAddress server) {
        for (int left = book.portCount(); left > 0; left--) {
            InetSocketAddress free = new InetSocketAddress(from, book.nextPort());
            if (!timeWait.holds(free, server) && claim(client, free, server)) {
                return null;
            }
        }
        return SystemError.PORTS_EXHAUSTED;
    }

    private boolean claim(ConnectionImpl client, InetSocketAddress from, InetSocketAddress server) {
        client.addresses().local(from);
        if (from.equals(server)) {
            return false;
        }
        Tuple tuple = new Tuple(from, server);
        ConnectionImpl other = live.putIfAbsent(tuple, client);
        return other == null || (other.teardown().hasEnded() && replaced(tuple, other, client));
    }

    /** Gives the addresses of {@code ended} to {@code client}. The former keeps a row until both ends are closed. */
    private boolean replaced(Tuple tuple, ConnectionImpl ended, ConnectionImpl client) {
        if (!live.replace(tuple, ended, client)) {
            return false;
        }
        live.put(tuple.of(ended), ended);
        closed(ended); // a concurrent close may have missed the new row
        return true;
    }

    /**
     * Fails if an open connection of {@code host} has got the port of {@code wanted} as its ephemeral port. On Linux a
     * bind conflicts with it, because its socket has no {@code SO_REUSEADDR}.
     */
    void checkNotDialledFrom(HostImpl host, InetSocketAddress wanted) throws IOException {
        if (!book.isEphemeral(wanted.getPort())) {
            return;
        }
        for (Map.Entry<Tuple, ConnectionImpl> each : live.entrySet()) {
            ConnectionImpl client = each.getValue();
            if (each.getKey().client instanceof InetSocketAddress local
                    && Addresses.overlap(local, wanted)
                    && client.host() == host
                    && !client.isClosed()
                    && !client.teardown().hasEnded()) {
                throw ErrorHelp.addressInUse(network, wanted);
            }
        }
    }

    /** Gives {@code connection} another local address. False if it is in use. */
    boolean move(ConnectionImpl connection, InetSocketAddress wanted) {
        InetSocketAddress address =
                wanted.getPort() == 0 ? new InetSocketAddress(wanted.getAddress(), book.nextPort()) : wanted;
        Tuple before = tuple(connection);
        ConnectionImpl client = live.get(before);
        if (client != null) {
            boolean isClient = client == connection;
            Tuple after = isClient
                    ? new Tuple(address, connection.isConnectedToItself() ? address : before.server)
                    : new Tuple(before.client, address);
            if (after.equals(before)) {
                return true;
            }
            if (live.putIfAbsent(after, client) != null) {
                return false;
            }
            live.remove(before);
        }
        connection.addresses().local(address);
        return true;
    }

    private Tuple tuple(ConnectionImpl connection) {
        ConnectionImpl client = connection.isDialling() ? connection : connection.peer();
        return connection.endpoint().isLocal()
                ? new Tuple(Addresses.UNNAMED, Addresses.UNNAMED).of(client)
                : new Tuple(client.localAddress(), client.remoteAddress());
    }

    /** Frees the addresses once both ends are closed, and no close of them waits. */
    void closed(ConnectionImpl connection) {
        connection.endpoint().lock();
        boolean over;
        try {
            over = connection.endpoint().isConnectionOver();
        } finally {
            connection.endpoint().leave();
        }
        closed(connection, over);
    }

    /** @param over true if both ends are closed, and no close of them waits */
    void closed(ConnectionImpl connection, boolean over) {
        if (over) {
            forget(connection.isDialling() ? connection : connection.peer());
        }
    }

    /** Frees the addresses of {@code client}, if it has claimed them. */
    void forget(ConnectionImpl client) {
        Tuple tuple = tuple(client);
        if (!live.remove(tuple, client)) {
            live.remove(tuple.of(client), client);
        }
    }

    /** The connecting end of each connection, in order of creation. */
    List<ConnectionImpl> clients() {
        List<ConnectionImpl> clients = new ArrayList<>(live.values());
        clients.sort(Comparator.comparingLong(ConnectionImpl::id));
        return clients;
    }

    /** Both ends of each connection, in order of creation. */
    List<ConnectionImpl> all() {
        List<ConnectionImpl> ends = new ArrayList<>();
        for (ConnectionImpl first : clients()) {
            ends.add(first);
            if (!first.isConnectedToItself()) {
                ends.add(first.peer());
            }
        }
        return ends;
    }
}
