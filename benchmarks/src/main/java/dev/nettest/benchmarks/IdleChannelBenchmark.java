package dev.nettest.benchmarks;

import dev.nettest.Network;
import dev.nettest.channel.NetworkChannels;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A select with one ready key among many idle ones. */
public class IdleChannelBenchmark {

    /** Fewer connections than there are ephemeral ports. */
    private static final int CHANNELS_OF_A_SERVER = 20_000;

    /** A network whose channels are all registered with one selector. */
    @State(Scope.Thread)
    public static class Registered implements AutoCloseable {

        @Param({"2", "100000"})
        int channels;

        private final Network network = Network.create();
        private final ByteBuffer buffer = ByteBuffer.allocate(1);
        private final Consumer<SelectionKey> reading = this::read;
        private Selector selector;
        private SocketChannel writer;

        public Registered() {}

        /** Registers both ends of {@code pairs} connections for reads. */
        static Registered pairs(int pairs) throws IOException {
            Registered registered = new Registered();
            registered.channels = 2 * pairs;
            registered.register();
            return registered;
        }

        @Setup
        public void register() throws IOException {
            SelectorProvider provider = NetworkChannels.selectorProvider(network);
            selector = provider.openSelector();
            ServerSocketChannel server = null;
            SocketAddress address = null;
            for (int made = 0; made < channels; made += 2) {
                if (made % CHANNELS_OF_A_SERVER == 0) {
                    server = provider.openServerSocketChannel().bind(ChannelBenchmark.anyPort());
                    address = server.getLocalAddress();
                }
                writer = provider.openSocketChannel();
                writer.connect(address);
                writer.configureBlocking(false).register(selector, SelectionKey.OP_READ);
                server.accept().configureBlocking(false).register(selector, SelectionKey.OP_READ);
            }
            selector.selectNow();
        }

        /** One byte makes one key ready; its reader makes it idle again. */
        int select() throws IOException {
            writer.write(buffer.clear());
            return selector.select(reading);
        }

        private void read(SelectionKey key) {
            try {
                ((SocketChannel) key.channel()).read(buffer.clear());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        @TearDown
        public void close() {
            network.close();
        }
    }

    @Benchmark
    public int select(Registered registered) throws IOException {
        return registered.select();
    }
}
