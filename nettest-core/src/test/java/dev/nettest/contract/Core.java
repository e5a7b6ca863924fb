package dev.nettest.contract;

import dev.nettest.Connection;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** The core: connections as they are, which is as channels, or through their stream views, which is as sockets. */
final class Core implements StreamBackend {
    private final Face face;
    private final Network network;
    private final boolean unix;
    private final AtomicInteger paths = new AtomicInteger();

    private Core(Face face, NetworkConfig config) {
        this(face, config, false);
    }

    private Core(Face face, NetworkConfig config, boolean unix) {
        this.face = face;
        this.unix = unix;
        this.network = Network.create(config);
    }

    static Core connections() {
        return new Core(Face.CHANNEL, NetworkConfig.defaults());
    }

    /** With receive buffers of that many bytes; 0 for a rendezvous. */
    static Core connections(int receiveBufferSize) {
        return new Core(Face.CHANNEL, buffered(receiveBufferSize));
    }

    /** Over Unix paths. */
    static Core unix() {
        return new Core(Face.CHANNEL, NetworkConfig.defaults(), true);
    }

    /** Over Unix paths, with receive buffers of that many bytes; 0 for a rendezvous. */
    static Core unix(int receiveBufferSize) {
        return new Core(Face.CHANNEL, buffered(receiveBufferSize), true);
    }

    static Core streams() {
        return new Core(Face.SOCKET, NetworkConfig.defaults());
    }

    /** With receive buffers of that many bytes; 0 for a rendezvous. */
    static Core streams(int receiveBufferSize) {
        return new Core(Face.SOCKET, buffered(receiveBufferSize));
    }

    private static NetworkConfig buffered(int receiveBufferSize) {
        return NetworkConfig.builder().receiveBufferSize(receiveBufferSize).build();
    }

    @Override
    public Face face() {
        return face;
    }

    @Override
    public Set<Capability> capabilities() {
        EnumSet<Capability> capabilities = EnumSet.of(
                Capability.READ_TIMEOUT,
                Capability.WRITE_TIMEOUT,
                Capability.ACCEPT_TIMEOUT,
                unix ? Capability.UNIX : Capability.IPV6);
        if (!unix) {
            capabilities.add(Capability.MIXED_FACES);
        }
        if (face == Face.CHANNEL) {
            capabilities.add(Capability.WHOLE_FACE);
        }
        if (capacity() > 0) {
            capabilities.add(Capability.FILL);
        }
        return capabilities;
    }

    @Override
    public int capacity() {
        return unix
                ? network.config().unixReceiveBufferSize()
                : network.config().receiveBufferSize();
    }

    @Override
    public int moreThanFits() {
        return 2 * capacity() + 3;
    }

    @Override
    public Pair pair(Face peer) throws IOException {
        try (Listener listener = network.listen(anyAddress())) {
            CoreEnd client = CoreEnd.of(network.connect(listener.localAddress()), face);
            CoreEnd server = CoreEnd.of(listener.accept(), peer);
            return new Pair() {
                @Override
                public Stream client() {
                    return client;
                }

                @Override
                public Stream server() {
                    return server;
                }

                /** What is written here has arrived. */
                @Override
                public void settle() {}
            };
        }
    }

    @Override
    public SocketAddress anyAddress() {
        return unix ? UnixDomainSocketAddress.of("/run/" + paths.getAndIncrement()) : StreamBackend.loopback(0);
    }

    @Override
    public Server bind(SocketAddress address, int backlog) throws IOException {
        Listener listener = network.listen(address).backlog(backlog);
        return new Server() {
            private volatile Duration timeout = Duration.ZERO;

            @Override
            public Stream accept() throws IOException {
                return CoreEnd.of(listener.accept(timeout), face);
            }

            /** The core takes the timeout with each accept. */
            @Override
            public void acceptTimeout(Duration timeout) throws IOException {
                if (timeout.isNegative()) {
                    listener.accept(timeout);
                }
                this.timeout = timeout;
            }

            @Override
            public SocketAddress address() {
                return listener.localAddress();
            }

            @Override
            public void close() {
                listener.close();
            }

            @Override
            public boolean isOpen() {
                return !listener.isClosed();
            }
        };
    }

    @Override
    public Dial dial() {
        return new Dial() {
            private volatile Connection connection;
            private volatile boolean closed;

            @Override
            public Stream connect(SocketAddress address, Duration timeout) throws IOException {
                if (closed) {
                    throw new ClosedChannelException();
                }
                return CoreEnd.of(
                        network.connect(address, dialling -> connection = dialling.connectTimeout(timeout)), face);
            }

            @Override
            public void close() throws IOException {
                closed = true;
                if (connection != null) {
                    connection.close();
                }
            }

            @Override
            public boolean isOpen() {
                return !closed && (connection == null || connection.isOpen());
            }
        };
    }

    @Override
    public SocketAddress refusingAddress() throws IOException {
        SocketAddress address = unix ? anyAddress() : StreamBackend.loopback(1);
        network.listen(address).close();
        return address;
    }

    @Override
    public void awaitBlocked(Thread thread) {
        Parked.await(thread);
    }

    @Override
    public long fill(Pair pair) throws IOException {
        Connection writer = ((CoreEnd) pair.client()).connection();
        long total = 0;
        for (int count = 1; count > 0; total += count) {
            count = writer.tryWrite(ByteBuffer.allocate(1 << 16));
        }
        return total;
    }

    @Override
    public void close() {
        network.close();
    }

    @Override
    public String toString() {
        return "core " + face + (unix ? " over a path" : "") + " with buffers of " + capacity() + " bytes";
    }
}
