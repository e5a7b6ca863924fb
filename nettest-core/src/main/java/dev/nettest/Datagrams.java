package dev.nettest;

import dev.nettest.LinkSide.Spot;
import dev.nettest.kernel.AddressBook;
import dev.nettest.kernel.DatagramQueue.Arrival;
import dev.nettest.kernel.Departure;
import dev.nettest.kernel.EventRing;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The datagram endpoints of a network, and the way from one to another: who gets what is sent to an address. */
final class Datagrams {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private static final InetAddress BROADCAST = Addresses.ipv4(255, 255, 255, 255);

    /** What the loopback interface, 127.0.0.0/8, takes for one. */
    private static final InetAddress LOOPBACK_BROADCAST = Addresses.ipv4(127, 255, 255, 255);

    private final Network network;
    private final AddressBook<DatagramEndpoint> book;
    private final DatagramLinks links;

    Datagrams(Network network) {
        this.network = network;
        this.links = new DatagramLinks(network);
        this.book = new AddressBook<>(
                network.config().firstEphemeralPort(), network.config().lastEphemeralPort(), network.hosts()::ownerOf);
    }

    /** Binds in the name of {@code host}. */
    DatagramEndpoint bind(Host host, InetSocketAddress wanted, Consumer<? super DatagramEndpoint> beforeBind)
            throws SocketException {
        DatagramEndpoint endpoint = new DatagramEndpoint(host);
        beforeBind.accept(endpoint);
        DatagramEndpoint bound = book.bindShared(
                host.scope(),
                wanted,
                other -> other.reuseAddress() && endpoint.reuseAddress(),
                address -> endpoint.boundTo(host.binder(address), address));
        if (bound == null) {
            throw (SocketException)
                    SystemError.ADDRESS_IN_USE.exception(network.config().personality());
        }
        endpoint.scope().judgeFromBirth();
        Host owner = endpoint.host();
        if (owner.isCutOff()) {
            endpoint.freezeAsHostSays();
        }
        if (network.isClosed() || !owner.isUp()) {
            endpoint.closeForOwner(); // closed just now, and perhaps not seen by it
            owner.checkUp("bind");
        }
        endpoint.record(EventRing.Kind.BIND, 0);
        return endpoint;
    }

    /** Everything that is bound, in the order of ports. */
    List<DatagramEndpoint> all() {
        return book.owners();
    }

    void unbind(DatagramEndpoint endpoint) {
        book.release(endpoint.host(), (InetSocketAddress) endpoint.boundAddress(), endpoint);
    }

    /** Gives {@code endpoint}, which is bound to every address, just this one of them. */
    void rebind(DatagramEndpoint endpoint, InetSocketAddress address) {
        unbind(endpoint);
        Host host = endpoint.host();
        book.bindShared(host, address, other -> true, bound -> endpoint.boundTo(host, bound));
    }

    /** One of these addresses that is bound; null for none. */
    @Nullable
    InetSocketAddress bound(Collection<InetAddress> addresses) {
        return book.rescope(addresses, () -> {});
    }

    static boolean isBroadcast(InetAddress address) {
        return address.equals(BROADCAST) || address.equals(LOOPBACK_BROADCAST);
    }

    /** Whether nobody owns it, and everybody may be bound to it. */
    static boolean isForMany(InetAddress address) {
        return address.isMulticastAddress() || address.equals(BROADCAST);
    }

    /** Sends what remains in {@code bytes}, as soon as its host can; consumes nothing. */
    void send(
            DatagramEndpoint from,
            InetSocketAddress source,
            InetSocketAddress target,
            ByteBuffer bytes,
            Departure departure) {
        Outbox outbox = from.host().outbox();
        if (!outbox.isShut() || !withhold(outbox, from, source, target, bytes, departure)) {
            deliver(from, source, target, bytes, departure);
        }
    }

