package dev.nettest.socket;

import dev.nettest.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import javax.net.ServerSocketFactory;
import org.jspecify.annotations.Nullable;

/** Creates server sockets with the checks and defaults of the constructors of {@link ServerSocket}. */
final class NetworkServerSocketFactory extends ServerSocketFactory {

    /** Creates an unbound server socket. */
    @FunctionalInterface
    interface Constructor {
        ServerSocket create() throws IOException;
    }

    private final Network network;
    private final Constructor constructor;

    NetworkServerSocketFactory(Network network, Constructor constructor) {
        this.network = network;
        this.constructor = constructor;
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
        return constructor.create();
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
