package dev.nettest.contract;

import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.socket.NetworkSockets;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/** Sockets from the factories of a network, called through {@code java.net} only. */
final class SocketBackend implements StreamBackend {
    private final Network network;

    private SocketBackend(NetworkConfig config) {
        this.network = Network.create(config);
    }

    static SocketBackend open() {
        return new SocketBackend(NetworkConfig.defaults());
    }

    /** Has receive buffers of {@code receiveBufferSize} bytes; 0 for a rendezvous. */
    static SocketBackend open(int receiveBufferSize) {
        return new SocketBackend(
                NetworkConfig.builder().receiveBufferSize(receiveBufferSize).build());
    }

    @Override
    public JdkType jdkType() {
        return JdkType.SOCKET;
    }

    @Override
    public Set<Capability> capabilities() {
        return EnumSet.of(
                Capability.READ_TIMEOUT,
                Capability.ACCEPT_TIMEOUT,
                Capability.JDK_TYPE_THROUGHOUT,
                Capability.DEFAULT_BACKLOG,
                Capability.IPV6,
                Capability.MIXED_JDK_TYPES);
    }

    @Override
    public int capacity() {
        return network.config().receiveBufferSize();
    }

    @Override
    public int moreThanFits() {
        return 2 * capacity() + 3;
    }

    @Override
    public Pair pair(JdkType peer) throws IOException {
        try (ServerSocket server = NetworkSockets.serverSocketFactory(network).createServerSocket()) {
            server.bind(StreamBackend.loopback(0));
            Socket connected =
                    NetworkSockets.socketFactory(network).createSocket(server.getInetAddress(), server.getLocalPort());
            Socket accepted = server.accept();
            Stream client = new SocketStream(connected);
            Stream other = peer == JdkType.SOCKET
                    ? new SocketStream(accepted)
                    : CoreStream.of(NetworkSockets.connection(accepted), JdkType.CHANNEL);
            return Pair.delivered(client, other);
        }
    }

    @Override
    public Server bind(SocketAddress address, int backlog) throws IOException {
        ServerSocket server = NetworkSockets.serverSocketFactory(network).createServerSocket();
        server.bind(address, backlog);
        return new SocketServer(server, SocketStream::new);
    }

    @Override
    public Connector connector() throws IOException {
        return new SocketConnector(NetworkSockets.socketFactory(network).createSocket(), SocketStream::new);
    }

    @Override
    public InetSocketAddress refusingAddress() throws IOException {
        Socket bound = NetworkSockets.socketFactory(network).createSocket();
        bound.bind(StreamBackend.loopback(0));
        return StreamBackend.loopback(bound.getLocalPort());
    }

    @Override
    public void awaitBlocked(Thread thread) {
        Parked.await(thread);
    }

    @Override
    public void close() {
        network.close();
    }

    @Override
    public String toString() {
        return "sockets with buffers of " + capacity() + " bytes";
    }

    /** A connected socket of any network. */
    static Stream stream(Socket socket) throws IOException {
        return new SocketStream(socket);
    }

    private static final class SocketStream implements Stream {
        private final Socket socket;
        private final InputStream input;
        private final OutputStream output;

        SocketStream(Socket socket) throws IOException {
            this.socket = socket;
            this.input = socket.getInputStream();
            this.output = socket.getOutputStream();
        }

        @Override
        public JdkType jdkType() {
            return JdkType.SOCKET;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return input.read(target, offset, length);
        }

        @Override
        public int write(byte[] source, int offset, int length) throws IOException {
            output.write(source, offset, length);
            return length;
        }

        @Override
        public int available() throws IOException {
            return input.available();
        }

        @Override
        public void shutdownInput() throws IOException {
            socket.shutdownInput();
        }

        @Override
        public void shutdownOutput() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }

        @Override
        public boolean isOpen() {
            return !socket.isClosed();
        }

        @Override
        public InetSocketAddress localAddress() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }

        @Override
        public InetSocketAddress remoteAddress() {
            return (InetSocketAddress) socket.getRemoteSocketAddress();
        }

        @Override
        public void readTimeout(Duration timeout) throws IOException {
            socket.setSoTimeout(Loopback.millis(timeout));
        }
    }
}
