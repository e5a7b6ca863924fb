package dev.nettest.socket;

import dev.nettest.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes what the constructors of {@link ServerSocket} make, and as they do. */
final class NetworkServerSocketFactory extends ServerSocketFactory {

    /** Makes one that is not bound. */
    @FunctionalInterface
    interface Maker {
        ServerSocket make() throws IOException;
    }

    private final Network network;
    private final Maker maker;

    NetworkServerSocketFactory(Network network, Maker maker) {
        this.network = network;
        this.maker = maker;
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
        return maker.make();
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return createServerSocket(port, network.config().backlog());
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return createServerSocket(port, backlog, null);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, @Nullable InetAddress localHost) throws IOException {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("Port value out of range: " + port);
        }
        ServerSocket server = createServerSocket();
        try {
            server.bind(new InetSocketAddress(localHost, port), backlog);
            return server;
        } catch (IOException | RuntimeException failed) {
            server.close();
            throw failed;
        }
    }
}
