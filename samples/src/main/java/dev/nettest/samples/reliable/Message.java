package dev.nettest.samples.reliable;

import java.net.DatagramPacket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The content of a packet: a kind, a sequence number, and the data if there is any. */
record Message(Kind kind, int number, byte[] data) {

    /** The longest packet. It fits into common MTUs without fragmentation. */
    static final int MAX_SIZE = 1_200;

    static final int HEADER = 1 + Integer.BYTES;

    enum Kind {
        DATA,
        ACKNOWLEDGEMENT
    }

    static Message acknowledgement(int number) {
        return new Message(Kind.ACKNOWLEDGEMENT, number, new byte[0]);
    }

    /** The message in a packet; empty if the packet is malformed. */
    static Optional<Message> of(DatagramPacket packet) {
        ByteBuffer bytes = ByteBuffer.wrap(packet.getData(), packet.getOffset(), packet.getLength());
        if (bytes.remaining() < HEADER) {
            return Optional.empty();
        }
        int kind = bytes.get();
        int number = bytes.getInt();
        if (kind < 0 || kind >= Kind.values().length) {
            return Optional.empty();
        }
        byte[] data = Arrays.copyOfRange(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.limit());
        return Optional.of(new Message(Kind.values()[kind], number, data));
    }

    DatagramPacket packet() {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER + data.length);
        bytes.put((byte) kind.ordinal()).putInt(number).put(data);
        return new DatagramPacket(bytes.array(), bytes.capacity());
    }
}
