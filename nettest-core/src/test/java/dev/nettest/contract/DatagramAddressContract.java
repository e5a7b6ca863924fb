package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The addresses that datagram sockets send to and from: wildcards, and several addresses of one host. */
abstract class DatagramAddressContract {
    private static final int LIMIT_MILLIS = 20_000;

    private SocketArm arm;

    abstract SocketArm arm();

    @BeforeEach
    void openArm() {
        Assumptions.assumeTrue(TcpTable.isDualStack(), "this machine has no IPv6");
        arm = arm();
    }

    @AfterEach
    void closeArm() throws IOException {
        if (arm != null) {
            arm.close();
        }
    }

    private static InetSocketAddress address(String literal, int port) {
        return StreamBackend.address(literal, port);
    }

    /** Null binds nothing. */
    private DatagramSocket socket(String literal) throws IOException {
        return arm.datagramSocket(literal == null ? null : address(literal, 0));
    }

    private static DatagramPacket packet(int length) {
        return new DatagramPacket(new byte[length], length);
    }

    /** The outcome of a send, which has no target if the packet has none. */
    private static String send(DatagramSocket socket, int length, SocketAddress target) {
        return Outcome.of(() -> {
            DatagramPacket packet = packet(length);
            if (target != null) {
                packet.setSocketAddress(target);
            }
            socket.send(packet);
            return "sent to " + packet.getAddress();
        });
    }

    /** The sender's address of the first datagram. */
    private static String sender(DatagramSocket socket) throws IOException {
        return sender(socket, LIMIT_MILLIS);
    }

    private static boolean hasNothingToReceive(DatagramSocket socket) throws IOException {
        return sender(socket, 1).equals("java.net.SocketTimeoutException: Receive timed out");
    }

    private static String sender(DatagramSocket socket, int millis) throws IOException {
        socket.setSoTimeout(millis);
        return Outcome.of(() -> {
            DatagramPacket packet = packet(9);
            socket.receive(packet);
            return packet.getAddress();
        });
    }

    // ---- wildcards as targets

