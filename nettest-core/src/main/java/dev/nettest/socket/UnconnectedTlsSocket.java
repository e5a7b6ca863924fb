package dev.nettest.socket;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;
import javax.net.ssl.HandshakeCompletedListener;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A TLS socket that is connected later. The JDK's own would dial the real network then; this one dials with a socket of ours and layers
 * the JDK's over it. What is set before goes to {@link #settings}, a socket of the JDK's that is never connected, and from there to
 * the real one.
 */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // those who are called are as safe as they have to be
final class UnconnectedTlsSocket extends SSLSocket {

    private final Socket plain;
    private final SSLSocketFactory layer;
    private final SSLSocket settings;
    private final List<HandshakeCompletedListener> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable SSLSocket secure;

    UnconnectedTlsSocket(Socket plain, SSLSocketFactory layer) throws IOException {
        this.plain = plain;
        this.layer = layer;
        this.settings = (SSLSocket) layer.createSocket();
    }

    /** What answers for TLS. */
    private SSLSocket tls() {
        SSLSocket connected = secure;
        return connected == null ? settings : connected;
    }

    /** What answers for the socket. */
    private Socket socket() {
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

    // ---- TLS

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

    @Override
    public String[] getSupportedCipherSuites() {
        return tls().getSupportedCipherSuites();
    }

    @Override
    public String[] getEnabledCipherSuites() {
        return tls().getEnabledCipherSuites();
    }

    @Override
    public void setEnabledCipherSuites(String[] suites) {
        tls().setEnabledCipherSuites(suites);
    }

    @Override
    public String[] getSupportedProtocols() {
        return tls().getSupportedProtocols();
    }

    @Override
    public String[] getEnabledProtocols() {
        return tls().getEnabledProtocols();
    }

    @Override
    public void setEnabledProtocols(String[] protocols) {
        tls().setEnabledProtocols(protocols);
    }

    @Override
    public SSLSession getSession() {
        return tls().getSession();
    }

    @Override
    public SSLSession getHandshakeSession() {
        return tls().getHandshakeSession();
    }

    @Override
    public void setUseClientMode(boolean mode) {
        tls().setUseClientMode(mode);
    }

    @Override
    public boolean getUseClientMode() {
        return tls().getUseClientMode();
    }

    @Override
    public void setNeedClientAuth(boolean need) {
        tls().setNeedClientAuth(need);
    }

    @Override
    public boolean getNeedClientAuth() {
        return tls().getNeedClientAuth();
    }

    @Override
    public void setWantClientAuth(boolean want) {
        tls().setWantClientAuth(want);
    }

    @Override
    public boolean getWantClientAuth() {
        return tls().getWantClientAuth();
    }

    @Override
    public void setEnableSessionCreation(boolean flag) {
        tls().setEnableSessionCreation(flag);
    }

    @Override
    public boolean getEnableSessionCreation() {
        return tls().getEnableSessionCreation();
    }

    @Override
    public SSLParameters getSSLParameters() {
        return tls().getSSLParameters();
    }

    @Override
    public void setSSLParameters(SSLParameters params) {
        tls().setSSLParameters(params);
    }

    @Override
    public String getApplicationProtocol() {
        return tls().getApplicationProtocol();
    }

    @Override
    public String getHandshakeApplicationProtocol() {
        return tls().getHandshakeApplicationProtocol();
    }

    @Override
    public void setHandshakeApplicationProtocolSelector(BiFunction<SSLSocket, List<String>, String> selector) {
        tls().setHandshakeApplicationProtocolSelector(selector);
    }

    @Override
    public BiFunction<SSLSocket, List<String>, String> getHandshakeApplicationProtocolSelector() {
        return tls().getHandshakeApplicationProtocolSelector();
    }

    // ---- the socket below

    @Override
    public InetAddress getInetAddress() {
        return socket().getInetAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return socket().getLocalAddress();
    }

    @Override
    public int getPort() {
        return socket().getPort();
    }

    @Override
    public int getLocalPort() {
        return socket().getLocalPort();
    }

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return socket().getRemoteSocketAddress();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return socket().getLocalSocketAddress();
    }

    @Override
    public SocketChannel getChannel() {
        return socket().getChannel();
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        socket().setTcpNoDelay(on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return socket().getTcpNoDelay();
    }

    @Override
    public void setSoLinger(boolean on, int linger) throws SocketException {
        socket().setSoLinger(on, linger);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return socket().getSoLinger();
    }

    @Override
    public void sendUrgentData(int data) throws IOException {
        socket().sendUrgentData(data);
    }

    @Override
    public void setOOBInline(boolean on) throws SocketException {
        socket().setOOBInline(on);
    }

    @Override
    public boolean getOOBInline() throws SocketException {
        return socket().getOOBInline();
    }

    @Override
    public void setSoTimeout(int timeout) throws SocketException {
        socket().setSoTimeout(timeout);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return socket().getSoTimeout();
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        socket().setSendBufferSize(size);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return socket().getSendBufferSize();
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        socket().setReceiveBufferSize(size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return socket().getReceiveBufferSize();
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        socket().setKeepAlive(on);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return socket().getKeepAlive();
    }

    @Override
    public void setTrafficClass(int tc) throws SocketException {
        socket().setTrafficClass(tc);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return socket().getTrafficClass();
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        socket().setReuseAddress(on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return socket().getReuseAddress();
    }

    @Override
    public void shutdownInput() throws IOException {
        socket().shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        socket().shutdownOutput();
    }

    @Override
    public boolean isConnected() {
        return socket().isConnected();
    }

    @Override
    public boolean isBound() {
        return socket().isBound();
    }

    @Override
    public boolean isClosed() {
        return socket().isClosed();
    }

    @Override
    public boolean isInputShutdown() {
        return socket().isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return socket().isOutputShutdown();
    }

    @Override
    public void setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
        socket().setPerformancePreferences(connectionTime, latency, bandwidth);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return socket().supportedOptions();
    }

    @Override
    public <T> Socket setOption(SocketOption<T> option, T value) throws IOException {
        socket().setOption(option, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return socket().getOption(option);
    }

    @Override
    public String toString() {
        return socket().toString();
    }
}
