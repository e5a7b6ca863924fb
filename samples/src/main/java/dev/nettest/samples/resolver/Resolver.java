package dev.nettest.samples.resolver;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;

/** Asks name servers over UDP, one after the other, until one answers. */
public final class Resolver {

    private static final int MAX_ANSWER = 512;

    /** Opens sockets: {@code DatagramSocket::new}. */
    @FunctionalInterface
    public interface Sockets {
        DatagramSocket open() throws IOException;
    }

    private final Sockets sockets;
    private final List<InetSocketAddress> servers;
    private final Duration timeout;

    /** @param timeout how long to wait for one server */
    public Resolver(Sockets sockets, List<InetSocketAddress> servers, Duration timeout) {
        this.sockets = sockets;
        this.servers = List.copyOf(servers);
        this.timeout = timeout;
    }

    /**
     * The address of {@code name}.
     *
     * @throws UnknownHostException if a server does not know the name
     * @throws SocketTimeoutException if no server answers
     */
    public String lookup(String name) throws IOException {
        for (InetSocketAddress server : servers) {
            try {
                String address = ask(server, name);
                if (address.isEmpty()) {
                    throw new UnknownHostException(name);
                }
                return address;
            } catch (SocketTimeoutException | PortUnreachableException noAnswer) {
                continue;
            }
        }
        throw new SocketTimeoutException("no server answers: " + servers);
    }

    private String ask(InetSocketAddress server, String name) throws IOException {
        try (DatagramSocket socket = sockets.open()) {
            socket.connect(server); // an unconnected socket does not report an unreachable port
            socket.setSoTimeout((int) timeout.toMillis());
            byte[] question = name.getBytes(UTF_8);
            socket.send(new DatagramPacket(question, question.length));
            DatagramPacket answer = new DatagramPacket(new byte[MAX_ANSWER], MAX_ANSWER);
            socket.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), UTF_8);
        }
    }
}
