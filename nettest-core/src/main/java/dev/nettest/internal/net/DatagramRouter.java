package dev.nettest.internal.net;

import dev.nettest.internal.datagram.DatagramSocketQueue.Arrival;
import dev.nettest.internal.datagram.SendVerdict;
import dev.nettest.internal.link.HostAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Routes datagrams to the endpoints of a network, and ICMP port unreachable messages back to their senders. No method
 * consumes the bytes that it sends.
 */
final class DatagramRouter {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final NetworkImpl network;
    private final UdpTable endpoints;
    private final LinkTransmitter links;

    DatagramRouter(NetworkImpl network, UdpTable endpoints) {
        this.network = network;
        this.endpoints = endpoints;
        this.links = new LinkTransmitter(network);
    }

    /** Sends the remaining bytes, or queues a copy while the sender's host is paused. */
    void send(
            DatagramEndpointImpl from,
            InetSocketAddress source,
            InetSocketAddress target,
            ByteBuffer bytes,
            SendVerdict verdict) {
        EgressQueue egress = from.host().state().egress();
        if (!egress.isClosed() || !queueEgress(egress, from, source, target, bytes, verdict)) {
            route(from, source, target, bytes, verdict);
        }
    }

    private boolean queueEgress(
            EgressQueue egress,
            DatagramEndpointImpl from,
            InetSocketAddress source,
            InetSocketAddress target,
            ByteBuffer bytes,
            SendVerdict verdict) {
        int count = bytes.remaining();
        ByteBuffer copy = UdpTable.copy(bytes);
        from.io().transmitStarted(count);
        boolean queued = egress.add(() -> {
            from.io().transmitFinished(count);
            route(from, source, target, copy, verdict);
        });
        if (!queued) {
            from.io().transmitFinished(count);
        }
        return queued;
    }

    private void route(
            DatagramEndpointImpl from,
            InetSocketAddress source,
            InetSocketAddress target,
            ByteBuffer bytes,
            SendVerdict verdict) {
        InetAddress address = target.getAddress();
        if (address.isMulticastAddress() || UdpTable.isBroadcast(address)) {
            deliverToGroup(from, source, target, bytes, verdict);
            return;
        }
        if (network.links().table().isTrivial()) {
            deliver(from, source, target, bytes, verdict);
            return;
        }
        links.transmit(
                from,
                new HostAddress(from.host(), source.getAddress()),
                hostAddress(address),
                bytes,
                verdict,
                new Delivery(from, source, target));
    }

    /** A datagram on its way from {@code source} to {@code target}. */
    private final class Delivery implements LinkTransmitter.Delivery {

        private final DatagramEndpointImpl from;
        private final InetSocketAddress source;
        private final InetSocketAddress target;

        Delivery(DatagramEndpointImpl from, InetSocketAddress source, InetSocketAddress target) {
            this.from = from;
            this.source = source;
            this.target = target;
        }

        @Override
        public void arrive(ByteBuffer bytes, SendVerdict verdict) {
            deliver(from, source, target, bytes, verdict);
        }

        @Override
        public void lost(int size, DatagramLoss loss) {
            from.io().recordLost(target, size, loss);
        }

        @Override
        public void fragmented(int size, int fragments) {
            from.io().recordFragments(target, size, fragments);
        }
    }

    /** True if a datagram of {@code size} bytes is too long for the link to {@code target}, and the sender knows it. */
    boolean refuses(DatagramEndpointImpl from, InetAddress source, InetAddress target, int size) {
        return !network.links().table().isTrivial()
                && !target.isMulticastAddress()
                && !UdpTable.isBroadcast(target)
                && links.refuses(from, new HostAddress(from.host(), source), hostAddress(target), size);
    }

    private HostAddress hostAddress(InetAddress address) {
        return new HostAddress(network.hostTable().ownerOf(address), address);
    }

