package dev.nettest;

import dev.nettest.LinkSide.Spot;
import dev.nettest.kernel.Departure;
import dev.nettest.kernel.Timers;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The way of datagrams over the links of a network. */
final class DatagramLinks {

    private static final int TWICE = 2;

    private final Network network;

    DatagramLinks(Network network) {
        this.network = network;
    }

    /** What is done with a datagram where it arrives. */
    @FunctionalInterface
    interface Arriving {
        void arrive(ByteBuffer bytes, Departure departure);
    }

    /** Carries what remains in {@code bytes} from one spot to another, for {@code sender}, whose dice it has; consumes nothing. */
    void carry(DatagramEndpoint sender, Spot from, Spot to, ByteBuffer bytes, Departure departure, Arriving arriving) {
        Links links = network.links();
        long seen = links.changes().count();
        Way way = way(from, to);
        while (way.held() || links.isLetting()) {
            ByteBuffer copy = Datagrams.copy(bytes);
            Runnable sending = () -> pass(sender, way(from, to), copy, departure, arriving);
            if (links.withhold(seen, new Links.Withheld(() -> way(from, to).held(), sending))) {
                return;
            }
            seen = links.changes().count();
            way = way(from, to);
        }
        pass(sender, way, bytes, departure, arriving);
    }

    private Way way(Spot from, Spot to) {
        return network.links().way(from, to, isOutbound(from.address(), to.address()));
    }

    private void pass(DatagramEndpoint sender, Way way, ByteBuffer bytes, Departure departure, Arriving arriving) {
        LinkDirection direction = way.direction();
        if (direction != null && !way.cut()) {
            send(sender.passage(direction), way, bytes, departure, arriving);
        } else if (!way.cut()) {
            arriving.arrive(bytes, departure);
        }
    }

    private void send(Passage passage, Way way, ByteBuffer bytes, Departure departure, Arriving arriving) {
        Impairment impairment = way.impairment();
        long now = network.timers().now();
        long[] arrivals;
        Departure changed = departure;
        synchronized (passage) {
            passage.take(way, Way.FREE);
            if (passage.loses()) {
                return;
            }
            arrivals = new long[passage.throwsBelow(impairment.duplicate()) ? TWICE : 1];
            for (int i = 0; i < arrivals.length; i++) {
                arrivals[i] = arrival(passage, impairment, now, bytes.remaining());
            }
            if (passage.throwsBelow(impairment.corrupt())) {
                changed = departure.corruptedBy(passage.nextDice());
            }
        }
        for (long arrival : arrivals) {
            if (arrival <= now) {
                arriving.arrive(bytes, changed);
            } else {
                ByteBuffer copy = Datagrams.copy(bytes);
                Departure travelling = changed;
                network.timers().deliver(arrival, () -> arriving.arrive(copy, travelling));
            }
        }
    }

    private static long arrival(Passage passage, Impairment impairment, long now, int size) {
        long left = passage.transmit(now, size);
        return passage.throwsBelow(impairment.reorder()) ? left : Timers.deadline(left, passage.delay());
    }

    /** Nobody dials here: of a link that carries both directions alike, forward is from the lower address. */
    private static boolean isOutbound(InetAddress from, InetAddress to) {
        return Arrays.compareUnsigned(from.getAddress(), to.getAddress()) <= 0;
    }
}
