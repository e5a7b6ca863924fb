package dev.nettest.benchmarks;

import dev.nettest.Network;
import dev.nettest.channel.NetworkChannels;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Channels and selectors: those of a network and those of the JDK. One thread does everything. */
public class ChannelBenchmark {

    /** The channels of which world. */
    public enum World {
        IN_MEMORY,
        ON_LOOPBACK;

        SelectorProvider provider() {
            return this == IN_MEMORY ? NetworkChannels.selectorProvider(Network.create()) : SelectorProvider.provider();
        }
    }

    /** A server channel that listens. */
    @State(Scope.Thread)
    public static class Server {

        @Param
        World world;

        SelectorProvider provider;
        ServerSocketChannel channel;

        @Setup
        public void start() throws IOException {
            provider = world.provider();
            channel = provider.openServerSocketChannel();
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
        }

        SocketChannel connect() throws IOException {
            SocketChannel client = provider.openSocketChannel();
            client.connect(channel.getLocalAddress());
            return client;
        }

        @TearDown
        public void stop() throws IOException {
            channel.close();
        }
    }

    /** Many connections, whose server side is registered with one selector. One of them is used. */
    @State(Scope.Thread)
    public static class Selected {

        @Param({"1", "100", "5000"})
        int connections;

        private final ByteBuffer buffer = ByteBuffer.allocateDirect(64);
        private final List<SocketChannel> clients = new ArrayList<>();
        private Selector selector;
        private int next;

        @Setup
        public void start(Server server) throws IOException {
            selector = server.provider.openSelector();
            for (int i = 0; i < connections; i++) {
                clients.add(server.connect());
                server.channel.accept().configureBlocking(false).register(selector, SelectionKey.OP_READ);
            }
        }

        /** A request of the next connection, selected and answered, and its answer. */
        int echo() throws IOException {
            SocketChannel client = clients.get(next);
            next = (next + 1) % connections;
            client.write(buffer.clear());
            selector.select(this::answer);
            return client.read(buffer.clear());
        }

        private void answer(SelectionKey key) {
            try {
                SocketChannel channel = (SocketChannel) key.channel();
                channel.read(buffer.clear());
                channel.write(buffer.flip());
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @TearDown
        public void stop() throws IOException {
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
            for (SocketChannel client : clients) {
                client.close();
            }
        }
    }

    @Benchmark
    public void connect(Server server) throws IOException {
        SocketChannel client = server.connect();
        SocketChannel accepted = server.channel.accept();
        client.close();
        accepted.close();
    }

    @Benchmark
    public int echo(Selected selected) throws IOException {
        return selected.echo();
    }
}
