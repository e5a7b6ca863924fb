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

/** Asks name servers over UDP, each only when the one before it did not answer in time, or is not there. */
public final class Resolver {

    private static final int LONGEST_ANSWER = 512;

    /** Where sockets come from: {@code DatagramSocket::new}. */
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
     * @throws UnknownHostException if a server says that there is none
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
            socket.connect(server); // which also has this socket hear that nobody is there
            socket.setSoTimeout((int) timeout.toMillis());
            byte[] question = name.getBytes(UTF_8);
            socket.send(new DatagramPacket(question, question.length));
            DatagramPacket answer = new DatagramPacket(new byte[LONGEST_ANSWER], LONGEST_ANSWER);
            socket.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), UTF_8);
        }
    }
}
