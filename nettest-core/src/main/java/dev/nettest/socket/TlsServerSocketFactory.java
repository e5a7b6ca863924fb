package dev.nettest.socket;

import dev.nettest.Host;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocketFactory;
import org.jspecify.annotations.Nullable;

/** Creates server sockets of a network whose accepted sockets use the JDK's TLS. */
final class TlsServerSocketFactory extends SSLServerSocketFactory {

    private final SSLServerSocketFactory settings;
    private final NetworkServerSocketFactory sockets;

    TlsServerSocketFactory(Host host, SSLContext context, boolean clientsAuthenticate) {
        this.settings = context.getServerSocketFactory();
        this.sockets = new NetworkServerSocketFactory(host.network(), () -> {
            TlsServerSocket socket = new TlsServerSocket(host, settings, context.getSocketFactory());
            socket.setNeedClientAuth(clientsAuthenticate);
            return socket;
        });
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return settings.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return settings.getSupportedCipherSuites();
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
        return sockets.createServerSocket();
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return sockets.createServerSocket(port);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return sockets.createServerSocket(port, backlog);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, @Nullable InetAddress localHost) throws IOException {
        return sockets.createServerSocket(port, backlog, localHost);
    }
}
