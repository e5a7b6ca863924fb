package dev.nettest;

import dev.nettest.kernel.End;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** The way between the two ends of a connection, in both directions: as their hosts and the links between these say. */
final class ConnectionWay {

    private final Network network;
    private final ConnectionLife dialler;
    private final ConnectionLife accepter;

    /** From the dialler, and back; null before there was a link. Guarded by the ends' lock. */
    private @Nullable Passage there;

    private @Nullable Passage back;

    ConnectionWay(ConnectionLife dialler, ConnectionLife accepter) {
        this.network = dialler.network();
        this.dialler = dialler;
        this.accepter = accepter;
    }

    /** Follows its hosts and the links, whoever changed them last. */
    void follow() {
        boolean here;
        boolean yonder;
        long seen;
        do {
            here = isCutOff(dialler.home());
            yonder = isCutOff(accepter.home());
            seen = network.links().changes().count();
            Way out = between(dialler, accepter, true);
            Way in = between(accepter, dialler, false);
            dialler.end().lock(); // which is the other's too
            if (seen > 0) {
                take(out, in);
            }
            hold(accepter.end(), out.isStopped() || here || yonder, yonder);
            hold(dialler.end(), in.isStopped() || here || yonder, here);
            dialler.end().leave();
        } while (here != isCutOff(dialler.home())
                || yonder != isCutOff(accepter.home())
                || seen != network.links().changes().count());
    }

    static boolean isCutOff(@Nullable Host host) {
        return host != null && host.isCutOff();
    }

    private void take(Way out, Way in) {
        Passage up = there == null ? new Passage(seed(accepter)) : there;
        Passage down = back == null ? new Passage(seed(dialler)) : back;
        there = up;
        back = down;
        boolean upChanged = up.take(out, in);
        boolean downChanged = down.take(in, out);
        Passage slowUp = up.delays() ? up : null;
        Passage slowDown = down.delays() ? down : null;
        accepter.end().route(slowUp, slowDown, upChanged, network.timers());
        dialler.end().route(slowDown, slowUp, downChanged, network.timers());
    }

    private long seed(ConnectionLife reader) {
        return Dice.seed(network.seed(), Passage.DICE, reader.diceKey());
    }

    private void hold(End end, boolean held, boolean everything) {
        if (held) {
            end.hold(everything, network.timers());
        } else {
            end.release();
        }
    }

    /** What lies in one direction; nothing where both ends are of one kernel. */
    private Way between(ConnectionLife from, ConnectionLife to, boolean outbound) {
        boolean free = network.links().isTrivial() || dialler.end().isLocal();
        return free ? Way.FREE : network.links().way(spot(from), spot(to), outbound);
    }

    private LinkSide.Spot spot(ConnectionLife life) {
        Host home = life.home();
        InetAddress address = ((InetSocketAddress) life.localAddress()).getAddress();
        return new LinkSide.Spot(home == null ? network.hosts().ownerOf(address) : home, address);
    }

    // ---- for a dial

    /** When a part of the handshake gets to the listener that leaves now; -1 where that takes no time. */
    long arrivalThere() {
        return arrival(true);
    }

    /** When an answer that leaves now gets back; -1 where that takes no time. */
    long arrivalBack() {
        return arrival(false);
    }

    private long arrival(boolean outbound) {
        dialler.end().lock();
        try {
            long now = network.timers().now();
            Passage passage = outbound ? there : back;
            long arrival = passage == null ? now : passage.handshake(now);
            return arrival <= now ? -1 : arrival;
        } finally {
            dialler.end().leave();
        }
    }

    /** Whether anything takes time, one way or the other. */
    boolean takesTime() {
        dialler.end().lock();
        try {
            return (there != null && there.delays()) || (back != null && back.delays());
        } finally {
            dialler.end().leave();
        }
    }

    /** Whether the links let nothing through now, one way or the other. */
    boolean isStopped() {
        follow();
        dialler.end().lock();
        try {
            return (there != null && there.way().isStopped())
                    || (back != null && back.way().isStopped());
        } finally {
            dialler.end().leave();
        }
    }
}
