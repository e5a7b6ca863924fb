package dev.nettest.socket;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;

/** Creates sockets of a network with the JDK's TLS layered over them. */
final class TlsSocketFactory extends SSLSocketFactory {

    private final SocketFactory plain;
    private final SSLSocketFactory layer;

    TlsSocketFactory(SocketFactory plain, SSLSocketFactory layer) {
        this.plain = plain;
        this.layer = layer;
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return layer.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return layer.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket() throws IOException {
        return new UnconnectedTlsSocket(plain.createSocket(), layer);
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        return layer.createSocket(socket, host, port, autoClose);
    }

    @Override
    public Socket createSocket(Socket socket, InputStream consumed, boolean autoClose) throws IOException {
        return layer.createSocket(socket, consumed, autoClose);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return layered(plain.createSocket(host, port), host);
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
        return layered(plain.createSocket(host, port, localHost, localPort), host);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return layered(plain.createSocket(host, port), host.getHostAddress());
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort) throws IOException {
        return layered(plain.createSocket(host, port, localHost, localPort), host.getHostAddress());
    }

    private Socket layered(Socket connected, String host) throws IOException {
        try {
            return createSocket(connected, host, connected.getPort(), true);
        } catch (IOException | RuntimeException failed) {
            connected.close();
            throw failed;
        }
    }
}
