package dev.nettest.samples.reliable;

import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.util.HashMap;
import java.util.Map;

/**
 * The receiver for {@link ReliableSender}: acknowledges messages, puts them in order and drops duplicates. It serves
 * one sender from one thread, which must keep receiving as long as acknowledgements may be lost.
 */
public final class ReliableReceiver implements Closeable {

    /** How far a message may be ahead of the first missing one. */
    static final int WINDOW = 8;

    private final DatagramSocket socket;
    private final byte[] buffer = new byte[Message.MAX_SIZE];
    private final Map<Integer, byte[]> early = new HashMap<>();
    private int next;

    /** @param socket bound; this receiver closes it */
    public ReliableReceiver(DatagramSocket socket) {
        this.socket = socket;
    }

    /** Waits for the next message and returns it. */
    public byte[] receive() throws IOException {
        while (!early.containsKey(next)) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
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
