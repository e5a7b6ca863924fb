package dev.nettest.channel;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Network;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import org.junit.jupiter.api.Test;

/** A server with one selector, as in every tutorial of {@code java.nio}, and a blocking client. */
class SelectorEchoTest {

    @Test
    void aServerWithOneSelectorAnswersABlockingClient() throws Exception {
        try (Network network = Network.create()) {
            SelectorProvider provider = NetworkChannels.selectorProvider(network);
            ServerSocketChannel server = provider.openServerSocketChannel();
            server.bind(new InetSocketAddress("127.0.0.1", 7));
            var running = network.executor().submit(() -> {
                serve(provider, server);
                return null;
            });

            try (SocketChannel client = provider.openSocketChannel()) {
                client.connect(new InetSocketAddress("127.0.0.1", 7));
                for (int i = 0; i < 100; i++) {
                    client.write(ByteBuffer.wrap(("ping " + i + "\n").getBytes(US_ASCII)));
                    assertThat(line(client)).isEqualTo("ping " + i + "\n");
                }
            }
            running.get();
        }
    }

    private static String line(SocketChannel client) throws IOException {
        StringBuilder line = new StringBuilder();
        ByteBuffer one = ByteBuffer.allocate(1);
        while (line.indexOf("\n") < 0 && client.read(one.clear()) == 1) {
            line.append((char) one.get(0));
        }
        return line.toString();
    }

    /** Until the only client has closed its connection. */
    private static void serve(SelectorProvider provider, ServerSocketChannel server) throws IOException {
        try (Selector selector = provider.openSelector()) {
            server.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
            ByteBuffer buffer = ByteBuffer.allocate(512);
            while (true) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) {
                    if (key.isAcceptable()) {
                        SocketChannel accepted = server.accept();
                        accepted.configureBlocking(false).register(selector, SelectionKey.OP_READ);
                    } else {
                        SocketChannel accepted = (SocketChannel) key.channel();
                        if (accepted.read(buffer.clear()) < 0) {
                            accepted.close();
                            server.close();
                            return;
                        }
                        accepted.write(buffer.flip());
                    }
                }
                selector.selectedKeys().clear();
            }
        }
    }
}
