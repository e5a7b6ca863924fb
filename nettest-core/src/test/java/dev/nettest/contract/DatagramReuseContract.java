package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Datagram sockets that share an address: {@code SO_REUSEADDR} (A) and {@code SO_REUSEPORT} (P). */
abstract class DatagramReuseContract {
    private static final String LOCALHOST = "127.0.0.1";
    private static final String ANY = "0.0.0.0";

    /** With so many senders, each of two sockets gets some, but for a chance of 2 to the power of -99. */
    private static final int SENDERS = 100;

    private final List<DatagramSocket> sockets = new ArrayList<>();
    private SocketArm arm;
    private int port;

    abstract SocketArm arm();

    @BeforeEach
    void openArm() {
        arm = arm();
    }

    @AfterEach
    void closeArm() throws IOException {
        arm.close();
    }

    /** Binds a further socket to the port of the first. */
    private DatagramSocket bind(String options, String address) throws IOException {
        DatagramSocket socket = arm.datagramSocket(null);
        socket.setReuseAddress(options.contains("A"));
        socket.setOption(StandardSocketOptions.SO_REUSEPORT, options.contains("P"));
        socket.bind(StreamBackend.address(address, port));
        port = socket.getLocalPort();
        sockets.add(socket);
        return socket;
    }

    static Stream<Arguments> onlyTheSameOptionSharesAnAddress() {
        List<Arguments> all = new ArrayList<>();
        for (String first : List.of("", "A", "P", "AP")) {
            for (String second : List.of("", "A", "P", "AP")) {
                boolean shares =
                        (first.contains("A") && second.contains("A")) || (first.contains("P") && second.contains("P"));
                all.add(arguments(first, second, LOCALHOST, LOCALHOST, shares));
                all.add(arguments(first, second, ANY, LOCALHOST, shares));
                all.add(arguments(first, second, LOCALHOST, ANY, shares));
                all.add(arguments(first, second, ANY, ANY, shares));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource
    void onlyTheSameOptionSharesAnAddress(
            String first, String second, String firstAddress, String secondAddress, boolean shares) throws IOException {
        bind(first, firstAddress);

        String outcome = Outcome.of(() -> {
            bind(second, secondAddress);
            return "shared";
        });

        assertThat(outcome).isEqualTo(shares ? "shared" : "java.net.BindException: Address already in use");
    }

    /** The index of the socket that gets a sender's datagrams; all sockets whose index is given must get some. */
    private void assertShares(String target, Integer... indexes) throws IOException {
        List<Integer> reached = new ArrayList<>();
        for (int i = 0; i < SENDERS; i++) {
            DatagramSocket sender = arm.datagramSocket(StreamBackend.loopback(0));
            int index = send(sender, target);
            assertThat(send(sender, target))
                    .as("the second datagram of a sender")
                    .isEqualTo(index);
            reached.add(index);
            sender.close();
        }
        assertThat(reached).contains(indexes).doesNotContainAnyElementsOf(others(indexes));
    }

    private List<Integer> others(Integer... indexes) {
        List<Integer> others = new ArrayList<>();
        for (int i = 0; i < sockets.size(); i++) {
            others.add(i);
        }
        others.removeAll(List.of(indexes));
        return others.isEmpty() ? List.of(-1) : others;
    }

    /** Sends a datagram, and finds the socket that it reaches. */
    private int send(DatagramSocket sender, String target) throws IOException {
        sender.send(new DatagramPacket(new byte[1], 1, StreamBackend.address(target, port)));
        long start = System.nanoTime();
        while (System.nanoTime() - start < 20_000_000_000L) {
            for (int i = 0; i < sockets.size(); i++) {
                if (!sockets.get(i).isClosed() && receives(sockets.get(i))) {
                    return i;
                }
            }
        }
        throw new AssertionError("the datagram reached no socket");
    }

    private static boolean receives(DatagramSocket socket) throws IOException {
        socket.setSoTimeout(1);
        try {
            socket.receive(new DatagramPacket(new byte[1], 1));
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @Test
    void reuseAddressGivesAllToTheLast() throws IOException {
        bind("A", LOCALHOST);
        bind("A", LOCALHOST);
        bind("A", LOCALHOST);
        assertShares(LOCALHOST, 2);
        sockets.get(2).close();
        assertShares(LOCALHOST, 1);
    }

    @Test
    void reusePortSharesTheSenders() throws IOException {
        bind("P", LOCALHOST);
        bind("AP", LOCALHOST);
        bind("P", LOCALHOST);
        assertShares(LOCALHOST, 0, 1, 2);
        sockets.get(1).close();
        assertShares(LOCALHOST, 0, 2);
    }

    @Test
    void aMoreSpecificGroupComesFirst() throws IOException {
        bind("P", ANY);
        bind("P", LOCALHOST);
        bind("P", LOCALHOST);
        bind("P", ANY);
        assertShares(LOCALHOST, 1, 2);
        sockets.get(1).close();
        sockets.get(2).close();
        assertShares(LOCALHOST, 0, 3);
    }

    @Test
    void aSocketWithoutReusePortComesBeforeTheGroup() throws IOException {
        bind("AP", LOCALHOST);
        bind("A", LOCALHOST);
        bind("AP", LOCALHOST);
        assertShares(LOCALHOST, 1);
        sockets.get(1).close();
        assertShares(LOCALHOST, 0, 2);
    }

    @Test
    void theOptionCanBeSetAfterTheBind() throws IOException {
        DatagramSocket first = bind("", LOCALHOST);
        first.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        bind("P", LOCALHOST);
        assertShares(LOCALHOST, 0, 1);
    }

    @Test
    void theOptionCanBeUnsetAfterTheBind() throws IOException {
        DatagramSocket first = bind("P", LOCALHOST);
        first.setOption(StandardSocketOptions.SO_REUSEPORT, false);

        assertThat(Outcome.of(() -> {
                    bind("P", LOCALHOST);
                    return "shared";
                }))
                .isEqualTo("java.net.BindException: Address already in use");
    }

    @Test
    void aConnectedSocketLeavesTheGroup() throws IOException {
        DatagramSocket first = bind("P", LOCALHOST);
        bind("P", LOCALHOST);
        DatagramSocket peer = arm.datagramSocket(StreamBackend.loopback(0));
        first.connect(peer.getLocalSocketAddress());

        assertShares(LOCALHOST, 1);
        first.disconnect();
        assertShares(LOCALHOST, 0, 1);
    }

    @Test
    void aConnectedSocketGetsAllOfItsPeer() throws IOException {
        bind("P", LOCALHOST);
        bind("P", LOCALHOST);
        bind("P", LOCALHOST);
        DatagramSocket peer = arm.datagramSocket(StreamBackend.loopback(0));
        for (DatagramSocket socket : sockets) {
            socket.connect(peer.getLocalSocketAddress());
            assertThat(send(peer, LOCALHOST)).isEqualTo(sockets.indexOf(socket));
            socket.disconnect();
        }
    }

    @Test
    void aBroadcastReachesAll() throws IOException {
        bind("P", ANY);
        bind("P", ANY);
        DatagramSocket sender = arm.datagramSocket(new InetSocketAddress(0));

        int first = send(sender, "127.255.255.255");
        long start = System.nanoTime();
        while (!receives(sockets.get(1 - first))) {
            assertThat(System.nanoTime() - start).isLessThan(20_000_000_000L);
        }
    }
}
