package dev.nettest.socket;

import dev.nettest.Connection;
import dev.nettest.Host;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.function.Consumer;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/** Creates sockets with the checks and defaults of the constructors of {@link Socket}. */
final class NetworkSocketFactory extends SocketFactory {

    private final Host host;
    private final Consumer<? super Connection> beforeHandshake;

    NetworkSocketFactory(Host host, Consumer<? super Connection> beforeHandshake) {
        this.host = host;
        this.beforeHandshake = beforeHandshake;
    }

    @Override
    public Socket createSocket() throws IOException {
        return new NetworkSocket(new StreamSocketImpl(host, beforeHandshake));
    }

    @Override
    public Socket createSocket(@Nullable String host, int port) throws IOException {
        return connected(remote(host, port), null);
    }

    @Override
    public Socket createSocket(@Nullable String host, int port, @Nullable InetAddress localHost, int localPort)
            throws IOException {
        return connected(remote(host, port), new InetSocketAddress(localHost, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return connected(remote(host, port), null);
    }

    @Override
    public Socket createSocket(InetAddress host, int port, @Nullable InetAddress localHost, int localPort)
            throws IOException {
        return connected(remote(host, port), new InetSocketAddress(localHost, localPort));
    }

    /** Unresolved, so that no name service is asked. For the JDK an empty name is the loopback address. */
    private static InetSocketAddress remote(@Nullable String host, int port) {
        return host == null || host.isEmpty()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port)
                : InetSocketAddress.createUnresolved(host, port);
    }

    private static InetSocketAddress remote(InetAddress host, int port) {
        if (host == null) {
            throw new NullPointerException();
        }
        return new InetSocketAddress(host, port);
    }

    private Socket connected(InetSocketAddress remote, @Nullable InetSocketAddress local) throws IOException {
        Socket socket = createSocket();
        try {
            if (local != null) {
                socket.bind(local);
            }
            socket.connect(remote);
            return socket;
        } catch (Throwable failed) {
            try {
                socket.close();
            } catch (IOException suppressed) {
                failed.addSuppressed(suppressed);
            }
            throw failed;
        }
    }
}
