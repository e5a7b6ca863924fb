package dev.nettest.benchmarks;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.nettest.Network;
import dev.nettest.channel.NetworkChannels;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
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

/** Channels and selectors: those of a network and those of the JDK. One thread does everything, except in a bulk. */
public class ChannelBenchmark {

    private static final int SMALL = 64;
    private static final int LARGE = 64 * 1024;

    /** The channels of which world. */
    public enum World {
        IN_MEMORY,
        ON_LOOPBACK;

        SelectorProvider provider() {
            return this == IN_MEMORY ? NetworkChannels.selectorProvider(Network.create()) : SelectorProvider.provider();
        }

        /** A favourable one. */
        ByteBuffer buffer(int size) {
            return this == IN_MEMORY ? ByteBuffer.allocate(size) : ByteBuffer.allocateDirect(size);
        }
    }

    static SocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
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
            channel.bind(anyPort(), 1024);
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

        /** File descriptors that are not the two of a connection. */
        private static final int OTHER_FILES = 200;

        @Param({"1", "100", "10000"})
        int connections;

        private ByteBuffer buffer;
        private final List<SocketChannel> clients = new ArrayList<>();
        private Selector selector;
        private int next;

        /** In both worlds as many as this process may open on loopback, at most the parameter. */
        static int openable(int connections) {
            return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                    ? (int) Math.min(connections, (system.getMaxFileDescriptorCount() - OTHER_FILES) / 2)
                    : connections;
        }

        @Setup
        public void start(Server server) throws IOException {
            buffer = server.world.buffer(SMALL);
            selector = server.provider.openSelector();
            for (int left = openable(connections); left > 0; left--) {
                clients.add(server.connect());
                server.channel.accept().configureBlocking(false).register(selector, SelectionKey.OP_READ);
            }
        }

        /** A request of the next connection, selected and answered, and its answer. */
        int echo() throws IOException {
            SocketChannel client = clients.get(next);
            next = (next + 1) % clients.size();
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

    /** A thread reads what the benchmark writes. */
    @State(Scope.Thread)
    public static class Sunk {
        private ByteBuffer buffer;
        private SocketChannel client;
        private SocketChannel accepted;

        @Setup
        public void start(Server server) throws IOException {
            buffer = server.world.buffer(LARGE);
            client = server.connect();
            client.setOption(StandardSocketOptions.TCP_NODELAY, true);
            accepted = server.channel.accept();
            Echo.startSink(accepted, server.world.buffer(LARGE));
        }

        @TearDown
        public void stop() throws IOException {
            client.close();
            accepted.close();
        }
    }

    /** Two bound channels, not connected. */
    @State(Scope.Thread)
    public static class Datagrams {

        @Param
        World world;

        private ByteBuffer buffer;
        private DatagramChannel sender;
        private DatagramChannel receiver;
        private SocketAddress target;

        @Setup
        public void bind() throws IOException {
            SelectorProvider provider = world.provider();
            buffer = world.buffer(SMALL);
            sender = provider.openDatagramChannel().bind(anyPort());
            receiver = provider.openDatagramChannel().bind(anyPort());
            target = receiver.getLocalAddress();
        }

        @TearDown
        public void close() throws IOException {
            sender.close();
            receiver.close();
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

    @Benchmark
    public int bulk(Sunk sunk) throws IOException {
        return sunk.client.write(sunk.buffer.clear());
    }

    @Benchmark
    public SocketAddress datagram(Datagrams channels) throws IOException {
        channels.sender.send(channels.buffer.clear(), channels.target);
        return channels.receiver.receive(channels.buffer.clear());
    }
}
