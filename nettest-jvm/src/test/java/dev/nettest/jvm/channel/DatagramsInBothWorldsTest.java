package dev.nettest.jvm.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.DatagramEndpoint;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Participation;
import dev.nettest.VirtualClock;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.ClaimConfig;
import dev.nettest.jvm.JvmNetwork;
import dev.nettest.jvm.internal.platform.Platform;
import dev.nettest.testing.Background;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** One datagram channel that talks to a claimed server and to a real one. */
class DatagramsInBothWorldsTest {

    private final Network network = Network.create();
    private final Claim claim = JvmNetwork.claim(network);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private DatagramEndpoint memory;
    private DatagramChannel kernel;
    private DatagramChannel client;

    @BeforeEach
    void open() throws IOException {
        memory = claim.host("server").bindDatagram(claimed());
        kernel = closing(Platform.selectorProvider().openDatagramChannel());
        kernel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        client = closing(DatagramChannel.open());
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : opened) {
            resource.close();
        }
        claim.close();
        network.close();
    }

    private <T extends AutoCloseable> T closing(T resource) {
        opened.add(0, resource);
        return resource;
    }

    private InetSocketAddress claimed() {
        return new InetSocketAddress(claim.address(1), 53);
    }

    private SocketAddress real() throws IOException {
        return kernel.getLocalAddress();
    }

    private static ByteBuffer bytes(int value) {
        return ByteBuffer.wrap(new byte[] {(byte) value});
    }

    private static int portOf(DatagramChannel channel) throws IOException {
        return ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    /** Receives on both servers, and answers with the next number. */
    private void answerBoth() throws IOException {
        answerInMemory();
        answerOfKernel();
    }

    private void answerInMemory() throws IOException {
        ByteBuffer asked = ByteBuffer.allocate(9);
        SocketAddress sender = memory.receive(asked);
        memory.send(bytes(asked.get(0) + 1), sender);
    }

    private void answerOfKernel() throws IOException {
        ByteBuffer asked = ByteBuffer.allocate(9);
        SocketAddress sender = kernel.receive(asked);
        kernel.send(bytes(asked.get(0) + 1), sender);
    }

    private void askBoth() throws IOException {
        client.send(bytes(1), claimed());
        client.send(bytes(11), real());
        answerBoth();
    }

    /** The numbers and senders of two datagrams. */
    private static Set<String> receiveTwo(DatagramChannel channel) throws IOException {
        Set<String> received = new HashSet<>();
        for (int i = 0; i < 2; i++) {
            ByteBuffer target = ByteBuffer.allocate(9);
            SocketAddress sender = channel.receive(target);
            received.add(target.get(0) + " from " + sender);
        }
        return received;
    }

    private Set<String> bothAnswers() throws IOException {
        return Set.of("2 from " + claimed(), "12 from " + real());
    }

    // ---- blocking channels

    @Test
    void anUnboundChannelAsksBoth() throws IOException {
        askBoth();

        assertThat(receiveTwo(client)).isEqualTo(bothAnswers());
    }

    @Test
    void aChannelThatIsBoundInTheKernelAsksBoth() throws IOException {
        client.bind(new InetSocketAddress(0));
        int port = portOf(client);

        client.send(bytes(1), claimed());
        ByteBuffer asked = ByteBuffer.allocate(9);
        InetSocketAddress sender = (InetSocketAddress) memory.receive(asked);

        assertThat(sender.getPort()).isEqualTo(port);
        assertThat(portOf(client)).isEqualTo(port);
    }

    @Test
    void aChannelThatIsBoundByARegisteredThreadAsksBoth() throws Exception {
        claim.close(); // the real server has a loopback address, so its port has to stay with the kernel
        ClaimConfig config = ClaimConfig.builder().kernelPorts(portOf(kernel)).build();
        try (Claim withPort = JvmNetwork.claim(network, config)) {
            Set<String> answers = network.executor()
                    .submit(() -> {
                        client.bind(new InetSocketAddress(5300));
                        assertThat(network.snapshot().toString()).contains(":5300");
                        askBoth();
                        return receiveTwo(client);
                    })
                    .get();

            assertThat(answers).isEqualTo(bothAnswers());
            assertThat(withPort.address(1)).isEqualTo(claim.address(1));
        }
    }

    @Test
    void aBoundChannelSendsToLoopbackAddressesWhereItIsBound() throws Exception {
        network.executor()
                .submit(() -> client.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 5300)))
                .get();
        try (DatagramEndpoint local = network.bindDatagram("127.0.0.1:5301")) {
            client.send(bytes(7), new InetSocketAddress(InetAddress.getLoopbackAddress(), 5301)); // not registered

            ByteBuffer received = ByteBuffer.allocate(9);
            assertThat(local.receive(received)).isEqualTo(client.getLocalAddress());
        }
    }

    @RepeatedTest(20)
    void aReceiveThatWaitsSeesAWorldThatBeginsMeanwhile() throws IOException {
        client.bind(null);
        Background<Set<String>> receiving = Background.call(() -> receiveTwo(client));

        client.send(bytes(1), claimed());
        answerInMemory();
        client.send(bytes(11), real());
        answerOfKernel();

        assertThat(receiving.result()).isEqualTo(bothAnswers());
        assertThat(client.isBlocking()).isTrue();
    }

    @RepeatedTest(20)
    void aReceiveThatWaitsInTheNetworkSeesTheKernel() throws Exception {
        client.send(bytes(1), claimed());
        answerInMemory();
        Background<Set<String>> receiving = Background.call(network, () -> receiveTwo(client));

        client.send(bytes(11), real());
        answerOfKernel();

        assertThat(receiving.result()).isEqualTo(bothAnswers());
    }

    @Test
    void noWorldStarves() throws IOException {
        askBoth();
        receiveTwo(client);
        for (int i = 0; i < 4; i++) {
            memory.send(bytes(2), new InetSocketAddress(senderInMemory(), portOf(client)));
        }
        kernel.send(bytes(12), new InetSocketAddress(InetAddress.getLoopbackAddress(), portOfKernel()));

        assertThat(receiveTwo(client)).isEqualTo(bothAnswers());
    }

    private InetAddress senderInMemory() throws IOException {
        client.send(bytes(1), claimed());
        return ((InetSocketAddress) memory.receive(ByteBuffer.allocate(9))).getAddress();
    }

    private int portOfKernel() throws IOException {
        client.send(bytes(1), real());
        return ((InetSocketAddress) kernel.receive(ByteBuffer.allocate(9))).getPort();
    }

    @RepeatedTest(20)
    void aCloseByAnotherThreadEndsTheReceive() throws IOException {
        client.bind(null);
        Background<Set<String>> receiving = Background.call(() -> receiveTwo(client));
        client.send(bytes(1), claimed());
        answerInMemory();

        client.close();

        assertThat(receiving.failure()).isInstanceOf(ClosedChannelException.class);
    }

    @RepeatedTest(20)
    void anInterruptEndsTheReceiveAndClosesTheChannel() throws IOException {
        askBoth();
        receiveTwo(client);
        Background<Set<String>> receiving =
                Background.call(() -> receiveTwo(client)).interrupt();

        assertThat(receiving.failure()).isInstanceOf(ClosedByInterruptException.class);
        assertThat(client.isOpen()).isFalse();
    }

    // ---- selectors

    @Test
    void aSelectorReportsBothWorldsByOneKey() throws IOException {
        try (Selector selector = Selector.open()) {
            SelectionKey key = client.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            askBoth();
            Set<String> received = new HashSet<>();
            while (received.size() < 2) {
                assertThat(selector.select()).isEqualTo(1);
                assertThat(selector.selectedKeys()).containsExactly(key);
                assertThat(key.readyOps()).isEqualTo(SelectionKey.OP_READ);
                receiveAll(received);
                selector.selectedKeys().clear();
            }

            assertThat(received).isEqualTo(bothAnswers());
            assertThat(selector.selectNow()).isZero();
            assertThat(client.receive(ByteBuffer.allocate(9))).isNull();
        }
    }

    private void receiveAll(Set<String> received) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(9);
        for (SocketAddress sender = client.receive(target); sender != null; sender = client.receive(target.clear())) {
            received.add(target.get(0) + " from " + sender);
        }
    }

    @Test
    void anActionGetsTheKeyOnce() throws IOException {
        try (Selector selector = Selector.open()) {
            client.configureBlocking(false).register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            askBoth();
            List<SelectionKey> performed = new ArrayList<>();
            while (selector.selectNow(performed::add) > 0 && performed.size() < 20) {
                assertThat(performed).hasSize(performed.size());
            }
            assertThat(performed).hasSize(20).containsOnly(client.keyFor(selector));
        }
    }

    @Test
    void aSelectedKeyCountsOnce() throws IOException {
        try (Selector selector = Selector.open()) {
            SelectionKey key = client.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            client.send(bytes(1), claimed());
            client.send(bytes(11), real());
            answerInMemory();
            assertThat(selector.select()).isEqualTo(1);
            answerOfKernel();

            assertThat(selector.select()).isZero(); // ready for the same in another world
            assertThat(key.readyOps()).isEqualTo(SelectionKey.OP_READ);
            key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            assertThat(selector.select()).isEqualTo(1);
            assertThat(key.readyOps()).isEqualTo(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        }
    }

    @RepeatedTest(20)
    void aSelectThatWaitsSeesAWorldThatBeginsMeanwhile() throws IOException {
        try (Selector selector = Selector.open()) {
            client.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            Background<Integer> selecting = Background.call(() -> selector.select());

            client.send(bytes(1), claimed());
            answerInMemory();

            assertThat(selecting.result()).isEqualTo(1);
        }
    }

    // ---- connected channels

    @Test
    void aConnectedChannelReceivesFromItsPeerOnly() throws IOException {
        askBoth();
        receiveTwo(client);
        int port = portOfKernel();

        client.connect(claimed());
        kernel.send(bytes(99), new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        client.write(bytes(1));
        answerInMemory();
        ByteBuffer target = ByteBuffer.allocate(9);

        assertThat(client.read(target)).isEqualTo(1);
        assertThat(target.get(0)).isEqualTo((byte) 2);
        client.configureBlocking(false);
        assertThat(client.read(target.clear())).isZero();
        assertThat(client.getRemoteAddress()).isEqualTo(claimed());
    }

    @Test
    void aDisconnectGivesBothWorldsBack() throws IOException {
        askBoth();
        receiveTwo(client);
        int port = portOfKernel();
        client.connect(claimed());
        kernel.send(bytes(99), new InetSocketAddress(InetAddress.getLoopbackAddress(), port)); // arrives too early

        client.disconnect();

        askBoth();
        assertThat(receiveTwo(client)).isEqualTo(bothAnswers());
        assertThat(client.isConnected()).isFalse();
    }

    @Test
    void aChannelThatWasConnectedInTheNetworkReachesTheKernelLater() throws IOException {
        client.connect(claimed());
        int port = portOf(client);
        client.disconnect();

        client.send(bytes(11), real());

        assertThat(((InetSocketAddress) kernel.receive(ByteBuffer.allocate(9))).getPort())
                .isEqualTo(port);
    }

    // ---- sockets of channels

    private static int receive(DatagramSocket socket, DatagramPacket packet) throws IOException {
        socket.receive(packet);
        return packet.getData()[packet.getOffset()];
    }

    @Test
    void theSocketOfAChannelReceivesFromBoth() throws IOException {
        DatagramSocket socket = client.socket();
        socket.setSoTimeout(30_000);
        socket.send(new DatagramPacket(new byte[] {1}, 1, claimed()));
        socket.send(new DatagramPacket(new byte[] {11}, 1, real()));
        answerBoth();
        DatagramPacket packet = new DatagramPacket(new byte[9], 9);

        Set<Integer> received = Set.of(receive(socket, packet), receive(socket, packet));

        assertThat(received).isEqualTo(Set.of(2, 12));
        assertThat(socket.getSoTimeout()).isEqualTo(30_000);
    }

    @Test
    void theSocketKeepsTheCapacityOfAPacket() throws IOException {
        askBoth();
        DatagramPacket packet = new DatagramPacket(new byte[9], 9);
        client.socket().receive(packet);
        client.socket().receive(packet);
        client.send(bytes(1), claimed());
        SocketAddress sender = memory.receive(ByteBuffer.allocate(9));
        memory.send(ByteBuffer.allocate(5), sender);

        client.socket().receive(packet);

        assertThat(packet.getLength()).isEqualTo(5);
    }

    @Test
    void theTimeoutOfASocketPasses() throws IOException {
        askBoth();
        receiveTwo(client);
        client.socket().setSoTimeout(1);

        assertThatThrownBy(() -> client.socket().receive(new DatagramPacket(new byte[9], 9)))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("Receive timed out");
        assertThat(client.isOpen()).isTrue();
    }

    @Test
    void theTimeoutOfASocketInOneNetworkRunsOnItsClock() throws IOException {
        NetworkConfig config =
                NetworkConfig.builder().clocks(VirtualClock::selfAdvancing).build();
        try (Network timed = Network.create(config);
                Claim timedClaim = JvmNetwork.claim(timed)) {
            timedClaim.host("server");
            try (Participation registered = timed.participate()) {
                client.send(bytes(1), new InetSocketAddress(timedClaim.address(1), 53));
                client.socket().setSoTimeout(3_600_000);

                assertThatThrownBy(() -> client.socket().receive(new DatagramPacket(new byte[9], 9)))
                        .isInstanceOf(SocketTimeoutException.class);
                assertThat(registered).isNotNull();
                client.close();
            }
            assertThat(timed.clock().nanoTime()).isGreaterThanOrEqualTo(TimeUnit.HOURS.toNanos(1));
        }
    }

    @Test
    void aSocketChangesItsPeerToOneInTheOtherWorld() throws IOException {
        client.socket().connect(claimed());
        client.socket().connect(real());
        client.socket().send(new DatagramPacket(new byte[] {11}, 1));
        answerOfKernel();
        DatagramPacket packet = new DatagramPacket(new byte[9], 9);

        assertThat(receive(client.socket(), packet)).isEqualTo(12);
        assertThat(client.socket().getRemoteSocketAddress()).isEqualTo(real());
    }

    // ---- options, and the end of a network

    @Test
    void optionsHoldInBothWorlds() throws IOException {
        client.setOption(StandardSocketOptions.SO_BROADCAST, true);
        askBoth();
        receiveTwo(client);
        client.setOption(StandardSocketOptions.IP_TOS, 8);

        client.connect(real());
        assertThat(client.getOption(StandardSocketOptions.SO_BROADCAST)).isTrue();
        assertThat(client.getOption(StandardSocketOptions.IP_TOS)).isEqualTo(8);
    }

    @Test
    void theChannelGoesOnInTheKernelAfterTheEndOfTheNetwork() throws IOException {
        try (Selector selector = Selector.open()) {
            askBoth();
            receiveTwo(client);
            SelectionKey key = client.configureBlocking(false).register(selector, SelectionKey.OP_READ);

            network.close();

            selector.selectNow();
            assertThat(client.isOpen()).isTrue();
            client.send(bytes(11), real());
            answerOfKernel();
            selector.selectedKeys().clear();
            assertThat(selector.select()).isEqualTo(1);
            assertThat(selector.selectedKeys()).containsExactly(key);
            ByteBuffer target = ByteBuffer.allocate(9);
            assertThat(client.receive(target)).isEqualTo(real());
        }
    }

    @RepeatedTest(20)
    void aReceiveThatWaitsGoesOnAfterTheEndOfTheNetwork() throws IOException {
        askBoth();
        receiveTwo(client);
        int port = portOfKernel();
        Background<SocketAddress> receiving = Background.call(() -> client.receive(ByteBuffer.allocate(9)));

        network.close();
        kernel.send(bytes(12), new InetSocketAddress(InetAddress.getLoopbackAddress(), port));

        assertThat(receiving.result()).isEqualTo(real());
    }

    @Test
    void oneChannelIsInTwoNetworks() throws IOException {
        try (Network second = Network.create();
                Claim secondClaim = JvmNetwork.claim(second)) {
            InetSocketAddress other = new InetSocketAddress(secondClaim.address(1), 53);
            DatagramEndpoint server = secondClaim.host("server").bindDatagram(other);
            client.send(bytes(1), claimed());
            client.send(bytes(21), other);
            answerInMemory();
            ByteBuffer asked = ByteBuffer.allocate(9);
            server.send(bytes(22), server.receive(asked));

            assertThat(receiveTwo(client)).isEqualTo(Set.of("2 from " + claimed(), "22 from " + other));
            client.close();
        }
    }
}