    private void deliver(
            DatagramEndpointImpl from,
            InetSocketAddress source,
            InetSocketAddress target,
            ByteBuffer bytes,
            SendVerdict verdict) {
        DatagramEndpointImpl to = endpoints.find(target, source);
        Arrival arrival = to == null ? Arrival.REFUSED : to.ingress().deliver(source, bytes, verdict);
        if (arrival == Arrival.DROPPED) {
            from.io().recordLost(target, bytes.remaining(), DatagramLoss.BUFFER_FULL);
        } else if (arrival == Arrival.REFUSED) {
            from.io().recordLost(target, bytes.remaining(), DatagramLoss.NO_ENDPOINT);
            replyUnreachable(new PortUnreachable(from, source.getAddress(), target));
        }
    }

    // ---- ICMP

    /** The ICMP port unreachable message for a datagram that {@code from} sent to {@code target}. */
    private record PortUnreachable(DatagramEndpointImpl from, InetAddress source, InetSocketAddress target)
            implements Runnable {
        @Override
        public void run() {
            from.ingress().onPortUnreachable(target);
        }
    }

    /** Replies as soon as the target's host can send. */
    private void replyUnreachable(PortUnreachable reply) {
        HostImpl replying = network.hostTable().ownerOf(reply.target.getAddress());
        if (reply.from.remoteAddress() == null || replying.state().isSilent()) {
            return; // an unconnected sender ignores the reply, and a silent host sends none
        }
        Runnable sending = network.links().table().isTrivial() ? reply : () -> routeBack(reply);
        if (!replying.state().egress().isClosed() || !replying.state().egress().add(sending)) {
            sending.run();
        }
    }

    private void routeBack(PortUnreachable reply) {
        links.transmit(
                reply.from,
                hostAddress(reply.target.getAddress()),
                new HostAddress(reply.from.host(), reply.source),
                NOTHING,
                SendVerdict.PLAIN,
                (nothing, verdict) -> reply.run());
    }

    // ---- groups

    private void deliverToGroup(
            DatagramEndpointImpl from,
            InetSocketAddress source,
            InetSocketAddress target,
            ByteBuffer bytes,
            SendVerdict verdict) {
        InetAddress group = target.getAddress();
        for (DatagramEndpointImpl endpoint : endpoints.findAll(target)) {
            if (!group.isMulticastAddress() || receivesMulticast(from, source, endpoint, group)) {
                InetAddress bound = endpoint.binding().address().getAddress();
                InetAddress address = bound.isAnyLocalAddress() ? addressOf(endpoint, source) : bound;
                links.transmit(
                        from,
                        new HostAddress(from.host(), source.getAddress()),
                        new HostAddress(endpoint.host(), address),
                        bytes,
                        verdict,
                        new GroupDelivery(from, endpoint, source, target));
            }
        }
    }

    /** A datagram on its way to one member of a group. */
    private record GroupDelivery(
            DatagramEndpointImpl from, DatagramEndpointImpl member, InetSocketAddress source, InetSocketAddress target)
            implements LinkTransmitter.Delivery {

        @Override
        public void arrive(ByteBuffer bytes, SendVerdict verdict) {
            if (member.ingress().deliver(source, bytes, verdict) == Arrival.DROPPED) {
                lost(bytes.remaining(), DatagramLoss.BUFFER_FULL);
            }
        }

        @Override
        public void lost(int size, DatagramLoss loss) {
            from.io().recordLost(target, size, loss);
        }
    }

    private static boolean receivesMulticast(
            DatagramEndpointImpl from, InetSocketAddress source, DatagramEndpointImpl to, InetAddress group) {
        return (from.multicastLoop() || !sameHost(from, to)) && to.groups().accept(group, source.getAddress());
    }

    /** The address that links match for an endpoint that is bound to a wildcard. */
    private static InetAddress addressOf(DatagramEndpointImpl endpoint, InetSocketAddress source) {
        InetAddress own = endpoint.host().selectSource(source.getAddress());
        return own == null ? endpoint.host().addresses().get(0) : own;
    }

    /** True if both are on one host. On the default host each endpoint counts as a host of its own. */
    private static boolean sameHost(DatagramEndpointImpl from, DatagramEndpointImpl to) {
        return from == to || (from.host() == to.host() && !from.host().isDefault());
    }
}