    private boolean withhold(
            Outbox outbox,
            DatagramEndpoint from,
            InetSocketAddress source,
            InetSocketAddress target,
            ByteBuffer bytes,
            Departure departure) {
        int count = bytes.remaining();
        ByteBuffer copy = copy(bytes);
        from.departing(count);
        boolean withheld = outbox.withhold(() -> {
            from.departed(count);
            deliver(from, source, target, copy, departure);
        });
        if (!withheld) {
            from.departed(count);
        }
        return withheld;
    }

    /** What remains in {@code bytes}, for one who has to wait with it; consumes nothing. */
    static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
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
        if (network.links().isTrivial()) {
            reach(from, source, target, bytes, departure);
            return;
        }
        links.carry(
                from,
                new Spot(from.host(), source.getAddress()),
                spot(address),
                bytes,
                departure,
                (arrived, how) -> reach(from, source, target, arrived, how));
    }

    private Spot spot(InetAddress address) {
        return new Spot(network.hosts().ownerOf(address), address);
    }

    private void reach(
            DatagramEndpoint from,
            InetSocketAddress source,
            InetSocketAddress target,
            ByteBuffer bytes,
            Departure departure) {
        DatagramEndpoint to = book.findBest(target, source, Datagrams::fitness);
        if (to == null || to.arrive(source, bytes, departure) == Arrival.REFUSED) {
            answer(new Bounce(from, source.getAddress(), target));
        }
    }

    /** Word for {@code from} that nobody is bound at {@code target}. */
    private record Bounce(DatagramEndpoint from, InetAddress source, InetSocketAddress target) implements Runnable {
        @Override
        public void run() {
            from.bounced(target);
        }
    }

    /** Has the host where nobody was bound say so, as soon as it can; one that is silent never does. */
    private void answer(Bounce bounce) {
        Host asked = network.hosts().ownerOf(bounce.target.getAddress());
        if (bounce.from.remoteAddress() == null || asked.isSilent()) {
            return; // it would not listen, or not be told
        }
        Runnable sending = network.links().isTrivial() ? bounce : () -> sendBack(bounce);
        if (!asked.outbox().isShut() || !asked.outbox().withhold(sending)) {
            sending.run();
        }
    }

    private void sendBack(Bounce bounce) {
        links.carry(
                bounce.from,
                spot(bounce.target.getAddress()),
                new Spot(bounce.from.host(), bounce.source),
                NOTHING,
                Departure.PLAIN,
                (nothing, how) -> bounce.run());
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

    /** A broadcast reaches all that are bound to every address, of all hosts; a multicast those of them that joined. */
    private void deliverToMany(
            DatagramEndpoint from,
            InetSocketAddress source,
            InetSocketAddress target,
            ByteBuffer bytes,
            Departure departure) {
        InetAddress group = target.getAddress();
        Host only = group.equals(LOOPBACK_BROADCAST) ? network.localhost() : null;
        for (DatagramEndpoint endpoint : book.findAll(only, target)) {
            boolean isMeant = !group.isMulticastAddress()
                    || (endpoint.isMember(group) && (from.multicastLoop() || !areTogether(from, endpoint)));
            if (isMeant) {
                InetAddress there = ((InetSocketAddress) endpoint.boundAddress()).getAddress();
                links.carry(
                        from,
                        new Spot(from.host(), source.getAddress()),
                        new Spot(endpoint.host(), there.isAnyLocalAddress() ? addressOf(endpoint, source) : there),
                        bytes,
                        departure,
                        (arrived, how) -> endpoint.arrive(source, arrived, how));
            }
        }
    }

    /** By which address a link knows one that is bound to them all. */
    private static InetAddress addressOf(DatagramEndpoint endpoint, InetSocketAddress source) {
        InetAddress own = endpoint.host().source(source.getAddress());
        return own == null ? endpoint.host().addresses().get(0) : own;
    }

    /** Whether they are on one machine; on the default host each is taken for a machine. */
    private static boolean areTogether(DatagramEndpoint from, DatagramEndpoint to) {
        return from == to || (from.host() == to.host() && !from.host().isDefault());
    }
}
