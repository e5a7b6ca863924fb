package dev.nettest.consumers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.util.Set;

/** The implementation behind {@code new Socket()}, over a socket of the network. */
final class StreamImpl extends SocketImpl {

    /** Null before {@link #create}, which the JDK calls for a client, and before {@link #adopt}. */
    private volatile Socket socket;

    @Override
    protected void create(boolean stream) throws IOException {
        socket = Traffic.socket();
    }

    /** Takes the place of a socket that a server has accepted. */
    void adopt(Socket accepted) {
        socket = accepted;
    }

    @Override
    protected void connect(String host, int port) throws IOException {
        connect(new InetSocketAddress(host, port), 0);
    }

    @Override
    protected void connect(InetAddress address, int port) throws IOException {
        connect(new InetSocketAddress(address, port), 0);
    }

    @Override
    protected void connect(SocketAddress address, int timeout) throws IOException {
        socket.connect(address, timeout);
    }

    @Override
    protected void bind(InetAddress host, int port) throws IOException {
        socket.bind(new InetSocketAddress(host, port));
    }

    @Override
    protected void listen(int backlog) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected void accept(SocketImpl impl) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected InetAddress getInetAddress() {
        return socket.getInetAddress();
    }

    @Override
    protected int getPort() {
        return socket.getPort();
    }

    @Override
    protected int getLocalPort() {
        return socket.getLocalPort();
    }

    @Override
    protected InputStream getInputStream() throws IOException {
        return socket.getInputStream();
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        return socket.getOutputStream();
    }

    @Override
    protected int available() throws IOException {
        return socket.getInputStream().available();
    }

    @Override
    protected void close() throws IOException {
        if (socket != null) { // null if the accept failed
            socket.close();
        }
    }

    @Override
    protected void shutdownInput() throws IOException {
        socket.shutdownInput();
    }

    @Override
    protected void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    protected boolean supportsUrgentData() {
        return true;
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        socket.sendUrgentData(data);
    }

    @Override
    public void setOption(int id, Object value) throws SocketException {
        switch (id) {
            case SocketOptions.SO_TIMEOUT -> socket.setSoTimeout((Integer) value);
            case SocketOptions.SO_LINGER -> setLinger(value);
            case SocketOptions.SO_OOBINLINE -> socket.setOOBInline((Boolean) value);
            default -> OldOptions.set(id, value, socket::setOption);
        }
    }

    /** @param value the seconds, or false for off */
    private void setLinger(Object value) throws SocketException {
        boolean on = value instanceof Integer;
        socket.setSoLinger(on, on ? (Integer) value : 0);
    }

    @Override
    public Object getOption(int id) throws SocketException {
        return switch (id) {
            case SocketOptions.SO_TIMEOUT -> socket.getSoTimeout();
            case SocketOptions.SO_OOBINLINE -> socket.getOOBInline();
            case SocketOptions.SO_BINDADDR -> socket.getLocalAddress();
            default -> OldOptions.get(id, socket::getOption);
        };
    }

    @Override
    protected <T> void setOption(SocketOption<T> option, T value) throws IOException {
        socket.setOption(option, value);
    }

    @Override
    protected <T> T getOption(SocketOption<T> option) throws IOException {
        return socket.getOption(option);
    }

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        return socket.supportedOptions();
    }
}
