package dev.nettest.samples.reliable;

import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.HashMap;
import java.util.Map;

/**
 * The other side of {@link ReliableSender}: acknowledges what it gets, puts it in order and drops what it has already. It serves one sender, from
 * one thread, which has to go on receiving as long as acknowledgements may be lost.
 */
public final class ReliableReceiver implements Closeable {

    /** How far a message may be ahead of the first one that is missing. */
    static final int WINDOW = 8;

    private final DatagramSocket socket;
    private final byte[] room = new byte[Message.MAX_SIZE];
    private final Map<Integer, byte[]> early = new HashMap<>();
    private int next;

    /** @param socket bound; it is this receiver's from here on */
    public ReliableReceiver(DatagramSocket socket) {
        this.socket = socket;
    }

    /** The next message; waits for it. */
    public byte[] receive() throws IOException {
        while (!early.containsKey(next)) {
            DatagramPacket packet = new DatagramPacket(room, room.length);
            socket.receive(packet);
            Message message = Message.of(packet).orElse(null);
            if (message == null || message.kind() != Message.Kind.DATA || message.number() - next >= WINDOW) {
                continue;
            }
            if (message.number() >= next) {
                early.put(message.number(), message.data());
            }
            DatagramPacket acknowledgement =
                    Message.acknowledgement(message.number()).packet();
            acknowledgement.setSocketAddress(packet.getSocketAddress());
            socket.send(acknowledgement);
        }
        return early.remove(next++);
    }

    @Override
    public void close() {
        socket.close();
    }
}
