package dev.nettest.socket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A TLS socket that is connected later. The JDK's own socket would then connect to the real network. This one connects
 * a socket of the in-memory network and layers the JDK's TLS over it. Settings made before go to {@link #settings}, a
 * JDK socket that is never connected, and the connect copies them to the layered socket.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // the sockets behind it synchronize
final class UnconnectedTlsSocket extends ForwardingTlsSocket {

    private final Socket plain;
    private final SSLSocketFactory layer;
    private final SSLSocket settings;
    private final List<HandshakeCompletedListener> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable SSLSocket secure;

    UnconnectedTlsSocket(Socket plain, SSLSocketFactory layer) throws IOException {
        this.plain = plain;
        this.layer = layer;
        this.settings = (SSLSocket) layer.createSocket();
        TlsSockets.layered(this, plain);
    }

    @Override
    SSLSocket tls() {
        SSLSocket connected = secure;
        return connected == null ? settings : connected;
    }

    @Override
    Socket socket() {
        SSLSocket connected = secure;
        return connected == null ? plain : connected;
    }

    private SSLSocket connected() throws SocketException {
        SSLSocket connected = secure;
        if (connected == null) {
            throw new SocketException(plain.isClosed() ? "Socket is closed" : "Socket is not connected");
        }
        return connected;
    }

    // ---- connecting

    @Override
    public void connect(SocketAddress endpoint) throws IOException {
        connect(endpoint, 0);
    }

    @Override
    public void connect(SocketAddress endpoint, int timeout) throws IOException {
        plain.connect(endpoint, timeout);
        InetSocketAddress remote = (InetSocketAddress) endpoint;
        try {
            SSLSocket made = (SSLSocket) layer.createSocket(plain, remote.getHostString(), remote.getPort(), true);
            made.setSSLParameters(settings.getSSLParameters());
            made.setUseClientMode(settings.getUseClientMode());
            made.setEnableSessionCreation(settings.getEnableSessionCreation());
            made.setHandshakeApplicationProtocolSelector(settings.getHandshakeApplicationProtocolSelector());
            listeners.forEach(made::addHandshakeCompletedListener);
            secure = made;
            TlsSockets.layered(this, plain); // users know this socket, not the layered one
        } catch (IOException | RuntimeException failed) {
            plain.close();
            throw failed;
        }
    }

    @Override
    public void bind(SocketAddress bindpoint) throws IOException {
        plain.bind(bindpoint);
    }

    @Override
    public void close() throws IOException {
        socket().close();
    }

    // ---- what needs the layered socket

    @Override
    public void addHandshakeCompletedListener(HandshakeCompletedListener listener) {
        if (listener == null) {
            throw new IllegalArgumentException("listener is null");
        }
        listeners.add(listener);
        if (secure != null) {
            tls().addHandshakeCompletedListener(listener);
        }
    }

    @Override
    public void removeHandshakeCompletedListener(HandshakeCompletedListener listener) {
        if (!listeners.remove(listener)) {
            throw new IllegalArgumentException("listener is not registered");
        }
        if (secure != null) {
            tls().removeHandshakeCompletedListener(listener);
        }
    }

    @Override
    public void startHandshake() throws IOException {
        connected().startHandshake();
    }

    @Override
    public InputStream getInputStream() throws IOException {
        return connected().getInputStream();
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        return connected().getOutputStream();
    }
}
