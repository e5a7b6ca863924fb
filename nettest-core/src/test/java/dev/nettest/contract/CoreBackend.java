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

/** The core: connections, which behave like channels, or their stream views, which behave like sockets. */
final class CoreBackend implements StreamBackend {
    private final JdkType jdkType;
    private final Network network;
    private final boolean unix;
    private final AtomicInteger paths = new AtomicInteger();

    private CoreBackend(JdkType jdkType, NetworkConfig config) {
        this(jdkType, config, false);
    }

    private CoreBackend(JdkType jdkType, NetworkConfig config, boolean unix) {
        this.jdkType = jdkType;
        this.unix = unix;
        this.network = Network.create(config);
    }

    static CoreBackend connections() {
        return new CoreBackend(JdkType.CHANNEL, NetworkConfig.defaults());
    }

    /** Has receive buffers of {@code receiveBufferSize} bytes; 0 for a rendezvous. */
    static CoreBackend connections(int receiveBufferSize) {
        return new CoreBackend(JdkType.CHANNEL, buffered(receiveBufferSize));
    }

    /** Uses Unix paths. */
    static CoreBackend unix() {
        return new CoreBackend(JdkType.CHANNEL, NetworkConfig.defaults(), true);
    }

    /** Uses Unix paths and receive buffers of {@code receiveBufferSize} bytes; 0 for a rendezvous. */
    static CoreBackend unix(int receiveBufferSize) {
        return new CoreBackend(JdkType.CHANNEL, buffered(receiveBufferSize), true);
    }

    static CoreBackend streams() {
        return new CoreBackend(JdkType.SOCKET, NetworkConfig.defaults());
    }

    /** Has receive buffers of {@code receiveBufferSize} bytes; 0 for a rendezvous. */
    static CoreBackend streams(int receiveBufferSize) {
        return new CoreBackend(JdkType.SOCKET, buffered(receiveBufferSize));
    }

    private static NetworkConfig buffered(int receiveBufferSize) {
        return NetworkConfig.builder().receiveBufferSize(receiveBufferSize).build();
    }

    @Override
    public JdkType jdkType() {
        return jdkType;
    }

    @Override
    public Set<Capability> capabilities() {
        EnumSet<Capability> capabilities = EnumSet.of(
                Capability.READ_TIMEOUT,
                Capability.WRITE_TIMEOUT,
                Capability.ACCEPT_TIMEOUT,
                unix ? Capability.UNIX : Capability.IPV6);
        if (!unix) {
            capabilities.add(Capability.MIXED_JDK_TYPES);
        }
        if (jdkType == JdkType.CHANNEL) {
            capabilities.add(Capability.JDK_TYPE_THROUGHOUT);
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
    public Pair pair(JdkType peer) throws IOException {
        try (Listener listener = network.listen(anyAddress())) {
            CoreStream client = CoreStream.of(network.connect(listener.localAddress()), jdkType);
            CoreStream server = CoreStream.of(listener.accept(), peer);
            return Pair.delivered(client, server);
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
                return CoreStream.of(listener.accept(timeout), jdkType);
            }

            /** Keeps the timeout, which the core takes with each accept. */
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
    public Connector connector() {
        return new Connector() {
            private volatile Connection connection;
            private volatile boolean closed;

            @Override
            public Stream connect(SocketAddress address, Duration timeout) throws IOException {
                if (closed) {
                    throw new ClosedChannelException();
                }
                return CoreStream.of(
                        network.connect(address, dialling -> connection = dialling.connectTimeout(timeout)), jdkType);
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
        Connection writer = ((CoreStream) pair.client()).connection();
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
        return "core " + jdkType + (unix ? " over a path" : "") + " with buffers of " + capacity() + " bytes";
    }
}
