package dev.nettest.internal.inet;

import java.net.DatagramPacket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Packets, and the capacities of those into which a shorter datagram was received. The JDK keeps the capacity in a
 * field of the packet, which code outside of {@code java.net} cannot set apart from the length.
 *
 * <p>The capacity belongs to the packet, whichever socket received into it. So there is one map for all sockets. It
 * holds its packets weakly. Its monitor guards nothing else, because packets have monitors of their own.
 */
final class DatagramPackets {

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

    /** By identity, because a packet has no other equality. */
    private static final Map<DatagramPacket, Received> PACKETS = Collections.synchronizedMap(new WeakHashMap<>());

    private DatagramPackets() {}

    static int capacity(DatagramPacket packet) {
        Received received = PACKETS.get(packet);
        return received != null && received.isUnchanged(packet) ? received.capacity : packet.getLength();
    }

    /** The bytes to send. */
    static ByteBuffer bytes(DatagramPacket packet) {
        return ByteBuffer.wrap(packet.getData(), packet.getOffset(), packet.getLength());
    }

    /** Sets what a receive sets, and remembers the capacity. */
    static void received(DatagramPacket packet, int length, SocketAddress sender) {
        int capacity = capacity(packet);
        packet.setLength(length);
        packet.setSocketAddress(sender);
        if (length == capacity) {
            PACKETS.remove(packet);
        } else {
            PACKETS.put(packet, new Received(packet, capacity));
        }
    }
}
