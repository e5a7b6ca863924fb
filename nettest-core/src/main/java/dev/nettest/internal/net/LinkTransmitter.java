package dev.nettest.internal.net;

import dev.nettest.Impairment;
import dev.nettest.Impairment.Oversize;
import dev.nettest.internal.datagram.SendVerdict;
import dev.nettest.internal.link.HostAddress;
import dev.nettest.internal.link.IpPackets;
import dev.nettest.internal.link.LinkDirectionImpl;
import dev.nettest.internal.link.LinkTable;
import dev.nettest.internal.link.Netem;
import dev.nettest.internal.link.Route;
import dev.nettest.internal.sync.Timers;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Sends datagrams over the links of a network: a partition drops them, a hold queues them, netem impairs them. */
final class LinkTransmitter {

    private static final int DUPLICATED = 2;

    private final NetworkImpl network;

    LinkTransmitter(NetworkImpl network) {
        this.network = network;
    }

    /** Receives a datagram at the far end of the route. */
    @FunctionalInterface
    interface Delivery {
        void arrive(ByteBuffer bytes, SendVerdict verdict);

        /** It does not arrive. */
        default void lost(int size, DatagramLoss loss) {}

        /** It leaves in several fragments. */
        default void fragmented(int size, int fragments) {}
    }

    /**
     * Sends the remaining bytes, which stay in {@code bytes}.
     *
     * @param sender the endpoint that has the netem state
     */
    void transmit(
            DatagramEndpointImpl sender,
            HostAddress from,
            HostAddress to,
            ByteBuffer bytes,
            SendVerdict verdict,
            Delivery delivery) {
        HeldDatagrams.Path path = new HeldDatagrams.Path(from, to);
        HeldDatagrams held = network.links().held();
        if (held.concerns(path)) {
            ByteBuffer copy = UdpTable.copy(bytes);
            if (held.add(path, bytes.remaining(), () -> pass(sender, path, copy, verdict, delivery))) {
                return;
            }
        }
        pass(sender, path, bytes, verdict, delivery);
    }

    private Route route(HeldDatagrams.Path path) {
        return route(network.links().table(), path);
    }

    static Route route(LinkTable links, HeldDatagrams.Path path) {
        return links.route(path.from(), path.to(), isForward(path));
    }

    private void pass(
            DatagramEndpointImpl sender,
            HeldDatagrams.Path path,
            ByteBuffer bytes,
            SendVerdict verdict,
            Delivery delivery) {
        Route route = route(path);
        LinkDirectionImpl direction = route.direction();
        if (route.partitioned() || drops(sender, route, bytes.remaining())) {
            route.countLost();
            delivery.lost(bytes.remaining(), route.partitioned() ? DatagramLoss.PARTITION : DatagramLoss.TOO_LONG);
        } else if (direction == null) {
            delivery.arrive(bytes, verdict);
        } else {
            impair(sender.netem(direction), route, bytes, verdict, unlessCut(path, route, delivery));
        }
    }

    /** A delivery that fails if a link of the route was partitioned since the datagram was sent. */
    private Delivery unlessCut(HeldDatagrams.Path path, Route sent, Delivery delivery) {
        return new Delivery() {

            @Override
            public void arrive(ByteBuffer bytes, SendVerdict verdict) {
                Route route = route(path);
                if (route.state().partitions() == sent.state().partitions()) {
                    delivery.arrive(bytes, verdict);
                } else {
                    (route.partitioned() ? route : sent).countLost();
                    lost(bytes.remaining(), DatagramLoss.PARTITION);
                }
            }

            @Override
            public void lost(int size, DatagramLoss loss) {
                delivery.lost(size, loss);
            }

            @Override
            public void fragmented(int size, int fragments) {
                delivery.fragmented(size, fragments);
            }
        };
    }

    private void impair(Netem netem, Route route, ByteBuffer bytes, SendVerdict verdict, Delivery delivery) {
        Impairment impairment = route.impairment();
        long now = network.timers().now();
        long[] arrivals;
        SendVerdict impaired = verdict;
        synchronized (netem) {
            netem.setRoute(route, Route.FREE);
            int[] fragments = netem.fragments(bytes.remaining());
            if (fragments.length > 1) {
                delivery.fragmented(bytes.remaining(), fragments.length);
            }
            if (netem.losesDatagram(fragments.length)) {
                delivery.lost(bytes.remaining(), DatagramLoss.LINK);
                return;
            }
            arrivals = new long[netem.chance(impairment.duplicate()) ? DUPLICATED : 1];
            for (int i = 0; i < arrivals.length; i++) {
                arrivals[i] = arrival(netem, impairment, now, fragments);
            }
            if (netem.chance(impairment.corrupt())) {
                impaired = verdict.corruptedBy(netem.nextLong());
            }
        }
        for (long arrival : arrivals) {
            if (arrival <= now) {
                delivery.arrive(bytes, impaired);
            } else {
                ByteBuffer copy = UdpTable.copy(bytes);
                SendVerdict inFlight = impaired;
                network.timers().deliver(arrival, () -> delivery.arrive(copy, inFlight));
            }
        }
    }

    /**
     * The arrival time of the last fragment. A reordered fragment skips the delay, like in netem, and so overtakes
     * earlier ones.
     */
    private static long arrival(Netem netem, Impairment impairment, long now, int[] fragments) {
        long last = now;
        for (int size : fragments) {
            long left = netem.transmit(now, size);
            long arrival = netem.chance(impairment.reorder()) ? left : Timers.deadline(left, netem.delay());
            last = Math.max(last, arrival);
        }
        return last;
    }

    /**
     * True if a send from {@code sender} fails because its datagram is too long for the link.
     *
     * @param size the bytes of the datagram
     */
    boolean refuses(DatagramEndpointImpl sender, HostAddress from, HostAddress to, int size) {
        Route route = route(new HeldDatagrams.Path(from, to));
        boolean fragments = route.impairment().oversize() == Oversize.FRAGMENT && !sender.dontFragment();
        boolean drops = route.impairment().oversize() == Oversize.DROP;
        return !fragments && !drops && IpPackets.isOversize(size, route.impairment(), route.ipv6());
    }

    /** True if a router drops the datagram because it is too long. */
    private static boolean drops(DatagramEndpointImpl sender, Route route, int size) {
        boolean fragments = route.impairment().oversize() == Oversize.FRAGMENT && !sender.dontFragment();
        return !fragments && IpPackets.isOversize(size, route.impairment(), route.ipv6());
    }

    /** UDP has no connecting side. If a link matches both directions alike, forward is from the lower address. */
    static boolean isForward(HeldDatagrams.Path path) {
        byte[] from = path.from().address().getAddress();
        return Arrays.compareUnsigned(from, path.to().address().getAddress()) <= 0;
    }
}