    static Stream<Arguments> connectsToWildcards() {
        List<Arguments> all = new ArrayList<>();
        for (String target : List.of("0.0.0.0", "::")) {
            for (String bound : new String[] {null, "0.0.0.0", "::", "::1"}) {
                all.add(arguments(bound, target, "::1"));
            }
            all.add(arguments("127.0.0.1", target, "127.0.0.1"));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource
    void connectsToWildcards(String bound, String target, String reached) throws IOException {
        DatagramSocket server = socket(reached);
        DatagramSocket other =
                arm.datagramSocket(address(reached.equals("::1") ? "127.0.0.1" : "::1", server.getLocalPort()));
        DatagramSocket client = socket(bound);
        InetAddress own = address(reached, 0).getAddress();
        InetSocketAddress wildcard = address(target, server.getLocalPort());

        client.connect(wildcard);

        assertThat(client.getInetAddress()).isEqualTo(wildcard.getAddress());
        assertThat(client.getRemoteSocketAddress()).isEqualTo(wildcard);
        assertThat(client.getLocalAddress()).isEqualTo(own);
        assertThat(send(client, 1, null)).isEqualTo("sent to " + wildcard.getAddress());
        assertThat(sender(server)).isEqualTo(own.toString());
        assertThat(hasNothingToReceive(other)).isTrue();
        assertThat(send(client, 2, wildcard)).isEqualTo("sent to " + wildcard.getAddress());
        assertThat(send(client, 3, server.getLocalSocketAddress()))
                .isEqualTo("java.lang.IllegalArgumentException: Connected and packet address differ");

        assertThat(send(server, 4, client.getLocalSocketAddress())).startsWith("sent");
        assertThat(sender(client)).isEqualTo(own.toString());

        client.disconnect();
        assertThat(client.getInetAddress()).isNull();
        boolean bindsOne = "::1".equals(bound) || "127.0.0.1".equals(bound);
        assertThat(client.getLocalAddress().isAnyLocalAddress()).isEqualTo(!bindsOne);
    }

    // ---- connected twice

    static Stream<Arguments> anIPv4SocketKeepsItsPeer() {
        return Stream.of(
                arguments("127.0.0.1", "::1", "Address family not supported by protocol"),
                arguments("0.0.0.0", "::1", "Address family not supported by protocol"),
                arguments(null, "::1", "Address family not supported by protocol"),
                arguments(null, "127.255.255.255", "Permission denied"));
    }

    @ParameterizedTest
    @MethodSource
    void anIPv4SocketKeepsItsPeer(String bound, String second, String message) throws IOException {
        DatagramSocket server = socket("127.0.0.1");
        DatagramSocket other = socket("::1");
        DatagramSocket client = socket(bound);
        client.setBroadcast(false);
        SocketAddress peer = server.getLocalSocketAddress();
        client.connect(peer);
        SocketAddress local = client.getLocalSocketAddress();

        assertThatThrownBy(() -> client.connect(address(second, other.getLocalPort())))
                .isInstanceOf(SocketException.class)
                .hasMessage(message);

        assertThat(client.isConnected()).isTrue();
        assertThat(client.getRemoteSocketAddress()).isEqualTo(peer);
        assertThat(client.getLocalSocketAddress()).isEqualTo(local);
        assertThat(send(client, 1, null)).isEqualTo("sent to /127.0.0.1");
        assertThat(sender(server)).isEqualTo("/127.0.0.1");
        assertThat(send(server, 1, local)).startsWith("sent");
        assertThat(sender(client)).isEqualTo("/127.0.0.1");

        client.disconnect();
        assertThat(client.getLocalSocketAddress()).as("the JDK binds it there").isEqualTo(local);
        assertThat(send(client, 1, other.getLocalSocketAddress()))
                .isEqualTo("java.net.SocketException: Address family not supported by protocol");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::"})
    void aWildcardAfterAnIPv4PeerIsLocalhost(String wildcard) throws IOException {
        DatagramSocket server = socket("127.0.0.1");
        DatagramSocket client = socket(null);
        client.connect(server.getLocalSocketAddress());
        client.connect(address(wildcard, server.getLocalPort()));
        assertThat(client.getInetAddress()).isEqualTo(address(wildcard, 0).getAddress());
        assertThat(send(client, 1, null)).startsWith("sent");
        assertThat(sender(server)).isEqualTo("/127.0.0.1");
    }

    @Test
    void aConnectThatTheJdkRefusesChangesNothing() throws IOException {
        DatagramSocket server = socket("127.0.0.1");
        DatagramSocket client = socket(null);
        client.connect(server.getLocalSocketAddress());
        assertThatThrownBy(() -> client.connect(address("::1", 0))).hasMessage("Can't connect to port 0");
        client.disconnect();
        assertThat(client.getLocalAddress().isAnyLocalAddress()).isTrue();
    }

    static Stream<Arguments> sendsToWildcards() {
        return Stream.of(
                arguments(null, "0.0.0.0", "/127.0.0.1"),
                arguments("0.0.0.0", "0.0.0.0", "/127.0.0.1"),
                arguments("::", "0.0.0.0", "/127.0.0.1"),
                arguments("127.0.0.1", "0.0.0.0", "/127.0.0.1"),
                arguments("::1", "0.0.0.0", "java.net.SocketException: Network is unreachable"),
                arguments(null, "::", "/0:0:0:0:0:0:0:1"),
                arguments("0.0.0.0", "::", "/0:0:0:0:0:0:0:1"),
                arguments("::", "::", "/0:0:0:0:0:0:0:1"),
                arguments("127.0.0.1", "::", "/127.0.0.1"),
                arguments("::1", "::", "/0:0:0:0:0:0:0:1"));
    }

    @ParameterizedTest
    @MethodSource
    void sendsToWildcards(String bound, String target, String outcome) throws IOException {
        DatagramSocket four = socket("127.0.0.1");
        DatagramSocket six = arm.datagramSocket(address("::1", four.getLocalPort()));
        DatagramSocket client = socket(bound);

        String sent = send(client, 1, address(target, four.getLocalPort()));

        if (!sent.startsWith("sent")) {
            assertThat(sent).isEqualTo(outcome);
            return;
        }
        boolean isIPv4 = outcome.equals("/127.0.0.1");
        assertThat(sender(isIPv4 ? four : six)).isEqualTo(outcome);
        assertThat(hasNothingToReceive(isIPv4 ? six : four)).isTrue();
    }

    // ---- the source of an answer

    private enum Client {
        UNBOUND,
        BOUND_TO_LOCALHOST,
        BOUND_TO_TARGET
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerComesFromTheOwnAddressThatItGoesTo(Client bound) throws IOException {
        InetAddress own = arm.ownAddress().orElse(null);
        Assumptions.assumeTrue(own != null, "this machine has no address but those of loopback");
        assertAnswers(bound, own, bound == Client.BOUND_TO_LOCALHOST ? localhost() : own);
    }

    @ParameterizedTest
    @EnumSource
    void anAnswerToLoopbackComesFromLocalhost(Client bound) throws IOException {
        InetAddress target = address("127.0.0.2", 0).getAddress();
        assertAnswers(bound, target, bound == Client.BOUND_TO_TARGET ? target : localhost());
    }

    private static InetAddress localhost() {
        return address("127.0.0.1", 0).getAddress();
    }

    private DatagramSocket client(Client bound, InetAddress target) throws IOException {
        InetAddress address = switch (bound) {
            case UNBOUND -> null;
            case BOUND_TO_LOCALHOST -> localhost();
            case BOUND_TO_TARGET -> target;
        };
        return arm.datagramSocket(address == null ? null : new InetSocketAddress(address, 0));
    }

    /** A server on every address answers {@code target} clients; {@code source} is what it sees of them. */
    private void assertAnswers(Client bound, InetAddress target, InetAddress source) throws IOException {
        DatagramSocket server = arm.datagramSocket(new InetSocketAddress(0));
        InetAddress answersFrom = source.isLoopbackAddress() ? localhost() : source;
        InetSocketAddress service = new InetSocketAddress(target, server.getLocalPort());

        DatagramSocket connected = client(bound, target);
        connected.connect(service);
        assertThat(connected.getLocalAddress()).isEqualTo(source);
        assertThat(send(connected, 1, null)).startsWith("sent");
        assertThat(answer(server)).isEqualTo(source);
        if (answersFrom.equals(target)) {
            assertThat(sender(connected)).isEqualTo(target.toString());
        } else {
            assertThat(hasNothingToReceive(connected)).isTrue(); // the answer comes from another address
        }

        DatagramSocket unconnected = client(bound, target);
        assertThat(send(unconnected, 1, service)).startsWith("sent");
        assertThat(answer(server)).isEqualTo(source);
        assertThat(sender(unconnected)).isEqualTo(answersFrom.toString());
    }

    /** Answers the next datagram, and returns its sender. */
    private static InetAddress answer(DatagramSocket server) throws IOException {
        server.setSoTimeout(LIMIT_MILLIS);
        DatagramPacket received = packet(9);
        server.receive(received);
        server.send(new DatagramPacket(new byte[1], 1, received.getSocketAddress()));
        return received.getAddress();
    }
}
