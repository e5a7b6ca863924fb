package dev.nettest.contract;

import dev.nettest.Network;
import dev.nettest.channel.NetworkChannels;
import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/** Unix domain channels: of the kernel in a temporary directory, which are the oracle, or of a network. */
final class UnixBackend implements StreamBackend {
    private final Path directory;
    private final SelectorProvider provider;

    /** Null for the kernel. */
    private final Network network;

    private final AtomicInteger paths = new AtomicInteger();
    private final Deque<Closeable> opened = new ConcurrentLinkedDeque<>();

    private UnixBackend(Path directory, SelectorProvider provider, Network network) {
        this.directory = directory;
        this.provider = provider;
        this.network = network;
    }

    static UnixBackend onLoopback() throws IOException {
        Assumptions.assumeTrue(
                System.getProperty("os.name").equals("Linux"), "the expected texts are those of the Linux kernel");
        return new UnixBackend(Files.createTempDirectory("unix"), SelectorProvider.provider(), null);
    }

    static UnixBackend inMemory() {
        Network network = Network.create();
        return new UnixBackend(Path.of("/run"), NetworkChannels.selectorProvider(network), network);
    }

    /** A blocking channel. Sent bytes arrive at once. */
    private final class UnixStream implements Stream {
        private final SocketChannel channel;

        UnixStream(SocketChannel channel) {
            opened.push(channel);
            this.channel = channel;
        }

        @Override
        public JdkType jdkType() {
            return JdkType.CHANNEL;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return channel.read(ByteBuffer.wrap(target, offset, length));
        }

        @Override
        public int write(byte[] source, int offset, int length) throws IOException {
            return channel.write(ByteBuffer.wrap(source, offset, length));
        }

        @Override
        public int available() {
            throw new UnsupportedOperationException("no JDK type reports it");
        }

        @Override
        public void shutdownInput() throws IOException {
            channel.shutdownInput();
        }

        @Override
        public void shutdownOutput() throws IOException {
            channel.shutdownOutput();
        }

        /** Unsupported: a linger time of zero has no effect. */
        @Override
        public void reset() throws IOException {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            channel.close();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }

        @Override
        public boolean isOpen() {
            return channel.isOpen();
        }

        @Override
        public SocketAddress localAddress() throws IOException {
            return channel.getLocalAddress();
        }

        @Override
        public SocketAddress remoteAddress() throws IOException {
            return channel.getRemoteAddress();
        }

        @Override
        public void readTimeout(Duration timeout) {
            throw new UnsupportedOperationException("channels have no timeouts");
        }

        long fill() throws IOException {
            long total = 0;
            channel.configureBlocking(false);
            for (int size : new int[] {1 << 16, 1}) {
                for (int count = 1; count > 0; total += count) {
                    count = write(new byte[size]);
                }
            }
            channel.configureBlocking(true);
            return total;
        }
    }

    @Override
    public JdkType jdkType() {
        return JdkType.CHANNEL;
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(Capability.UNIX, Capability.NO_AVAILABLE, Capability.JDK_TYPE_THROUGHOUT, Capability.FILL);
    }

    @Override
    public int capacity() {
        return network == null ? 32 * 1024 : network.config().unixReceiveBufferSize();
    }

    @Override
    public int moreThanFits() {
        return 1024 * 1024;
    }

    @Override
    public SocketAddress anyAddress() {
        return UnixDomainSocketAddress.of(directory.resolve("s" + paths.getAndIncrement()));
    }

    @Override
    public Pair pair(JdkType peer) throws IOException {
        try (Server server = bind()) {
            Stream client = connect(server.address());
            Stream accepted = server.accept();
            return Pair.delivered(client, accepted);
        }
    }

    @Override
    public Server bind(SocketAddress address, int backlog) throws IOException {
        ServerSocketChannel server = provider.openServerSocketChannel(StandardProtocolFamily.UNIX);
        opened.push(server);
        server.bind(address, backlog);
        return new ChannelServer(server, UnixStream::new);
    }

    @Override
    public Connector connector() throws IOException {
        SocketChannel channel = provider.openSocketChannel(StandardProtocolFamily.UNIX);
        opened.push(channel);
        return new ChannelConnector(channel, UnixStream::new);
    }

    /** The path of a closed listener. */
    @Override
    public SocketAddress refusingAddress() throws IOException {
        SocketAddress address = anyAddress();
        bind(address, 1).close();
        return address;
    }

    @Override
    public void enter() {
        if (network == null && !Task.isVirtual(Thread.currentThread())) {
            Blocked.register();
        }
    }

    @Override
    public void awaitBlocked(Thread thread) {
        if (network == null) {
            Blocked.await(thread);
        } else {
            Parked.await(thread);
        }
    }

    @Override
    public long fill(Pair pair) throws IOException {
        return ((UnixStream) pair.client()).fill();
    }

    @Override
    public void close() {
        if (network != null) {
            network.close();
            return;
        }
        try {
            for (Closeable resource : opened) {
                resource.close();
            }
            for (int i = 0; i < paths.get(); i++) {
                Files.deleteIfExists(directory.resolve("s" + i));
            }
            Files.delete(directory);
        } catch (IOException e) {
            throw new AssertionError("cannot close " + this, e);
        }
        Blocked.forgetEndedThreads();
    }

    @Override
    public String toString() {
        return "Unix domain channels of " + (network == null ? "the kernel" : "a network");
    }
}
