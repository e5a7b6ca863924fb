package dev.nettest.consumers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.util.Set;

/** The implementation behind {@code new ServerSocket()}, over a server socket of the network. */
final class ServerImpl extends SocketImpl {

    /** Null before {@link #create}, which the JDK calls first. */
    private volatile ServerSocket server;

    /** The JDK binds and listens in two steps. */
    private volatile InetSocketAddress local;

    @Override
    protected void create(boolean stream) throws IOException {
        server = Traffic.serverSocket();
    }

    @Override
    protected void bind(InetAddress host, int port) {
        local = new InetSocketAddress(host, port);
    }

    @Override
    protected void listen(int backlog) throws IOException {
        server.bind(local, backlog);
    }

    @Override
    protected void accept(SocketImpl accepted) throws IOException {
        ((StreamImpl) accepted).adopt(server.accept());
    }

    @Override
    protected InetAddress getInetAddress() {
        return server.getInetAddress();
    }

    @Override
    protected int getLocalPort() {
        return server.getLocalPort();
    }

    @Override
    protected void close() throws IOException {
        server.close();
    }

    @Override
    public void setOption(int id, Object value) throws SocketException {
        if (id == SocketOptions.SO_TIMEOUT) {
            server.setSoTimeout((Integer) value);
        } else {
            OldOptions.set(id, value, server::setOption);
        }
    }

    @Override
    public Object getOption(int id) throws SocketException {
        if (id != SocketOptions.SO_TIMEOUT) {
            return OldOptions.get(id, server::getOption);
        }
        try {
            return server.getSoTimeout();
        } catch (IOException e) {
            throw new SocketException(e.getMessage());
        }
    }

    @Override
    protected <T> void setOption(SocketOption<T> option, T value) throws IOException {
        server.setOption(option, value);
    }

    @Override
    protected <T> T getOption(SocketOption<T> option) throws IOException {
        return server.getOption(option);
    }

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        return server.supportedOptions();
    }

    // ---- of clients only

    @Override
    protected void connect(String host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void connect(InetAddress address, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void connect(SocketAddress address, int timeout) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected InputStream getInputStream() {
        throw new UnsupportedOperationException();
    }

    @Override
    protected OutputStream getOutputStream() {
        throw new UnsupportedOperationException();
    }

    @Override
    protected int available() {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void sendUrgentData(int data) {
        throw new UnsupportedOperationException();
    }
}
