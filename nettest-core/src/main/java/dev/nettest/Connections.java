package dev.nettest;

import dev.nettest.kernel.AddressBook;
import dev.nettest.kernel.End;
import dev.nettest.kernel.SegmentPool;
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

/** The connections of a network that are not closed at both ends, by their pair of addresses, which is unique but for those over paths. */
final class Connections {

    /** @param id tells apart what addresses do not; 0 where they do */
    private record Tuple(SocketAddress client, SocketAddress server, long id) {

        Tuple(SocketAddress client, SocketAddress server) {
            this(client, server, 0);
        }
    }

    private final Network network;
    private final AddressBook<Listener> book;
    private final SegmentPool pool = new SegmentPool();
    private final AtomicLong ids = new AtomicLong();

    /** Below every port, of datagram endpoints too. */
    private static final long FIRST_PATH_SUBJECT = -1L << 20;

    private final AtomicLong pathSubjects = new AtomicLong(FIRST_PATH_SUBJECT);

    /** The dialling, or first, end of each. */
    private final Map<Tuple, Connection> live = new ConcurrentHashMap<>();

    Connections(Network network, AddressBook<Listener> book) {
        this.network = network;
        this.book = book;
    }

    /** How events call a listener on a path. */
    long nextPathSubject() {
        return pathSubjects.getAndDecrement();
    }

    static boolean isPathSubject(long subject) {
        return subject <= FIRST_PATH_SUBJECT;
    }

    /** Two new ends for a connection to {@code target}: the one returned, of {@code home}, and its peer. */
    Connection create(Host home, SocketAddress target) {
        boolean unix = Addresses.isUnix(target);
        int capacity = unix
                ? network.config().unixReceiveBufferSize()
                : network.config().receiveBufferSize();
        Connection client = create(home, capacity, capacity, unix);
        if (unix) {
            client.life().localAddress(Addresses.UNNAMED);
        }
        return client;
    }

    /** Two new ends by TCP. They are known to nobody before {@link #establish}. */
    Connection create(Host home, int capacity, int peerCapacity) {
        return create(home, capacity, peerCapacity, false);
    }

    private Connection create(Host home, int capacity, int peerCapacity, boolean unix) {
        End end = End.pair(pool, capacity, peerCapacity, unix);
        long id = ids.getAndAdd(2);
        Connection first = new Connection(network, id, end);
        Connection second = new Connection(network, id + 1, end.peer());
        first.life().pairWith(second.life());
        first.life().home(home);
        return first;
    }

    /**
     * Claims the pair of addresses, choosing the client's where it has none, or has port 0.
     *
     * @param target without the name by which it was found, which is the dialling end's alone
     * @return null, or why it cannot: its host has no address to reach the server from, the ephemeral ports have run out, or a faked
     *     address is in use
     */
    @Nullable
    SystemError establish(Host from, Connection client, SocketAddress target) {
        client.peer().life().localAddress(target);
        if (!(target instanceof InetSocketAddress server)) {
            live.put(tuple(client), client);
            return bindPath(client) ? null : SystemError.ADDRESS_IN_USE;
        }
        InetSocketAddress wanted = (InetSocketAddress) client.localAddress();
        InetAddress source = wanted.getAddress();
        if (source.isAnyLocalAddress()) {
            source = from.source(server.getAddress());
        }
        if (source == null) {
            return SystemError.NETWORK_UNREACHABLE;
        }
        if (wanted.getPort() == 0) {
            return claimEphemeral(client, source, server);
        }
        return claim(client, new InetSocketAddress(source, wanted.getPort()), server)
                ? null
                : SystemError.ADDRESS_IN_USE;
    }

    /** Has something stand at the path that {@code connection} shows as its own, as the bind of a client does; whether nothing did before. */
    boolean bindPath(Connection connection) {
        Host home = connection.life().home();
        return home == null
                || !(connection.localAddress() instanceof UnixDomainSocketAddress path)
                || path.equals(Addresses.UNNAMED)
                || book.claimPath(home, Addresses.file(path), null);
    }

    private @Nullable SystemError claimEphemeral(Connection client, InetAddress from, InetSocketAddress server) {
        for (int left = book.ports(); left > 0; left--) {
            if (claim(client, new InetSocketAddress(from, book.nextPort()), server)) {
                return null;
            }
        }
        return SystemError.PORTS_EXHAUSTED;
    }

    private boolean claim(Connection client, InetSocketAddress from, InetSocketAddress server) {
        client.life().localAddress(from);
        return !from.equals(server) && live.putIfAbsent(new Tuple(from, server), client) == null;
    }

    /** Gives {@code connection} another address, unless that is in use. */
    boolean move(Connection connection, InetSocketAddress wanted) {
        InetSocketAddress address =
                wanted.getPort() == 0 ? new InetSocketAddress(wanted.getAddress(), book.nextPort()) : wanted;
        Tuple before = tuple(connection);
        Connection client = live.get(before);
        if (client != null) {
            boolean isClient = client == connection;
            Tuple after = isClient ? new Tuple(address, before.server) : new Tuple(before.client, address);
            if (after.equals(before)) {
                return true;
            }
            if (live.putIfAbsent(after, client) != null) {
                return false;
            }
            live.remove(before);
        }
        connection.life().localAddress(address);
        return true;
    }

    private Tuple tuple(Connection connection) {
        Connection client = connection.isFirst() ? connection : connection.peer();
        return connection.end().isLocal()
                ? new Tuple(Addresses.UNNAMED, Addresses.UNNAMED, 1 + client.id())
                : new Tuple(client.localAddress(), client.remoteAddress());
    }

    /** One end closed; when both have, the addresses are free. */
    void closed(Connection connection) {
        if (connection.peer().isClosed()) {
            forget(connection.isFirst() ? connection : connection.peer());
        }
    }

    /** The addresses of {@code client}, if they are its own, are free. */
    void forget(Connection client) {
        live.remove(tuple(client), client);
    }

    /** The dialling, or first, end of everything, in the order in which they were made. */
    List<Connection> firsts() {
        return live.values().stream()
                .sorted(Comparator.comparingLong(Connection::id))
                .toList();
    }

    /** Both ends of everything, in the order in which they were made. */
    List<Connection> all() {
        List<Connection> ends = new ArrayList<>();
        for (Connection first : firsts()) {
            ends.add(first);
            ends.add(first.peer());
        }
        return ends;
    }
}
