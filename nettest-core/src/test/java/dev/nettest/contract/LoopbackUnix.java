package dev.nettest.contract;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/** The kernel's own Unix domain sockets, in a temporary directory: the oracle of those that are in memory. */
final class LoopbackUnix implements StreamBackend {
    private final Path directory;
    private final AtomicInteger paths = new AtomicInteger();
    private final Deque<Closeable> opened = new ConcurrentLinkedDeque<>();

    LoopbackUnix() throws IOException {
        Assumptions.assumeTrue(
                System.getProperty("os.name").equals("Linux"), "the expected texts are those of the Linux kernel");
        this.directory = Files.createTempDirectory("unix");
    }

    /** A blocking channel. What is sent is there at once. */
    private final class End implements Stream {
        private final SocketChannel channel;

        End(SocketChannel channel) {
            opened.push(channel);
            this.channel = channel;
        }

        @Override
        public Face face() {
            return Face.CHANNEL;
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
            throw new UnsupportedOperationException("no JDK type tells");
        }

        @Override
        public void shutdownInput() throws IOException {
            channel.shutdownInput();
        }

        @Override
        public void shutdownOutput() throws IOException {
            channel.shutdownOutput();
        }

        /** There is no such thing; a linger time of zero makes no difference. */
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
    public Face face() {
        return Face.CHANNEL;
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(Capability.UNIX, Capability.BLIND, Capability.WHOLE_FACE, Capability.FILL);
    }

    @Override
    public int capacity() {
        return 32 * 1024;
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
    public Pair pair(Face peer) throws IOException {
        try (Server server = bind()) {
            Stream client = connect(server.address());
            Stream accepted = server.accept();
            return new Pair() {
                @Override
                public Stream client() {
                    return client;
                }

                @Override
                public Stream server() {
                    return accepted;
                }

                /** What is written here has arrived. */
                @Override
                public void settle() {}
            };
        }
    }

    @Override
    public Server bind(SocketAddress address, int backlog) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        opened.push(server);
        server.bind(address, backlog);
        return new Server() {
            @Override
            public Stream accept() throws IOException {
                return new End(server.accept());
            }

            @Override
            public void acceptTimeout(Duration timeout) {
                throw new UnsupportedOperationException("channels have no timeouts");
            }

            @Override
            public SocketAddress address() {
                return address;
            }

            @Override
            public void close() throws IOException {
                server.close();
            }

            @Override
            public boolean isOpen() {
                return server.isOpen();
            }
        };
    }

    @Override
    public Dial dial() throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        End end = new End(channel);
        return new Dial() {
            @Override
            public Stream connect(SocketAddress address, Duration timeout) throws IOException {
                if (!timeout.isZero()) {
                    throw new UnsupportedOperationException("channels have no timeouts");
                }
                channel.connect(address);
                return end;
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }

            @Override
            public boolean isOpen() {
                return channel.isOpen();
            }
        };
    }

    /** The path of a listener that is closed. */
    @Override
    public SocketAddress refusingAddress() throws IOException {
        SocketAddress address = anyAddress();
        bind(address, 1).close();
        return address;
    }

    @Override
    public void enter() {
        if (!Task.isVirtual(Thread.currentThread())) {
            Blocked.register();
        }
    }

    @Override
    public void awaitBlocked(Thread thread) {
        Blocked.await(thread);
    }

    @Override
    public long fill(Pair pair) throws IOException {
        return ((End) pair.client()).fill();
    }

    @Override
    public void close() {
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
        Blocked.forgetTheDead();
    }

    @Override
    public String toString() {
        return "Unix domain sockets of the kernel";
    }
}
