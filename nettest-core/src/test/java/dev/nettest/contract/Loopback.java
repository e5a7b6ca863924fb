package dev.nettest.contract;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.junit.jupiter.api.Assumptions;

/** The kernel's loopback on Linux: the oracle of the other backends. */
final class Loopback implements StreamBackend {
    private final JdkType jdkType;
    private final Deque<Closeable> opened = new ConcurrentLinkedDeque<>();

    private Loopback(JdkType jdkType) {
        Assumptions.assumeTrue(
                System.getProperty("os.name").equals("Linux"), "the expected texts are those of the Linux kernel");
        this.jdkType = jdkType;
    }

    static Loopback sockets() {
        return new Loopback(JdkType.SOCKET);
    }

    static Loopback channels() {
        return new Loopback(JdkType.CHANNEL);
    }

    @Override
    public JdkType jdkType() {
        return jdkType;
    }

    @Override
    public Set<Capability> capabilities() {
        EnumSet<Capability> all = EnumSet.of(
                Capability.READ_TIMEOUT,
                Capability.ACCEPT_TIMEOUT,
                Capability.JDK_TYPE_THROUGHOUT,
                Capability.DEFAULT_BACKLOG,
                Capability.MIXED_JDK_TYPES);
        if (jdkType == JdkType.CHANNEL) {
            all.add(Capability.FILL);
        }
        if (TcpTable.isDualStack()) {
            all.add(Capability.IPV6);
        }
        return all;
    }

    @Override
    public int capacity() {
        return 32 * 1024;
    }

    @Override
    public int moreThanFits() {
        return 16 * 1024 * 1024;
    }

    @Override
    public Pair pair(JdkType peer) throws IOException {
        try (Server server = server(peer, StreamBackend.loopback(0), 50)) {
            LoopbackStream client = (LoopbackStream) connect(server.address());
            return new LoopbackPair(client, (LoopbackStream) server.accept());
        }
    }

    @Override
    public Server bind(SocketAddress address, int backlog) throws IOException {
        return server(jdkType, address, backlog);
    }

    private Server server(JdkType jdkType, SocketAddress address, int backlog) throws IOException {
        return jdkType == JdkType.SOCKET ? socketServer(address, backlog) : channelServer(address, backlog);
    }

    private Server socketServer(SocketAddress address, int backlog) throws IOException {
        ServerSocket server = new ServerSocket();
        opened.push(server);
        server.bind(address, backlog);
        return new SocketServer(server, this::track);
    }

    private Server channelServer(SocketAddress address, int backlog) throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        opened.push(server);
        server.bind(address, backlog);
        return new ChannelServer(server, this::track);
    }

    @Override
    public Connector connector() throws IOException {
        return jdkType == JdkType.SOCKET ? socketConnector() : channelConnector();
    }

    private Connector socketConnector() {
        Socket socket = new Socket();
        opened.push(socket);
        return new SocketConnector(socket, this::track);
    }

    private Connector channelConnector() throws IOException {
        SocketChannel channel = SocketChannel.open();
        opened.push(channel);
        return new ChannelConnector(channel, this::track);
    }

    /** The address of a bound socket that does not listen. The socket reserves the address. */
    @Override
    public InetSocketAddress refusingAddress() throws IOException {
        Socket bound = new Socket();
        opened.push(bound);
        bound.bind(StreamBackend.loopback(0));
        return StreamBackend.loopback(bound.getLocalPort());
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
    public void awaitReset(Stream stream) {
        LoopbackStream endpoint = (LoopbackStream) stream;
        PollingWait.until(
                () -> TcpTable.read().isGone(endpoint.localPort, endpoint.remotePort),
                () -> endpoint.localPort + " is reset");
    }

    /**
     * Writes until the send window is full. The kernel moves bytes to the reader asynchronously: it is full once it
     * probes the window.
     */
    @Override
    public long fill(Pair pair) throws IOException {
        LoopbackChannel writer = (LoopbackChannel) pair.client();
        long total = 0;
        for (long more = -1; more != 0; total += more) {
            more = writer.fill();
            PollingWait.until(
                    () -> TcpTable.read().isProbingShutWindow(writer.localPort, writer.remotePort),
                    () -> writer.localPort + " finds its peer full");
        }
        writer.freezeSendBuffer();
        return total;
    }

    private Stream track(Socket socket) throws IOException {
        opened.push(socket);
        return new LoopbackSocket(socket);
    }

    private Stream track(SocketChannel channel) throws IOException {
        opened.push(channel);
        return new LoopbackChannel(channel);
    }

    /** Closes with resets, so that no connection lingers in the kernel's table for a minute. */
    @Override
    public void close() {
        for (Closeable resource : opened) {
            try {
                if (resource instanceof Socket socket && socket.isConnected() && !socket.isClosed()) {
                    socket.setSoLinger(true, 0);
                } else if (resource instanceof SocketChannel channel && channel.isOpen()) {
                    channel.setOption(StandardSocketOptions.SO_LINGER, 0);
                }
                resource.close();
            } catch (IOException e) {
                throw new AssertionError("cannot close " + resource, e);
            }
        }
        Blocked.forgetEndedThreads();
    }

    /** Whole milliseconds, rounded up, since zero would mean "forever". */
    static int millis(Duration timeout) {
        return timeout.isNegative()
                ? -1
                : Math.toIntExact(timeout.plusNanos(999_999).toMillis());
    }

    @Override
    public String toString() {
        return "loopback " + jdkType;
    }
}
