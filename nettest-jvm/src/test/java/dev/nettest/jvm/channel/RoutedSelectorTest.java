package dev.nettest.jvm.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetwork;
import dev.nettest.testing.Background;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** One selector over channels of the kernel and of networks. */
class RoutedSelectorTest {

    private final Network network = Network.create();
    private final Claim claim = JvmNetwork.claim(network);
    private final List<Socket> clients = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
        claim.close();
        network.close();
    }

    private static SocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** Accepts and echoes on the two servers, until the selector is closed. */
    private static Integer echo(Selector selector) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(64);
        try {
            while (true) {
                selector.select(key -> {
                    try {
                        serve(key, buffer);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
            }
        } catch (ClosedSelectorException e) {
            return 0;
        }
    }

    private static void serve(SelectionKey key, ByteBuffer buffer) throws IOException {
        if (key.isAcceptable()) {
            SocketChannel accepted = ((ServerSocketChannel) key.channel()).accept();
            accepted.configureBlocking(false).register(key.selector(), SelectionKey.OP_READ);
            return;
        }
        SocketChannel channel = (SocketChannel) key.channel();
        if (channel.read(buffer.clear()) < 0) {
            channel.close();
            return;
        }
        channel.write(buffer.flip());
    }

    private static ServerSocketChannel server(Selector selector, SocketAddress address) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open().bind(address);
        server.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
        return server;
    }

    @RepeatedTest(5)
    void anEchoServerMissesNoEventOfEither() throws Exception {
        claim.host("server");
        Selector selector = Selector.open();
        ServerSocketChannel kernel = server(selector, loopback());
        ServerSocketChannel memory = server(selector, new InetSocketAddress(claim.address(1), 80));
        Background<Integer> echo = Background.call(() -> echo(selector));
        for (int i = 0; i < 4; i++) {
            clients.add(connected((i % 2 == 0 ? kernel : memory).getLocalAddress()));
        }

        Random random = new Random(1);
        for (int round = 0; round < 2000; round++) {
            Socket client = clients.get(random.nextInt(clients.size()));
            client.getOutputStream().write(round);
            assertThat(client.getInputStream().read()).isEqualTo(round & 0xFF);
        }

        kernel.close();
        memory.close();
        selector.close();
        assertThat(echo.result()).isZero();
    }

    private static Socket connected(SocketAddress address) throws IOException {
        Socket client = new Socket();
        client.setSoTimeout(30_000); // a lost event fails the test
        client.connect(address);
        return client;
    }

    @RepeatedTest(50)
    void aSelectThatWaitsSeesAChannelThatConnectsMeanwhile() throws Exception {
        claim.host("server").listen(80);
        try (Selector selector = Selector.open();
                ServerSocketChannel other = server(selector, loopback());
                SocketChannel client = SocketChannel.open()) {
            client.configureBlocking(false).register(selector, 0);
            Background<Integer> selecting = Background.call(selector::select);

            client.keyFor(selector).interestOps(SelectionKey.OP_CONNECT);
            client.connect(new InetSocketAddress(claim.address(1), 80));
            if (selecting.result() == 0) { // the select had begun before the interest changed
                assertThat(selector.select()).isEqualTo(1);
            }

            assertThat(selector.selectedKeys()).containsExactly(client.keyFor(selector));
            assertThat(client.finishConnect()).isTrue();
            assertThat(other.isOpen()).isTrue();
        }
    }

    @Test
    void theTimeoutOfASelectOverBothPasses() throws Exception {
        claim.host("server").listen(80);
        try (Selector selector = Selector.open();
                ServerSocketChannel other = server(selector, loopback());
                SocketChannel client = SocketChannel.open(new InetSocketAddress(claim.address(1), 80))) {
            client.configureBlocking(false).register(selector, SelectionKey.OP_READ);

            long start = System.nanoTime();
            assertThat(selector.select(20)).isZero();

            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(20_000_000);
            assertThat(other.isOpen()).isTrue();
        }
    }

    @Test
    void theEndOfTheNetworkClosesItsChannels() throws Exception {
        claim.host("server").listen(80);
        try (Selector selector = Selector.open();
                ServerSocketChannel other = server(selector, loopback())) {
            SocketChannel client = SocketChannel.open(new InetSocketAddress(claim.address(1), 80));
            client.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            Background<Integer> selecting = Background.call(selector::select);

            network.close();

            assertThat(selecting.result()).isEqualTo(1);
            assertThat(client.isOpen()).isFalse();
            selector.selectNow();
            assertThat(selector.keys()).containsExactly(other.keyFor(selector));
        }
    }

    @Test
    void oneSelectorHasChannelsOfTwoNetworks() throws Exception {
        try (Network second = Network.create();
                Claim secondClaim = JvmNetwork.claim(second);
                Selector selector = Selector.open()) {
            claim.host("a")
                    .listen(80)
                    .serve(connection -> connection.outputStream().write(1));
            secondClaim
                    .host("a")
                    .listen(80)
                    .serve(connection -> connection.outputStream().write(2));
            List<SocketChannel> channels = List.of(
                    SocketChannel.open(new InetSocketAddress(claim.address(1), 80)),
                    SocketChannel.open(new InetSocketAddress(secondClaim.address(1), 80)));
            for (SocketChannel channel : channels) {
                channel.configureBlocking(false).register(selector, SelectionKey.OP_READ);
            }

            while (selector.selectedKeys().size() < 2) {
                selector.select();
            }

            assertThat(selector.selectedKeys())
                    .extracting(SelectionKey::channel)
                    .containsExactlyInAnyOrderElementsOf(channels);
            for (SocketChannel channel : channels) {
                channel.close();
            }
        }
    }
}
