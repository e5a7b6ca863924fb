package dev.nettest;

import dev.nettest.kernel.AddressBook;
import dev.nettest.kernel.DatagramQueue.Arrival;
import dev.nettest.kernel.Departure;
import dev.nettest.kernel.EventRing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Consumer;

/** The datagram endpoints of a network, and the way from one to another: who gets what is sent to an address. */
final class Datagrams {

    private static final InetAddress BROADCAST = Addresses.ipv4(255, 255, 255, 255);

    /** What the loopback interface, 127.0.0.0/8, takes for one. */
    private static final InetAddress LOOPBACK_BROADCAST = Addresses.ipv4(127, 255, 255, 255);

    private final Network network;
    private final AddressBook<DatagramEndpoint> book;

    Datagrams(Network network) {
        this.network = network;
        this.book = new AddressBook<>(
                network.config().firstEphemeralPort(), network.config().lastEphemeralPort(), address -> network);
    }

    DatagramEndpoint bind(InetSocketAddress wanted, Consumer<? super DatagramEndpoint> beforeBind)
            throws SocketException {
        DatagramEndpoint endpoint = new DatagramEndpoint(network);
        beforeBind.accept(endpoint);
        DatagramEndpoint bound =
                book.bindShared(wanted, other -> other.reuseAddress() && endpoint.reuseAddress(), endpoint::boundTo);
        if (bound == null) {
            throw (SocketException)
                    SystemError.ADDRESS_IN_USE.exception(network.config().personality());
        }
        endpoint.scope().judgeFromBirth();
        if (network.isClosed()) {
            endpoint.release(); // closed just now, and perhaps not seen by it
            network.checkUp("bind");
        }
        endpoint.record(EventRing.Kind.BIND, 0);
        return endpoint;
    }

    /** Everything that is bound, in the order of ports. */
    List<DatagramEndpoint> all() {
        return book.owners();
    }

    void unbind(DatagramEndpoint endpoint) {
        book.release(network, (InetSocketAddress) endpoint.boundAddress(), endpoint);
    }

    /** Gives {@code endpoint}, which is bound to every address, just this one of them. */
    void rebind(DatagramEndpoint endpoint, InetSocketAddress address) {
        unbind(endpoint);
        book.bindShared(address, other -> true, endpoint::boundTo);
    }

    static boolean isBroadcast(InetAddress address) {
        return address.equals(BROADCAST) || address.equals(LOOPBACK_BROADCAST);
    }

    /** Carries what remains in {@code bytes} to whoever is to get it; consumes nothing. */
    void deliver(
            DatagramEndpoint from,
            InetSocketAddress source,
            InetSocketAddress target,
            ByteBuffer bytes,
            Departure departure) {
        InetAddress address = target.getAddress();
        if (address.isMulticastAddress() || isBroadcast(address)) {
            deliverToMany(from, source, target, bytes, departure);
            return;
        }
        InetSocketAddress reached = network.localhost().reachable(target);
        DatagramEndpoint to = book.findBest(reached, source, Datagrams::fitness);
        if (to == null || to.arrive(source, bytes, departure) == Arrival.REFUSED) {
            from.bounced(reached);
        }
    }

    /** As {@code compute_score} of Linux: for nobody else, then for just this address. */
    private static int fitness(DatagramEndpoint endpoint, SocketAddress source) {
        SocketAddress peer = endpoint.remoteAddress();
        if (peer != null && !peer.equals(source)) {
            return -1;
        }
        InetSocketAddress bound = (InetSocketAddress) endpoint.boundAddress();
        return (bound.getAddress().isAnyLocalAddress() ? 0 : 1) + (peer == null ? 0 : 2);
    }

    /** A broadcast reaches all that are bound to every address; a multicast those of them that joined. */
    private void deliverToMany(
            DatagramEndpoint from,
            InetSocketAddress source,
            InetSocketAddress target,
            ByteBuffer bytes,
            Departure departure) {
        InetAddress group = target.getAddress();
        for (DatagramEndpoint endpoint : book.findAll(target)) {
            boolean isMeant = !group.isMulticastAddress()
                    || (endpoint.isMember(group) && (endpoint != from || from.multicastLoop()));
            if (isMeant) {
                endpoint.arrive(source, bytes, departure);
            }
        }
    }
}
