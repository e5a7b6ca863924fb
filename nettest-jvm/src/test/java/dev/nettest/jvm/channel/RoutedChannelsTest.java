package dev.nettest.jvm.channel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Network;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetwork;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Channels of {@code SelectorProvider.provider()}, to claimed addresses and to others. */
class RoutedChannelsTest {

    private final Network network = Network.create();
    private final Claim claim = JvmNetwork.claim(network);

    @AfterEach
    void close() {
        claim.close();
        network.close();
    }

    private SocketAddress claimed(int port) {
        return new InetSocketAddress(claim.address(1), port);
    }

    private static SocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    @Test
    void aConnectToAClaimedAddressReachesTheNetwork() throws IOException {
        claim.host("server")
                .listen(80)
                .serve(connection -> connection.write(ByteBuffer.wrap("hello".getBytes(US_ASCII))));

        try (SocketChannel client = SocketChannel.open(claimed(80))) {
            ByteBuffer read = ByteBuffer.allocate(5);
            while (read.hasRemaining()) {
                client.read(read);
            }

            assertThat(new String(read.array(), US_ASCII)).isEqualTo("hello");
            assertThat(client.getRemoteAddress()).isEqualTo(claimed(80));
        }
    }

    @Test
    void aBindToAClaimedAddressIsReachedFromTheNetwork() throws IOException {
        claim.host("server");
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(claimed(80));
                dev.nettest.Connection client = network.connect(claimed(80));
                SocketChannel accepted = server.accept()) {
            client.write(ByteBuffer.wrap(new byte[] {7}));

            ByteBuffer read = ByteBuffer.allocate(1);
            assertThat(accepted.read(read)).isEqualTo(1);
            assertThat(read.get(0)).isEqualTo((byte) 7);
        }
    }

    @Test
    void nothingListensAtAClaimedAddress() {
        assertThatThrownBy(() -> SocketChannel.open(claimed(80)))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Connection refused");
    }

    @Test
    void otherAddressesAreTheKernels() throws IOException {
        try (ServerSocketChannel server = ServerSocketChannel.open().bind(loopback());
                SocketChannel client = SocketChannel.open(server.getLocalAddress());
                SocketChannel accepted = server.accept()) {
            client.write(ByteBuffer.wrap(new byte[] {7}));

            ByteBuffer read = ByteBuffer.allocate(1);
            assertThat(accepted.read(read)).isEqualTo(1);
            assertThat(network.snapshot().toString()).doesNotContain("ESTABLISHED");
        }
    }

    @Test
    void optionsThatWereSetBeforeTheConnectAreKept() throws IOException {
        claim.host("server").listen(80);
        try (SocketChannel client = SocketChannel.open()) {
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            client.setOption(StandardSocketOptions.SO_LINGER, 3);
            client.socket().setSoTimeout(1234);

            client.connect(claimed(80));

            assertThat(client.getOption(StandardSocketOptions.TCP_NODELAY)).isTrue();
            assertThat(client.getOption(StandardSocketOptions.SO_LINGER)).isEqualTo(3);
            assertThat(client.socket().getSoTimeout()).isEqualTo(1234);
        }
    }

    @Test
    void oneSelectorSelectsChannelsOfTheKernelAndOfTheNetwork() throws IOException {
        claim.host("server").listen(80).serve(connection -> connection.write(ByteBuffer.wrap(new byte[] {1})));
        try (Selector selector = Selector.open();
                ServerSocketChannel server = ServerSocketChannel.open().bind(loopback());
                SocketChannel real = SocketChannel.open(server.getLocalAddress());
                SocketChannel accepted = server.accept();
                SocketChannel memory = SocketChannel.open()) {
            real.configureBlocking(false).register(selector, SelectionKey.OP_READ, "kernel");
            SelectionKey moved = memory.configureBlocking(false).register(selector, SelectionKey.OP_READ, "network");
            memory.connect(claimed(80));
            memory.finishConnect();
            accepted.write(ByteBuffer.wrap(new byte[] {1}));

            Set<Object> ready = new HashSet<>();
            while (ready.size() < 2) {
                selector.select();
                selector.selectedKeys().forEach(key -> ready.add(key.attachment()));
                selector.selectedKeys().clear();
            }

            assertThat(ready).containsExactlyInAnyOrder("kernel", "network");
            assertThat(memory.keyFor(selector)).isSameAs(moved);
            assertThat(moved.channel()).isSameAs(memory);
        }
    }

    @Test
    void aFileIsTransferredToBothWorlds(@TempDir Path folder) throws IOException {
        claim.host("server");
        Path file = Files.write(folder.resolve("file"), new byte[] {1, 2, 3});
        for (SocketAddress address : List.of(loopback(), claimed(80))) {
            try (FileChannel source = FileChannel.open(file);
                    ServerSocketChannel server = ServerSocketChannel.open().bind(address);
                    SocketChannel client = SocketChannel.open(server.getLocalAddress());
                    SocketChannel accepted = server.accept()) {
                assertThat(source.transferTo(0, 3, client)).isEqualTo(3);

                assertThat(accepted.read(ByteBuffer.allocate(9))).isEqualTo(3);
            }
        }
    }
}
