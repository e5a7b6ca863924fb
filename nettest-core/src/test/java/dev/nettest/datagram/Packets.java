package dev.nettest.datagram;

import dev.nettest.DatagramEndpoint;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/** Datagrams as text, one character a byte. */
final class Packets {
    /** Where nothing waits. */
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

    /** All that wait, with a blank between two. */
    static String receiveAll(DatagramEndpoint endpoint) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String next = tryReceive(endpoint); !next.equals(NONE); next = tryReceive(endpoint)) {
            all.append(all.length() == 0 ? "" : " ").append(next);
        }
        return all.toString();
    }

    /** Who sent the next one, whatever it says. */
    static SocketAddress sender(DatagramEndpoint endpoint) throws IOException {
        return endpoint.receive(ByteBuffer.allocate(SIZE));
    }
}
