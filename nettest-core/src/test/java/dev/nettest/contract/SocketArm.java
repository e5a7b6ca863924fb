package dev.nettest.contract;

import dev.nettest.Network;
import dev.nettest.channel.NetworkChannels;
import dev.nettest.socket.NetworkSockets;
import java.io.Closeable;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.junit.jupiter.api.Assumptions;

/** The sockets of {@code java.net} that a test runs on: those of the JDK on loopback, or those of a network. */
abstract class SocketArm implements Waiting, AutoCloseable {
    private final Deque<Closeable> opened = new ConcurrentLinkedDeque<>();

    static SocketArm onLoopback() {
        Assumptions.assumeTrue(
                System.getProperty("os.name").equals("Linux"), "the expected texts are those of the Linux kernel");
        return new OnLoopback();
    }

    static SocketArm inMemory() {
        return inMemory(Network.create());
    }

    /** The sockets of {@code network}, which the arm closes. */
    static SocketArm inMemory(Network network) {
        return new InMemory(network);
    }

    /** True for the kernel's loopback. */
    abstract boolean isReal();

    /** Unconnected. */
    final Socket socket() throws IOException {
        return opened(createSocket());
    }

    /** Unbound. */
    final ServerSocket server() throws IOException {
        return opened(createServer());
    }

    /** Bound to {@code address}, unbound if it is null. */
    final DatagramSocket datagramSocket(SocketAddress address) throws IOException {
        return opened(createDatagramSocket(address));
    }

    final ServerSocket boundServer(int backlog) throws IOException {
        ServerSocket server = server();
        server.bind(StreamBackend.loopback(0), backlog);
        return server;
    }

    final Socket connectedTo(ServerSocket server) throws IOException {
        Socket socket = socket();
        socket.connect(server.getLocalSocketAddress());
        return socket;
    }

    final Socket acceptedBy(ServerSocket server) throws IOException {
        return opened(server.accept());
    }

    /** A listening address that lets every further connect wait. */
    final ServerSocket fullServer() throws IOException {
        ServerSocket full = boundServer(1);
        connectedTo(full);
        connectedTo(full);
        awaitQueued(full, 2);
        return full;
    }

    /** Returns when {@code count} connections wait to be accepted. */
    void awaitQueued(ServerSocket server, int count) {}

    /** Closes {@code resource} with this arm. */
    final <T extends Closeable> T opened(T resource) {
        opened.push(resource);
        return resource;
    }

    /** An address of this host that is not one of loopback; empty if it has none. */
    abstract Optional<InetAddress> ownAddress() throws IOException;

    /** Opens the channels of this arm. */
    abstract SelectorProvider provider();

    abstract Socket createSocket() throws IOException;

    abstract ServerSocket createServer() throws IOException;

    abstract DatagramSocket createDatagramSocket(SocketAddress address) throws IOException;

    /** Closes with resets, so that no connection lingers in the kernel's table for a minute. */
    @Override
    public void close() throws IOException {
        for (Closeable resource : opened) {
            if (resource instanceof Socket socket && socket.isConnected() && !socket.isClosed()) {
                try {
                    socket.setSoLinger(true, 0);
                } catch (IOException closed) {
                    // a failed connect closed it internally
                }
            }
            resource.close();
        }
    }

    private static final class OnLoopback extends SocketArm {
        @Override
        boolean isReal() {
            return true;
        }

        @Override
        Optional<InetAddress> ownAddress() throws IOException {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                    .findFirst();
        }

        @Override
        SelectorProvider provider() {
            return SelectorProvider.provider();
        }

        @Override
        Socket createSocket() {
            return new Socket();
        }

        @Override
        ServerSocket createServer() throws IOException {
            return new ServerSocket();
        }

        @Override
        DatagramSocket createDatagramSocket(SocketAddress address) throws IOException {
            return new DatagramSocket(address);
        }

        @Override
        public void enter() {
            if (!Task.isVirtual(Thread.currentThread())) {
                Blocked.register();
            }
        }

        /** A connect can return before the kernel has queued the connection at the server. */
        @Override
        void awaitQueued(ServerSocket server, int count) {
            PollingWait.until(
                    () -> TcpTable.read().queued(server.getLocalPort()) == count,
                    () -> count + " connections in the queue of " + server);
        }

        @Override
        public void awaitBlocked(Thread thread) {
            Blocked.await(thread);
        }

        @Override
        public void close() throws IOException {
            super.close();
            Blocked.forgetEndedThreads();
        }
    }

    private static final class InMemory extends SocketArm {
        private final Network network;
        private final SelectorProvider provider;

        InMemory(Network network) {
            this.network = network;
            this.provider = NetworkChannels.selectorProvider(network);
        }

        @Override
        boolean isReal() {
            return false;
        }

        @Override
        Optional<InetAddress> ownAddress() {
            return Optional.of(StreamBackend.address("192.0.2.7", 0).getAddress());
        }

        @Override
        SelectorProvider provider() {
            return provider;
        }

        @Override
        Socket createSocket() throws IOException {
            return NetworkSockets.socketFactory(network).createSocket();
        }

        @Override
        ServerSocket createServer() throws IOException {
            return NetworkSockets.serverSocketFactory(network).createServerSocket();
        }

        @Override
        DatagramSocket createDatagramSocket(SocketAddress address) throws IOException {
            return NetworkSockets.datagramSocket(network, address);
        }

        @Override
        public void awaitBlocked(Thread thread) {
            Parked.await(thread);
        }

        @Override
        public void close() throws IOException {
            super.close();
            network.close();
        }
    }
}
