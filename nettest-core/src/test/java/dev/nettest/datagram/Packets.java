package dev.nettest.datagram;

import dev.nettest.DatagramEndpoint;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/** Datagrams as text, one character per byte. */
final class Packets {
    /** The result if no datagram is queued. */
    static final String NONE = "<none>";

    private static final int SIZE = 70_000;

    private Packets() {}

    static void send(DatagramEndpoint from, String text, DatagramEndpoint to) throws IOException {
        from.send(Text.bytes(text), to.localAddress());
    }

    static String receive(DatagramEndpoint endpoint) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(SIZE);
        endpoint.receive(target);
        return Text.text(target);
    }

    static String tryReceive(DatagramEndpoint endpoint) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(SIZE);
        return endpoint.tryReceive(target) == null ? NONE : Text.text(target);
    }

    /** All queued datagrams, separated by blanks. */
    static String receiveAll(DatagramEndpoint endpoint) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String next = tryReceive(endpoint); !next.equals(NONE); next = tryReceive(endpoint)) {
            all.append(all.length() == 0 ? "" : " ").append(next);
        }
        return all.toString();
    }

    /** Receives a datagram and returns its sender. */
    static SocketAddress sender(DatagramEndpoint endpoint) throws IOException {
        return endpoint.receive(ByteBuffer.allocate(SIZE));
    }
}
