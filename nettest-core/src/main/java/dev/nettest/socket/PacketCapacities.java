package dev.nettest.socket;

import java.net.DatagramPacket;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * The capacities of packets into which a shorter datagram was received. The JDK keeps the capacity in a field of the
 * packet, which code outside of {@code java.net} cannot set apart from the length.
 *
 * <p>The capacity belongs to the packet, whichever socket received into it. So there is one map for all sockets. It
 * holds its packets weakly.
 */
final class PacketCapacities {

    /** The packet as a receive left it. If its owner has changed it since, its length is its capacity again. */
    private static final class Received {
        private final byte[] data;
        private final int offset;
        private final int length;
        private final int capacity;

        Received(DatagramPacket packet, int capacity) {
            this.data = packet.getData();
            this.offset = packet.getOffset();
            this.length = packet.getLength();
            this.capacity = capacity;
        }

        boolean isUnchanged(DatagramPacket packet) {
            return data == packet.getData() && offset == packet.getOffset() && length == packet.getLength();
        }
    }

    /** By identity, because a packet has no other equality. Guarded by this class. */
    private static final Map<DatagramPacket, Received> PACKETS = new WeakHashMap<>();

    private PacketCapacities() {}

    static synchronized int of(DatagramPacket packet) {
        Received received = PACKETS.get(packet);
        return received != null && received.isUnchanged(packet) ? received.capacity : packet.getLength();
    }

    /** Remembers the capacity of a packet that a receive has just filled. */
    static synchronized void put(DatagramPacket packet, int capacity) {
        if (packet.getLength() == capacity) {
            PACKETS.remove(packet);
        } else {
            PACKETS.put(packet, new Received(packet, capacity));
        }
    }
}
