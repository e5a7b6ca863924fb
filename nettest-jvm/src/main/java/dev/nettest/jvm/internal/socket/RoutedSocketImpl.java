package dev.nettest.jvm.internal.socket;

import dev.nettest.Host;
import dev.nettest.jvm.internal.claim.ClaimImpl;
import dev.nettest.jvm.internal.claim.Claims;
import dev.nettest.socket.NetworkSockets;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The implementation of {@code new Socket()}: a socket of the kernel, or of a network if it binds or connects to an
 * address of a claim. The connect decides, and takes the options with it.
 */
final class RoutedSocketImpl extends SocketImpl {

    /** A call that is repeated on the socket of a network. */
    private interface Setting {

        void apply(Socket socket) throws IOException;
    }

    private volatile Socket socket;

    /** The calls before the connect. Guarded by this object. */
    private final List<Setting> settings = new ArrayList<>();

    /** Guarded by this object. */
    private boolean decided;

    RoutedSocketImpl() {
        try {
            socket = new KernelSocket(); // opens a descriptor with its first use
        } catch (SocketException e) {
            throw new AssertionError("a socket that is not created yet opens nothing that can fail", e);
        }
    }

    @Override
    protected void create(boolean stream) {}

    /** Takes the socket that a server socket accepted. */
    synchronized void accepted(Socket accepted) throws IOException {
        socket.close();
        socket = accepted;
        decided = true;
    }

    // ---- binding and connecting

    @Override
    protected void bind(InetAddress local, int localPort) throws IOException {
        InetSocketAddress address = new InetSocketAddress(local, localPort);
        ClaimImpl claim = Claims.toBindClient(address);
        if (claim != null) {
            handOver(claim.hostToBind(address));
        }
        socket.bind(address);
    }

    @Override
    protected void connect(String host, int remotePort) throws IOException {
        connect(new InetSocketAddress(host, remotePort), 0);
    }

    @Override
    protected void connect(InetAddress remote, int remotePort) throws IOException {
        connect(new InetSocketAddress(remote, remotePort), 0);
    }

    @Override
    protected void connect(SocketAddress remote, int millis) throws IOException {
        SocketAddress target = Claims.resolved(remote);
        ClaimImpl claim = Claims.toConnect(target);
        if (claim != null) {
            handOver(claim.network().localhost());
        }
        synchronized (this) {
            decided = true;
        }
        socket.connect(target, millis);
    }

    private synchronized void handOver(Host host) throws IOException {
        Socket kernel = socket;
        if (decided || kernel.isClosed()) {
            return;
        }
        Socket memory = NetworkSockets.socketFactory(host).createSocket();
        for (Setting setting : settings) {
            setting.apply(memory);
        }
        if (kernel.isBound()) {
            InetSocketAddress bound = (InetSocketAddress) kernel.getLocalSocketAddress();
            try {
                memory.bind(bound);
            } catch (BindException e) {
                memory.bind(new InetSocketAddress(bound.getAddress(), 0));
            }
        }
        decided = true;
        socket = memory;
        kernel.close();
    }

    @Override
    protected void listen(int backlog) throws IOException {
        throw new SocketException("Not a server socket");
    }

    @Override
    protected void accept(SocketImpl accepting) throws IOException {
        throw new SocketException("Not a server socket");
    }

    // ---- addresses

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

    // ---- bytes

    @Override
    protected InputStream getInputStream() throws IOException {
        return new RoutedInput(socket);
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        return new RoutedOutput(socket);
    }

    @Override
    protected int available() throws IOException {
        return socket.getInputStream().available();
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
    protected void shutdownInput() throws IOException {
        socket.shutdownInput();
    }

    @Override
    protected void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    protected void close() throws IOException {
        socket.close();
    }

    // ---- options

    private void set(Setting setting) throws IOException {
        Socket current;
        synchronized (this) {
            current = socket;
            if (!decided) {
                settings.add(setting);
            }
        }
        setting.apply(current);
    }

    @Override
    protected <T> void setOption(SocketOption<T> option, T value) throws IOException {
        set(current -> current.setOption(option, value));
    }

    @Override
    protected <T> T getOption(SocketOption<T> option) throws IOException {
        return socket.getOption(option);
    }

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        return socket.supportedOptions();
    }

    @Override
    public void setOption(int option, Object value) throws SocketException {
        try {
            set(current -> setOption(current, option, value));
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            throw new AssertionError("the options of a socket throw a SocketException", e);
        }
    }

    private static void setOption(Socket current, int option, Object value) throws SocketException {
        switch (option) {
            case TCP_NODELAY -> current.setTcpNoDelay((Boolean) value);
            case SO_LINGER -> setLinger(current, value);
            case SO_TIMEOUT -> current.setSoTimeout((Integer) value);
            case SO_SNDBUF -> current.setSendBufferSize((Integer) value);
            case SO_RCVBUF -> current.setReceiveBufferSize((Integer) value);
            case SO_KEEPALIVE -> current.setKeepAlive((Boolean) value);
            case SO_OOBINLINE -> current.setOOBInline((Boolean) value);
            case IP_TOS -> current.setTrafficClass((Integer) value);
            case SO_REUSEADDR -> current.setReuseAddress((Boolean) value);
            default -> throw unknown(option);
        }
    }

    private static void setLinger(Socket current, Object value) throws SocketException {
        if (value instanceof Integer seconds) {
            current.setSoLinger(true, seconds);
        } else {
            current.setSoLinger(false, 0);
        }
    }

    @Override
    public Object getOption(int option) throws SocketException {
        Socket current = socket;
        return switch (option) {
            case TCP_NODELAY -> current.getTcpNoDelay();
            case SO_LINGER -> linger(current);
            case SO_TIMEOUT -> current.getSoTimeout();
            case SO_SNDBUF -> current.getSendBufferSize();
            case SO_RCVBUF -> current.getReceiveBufferSize();
            case SO_KEEPALIVE -> current.getKeepAlive();
            case SO_OOBINLINE -> current.getOOBInline();
            case IP_TOS -> current.getTrafficClass();
            case SO_REUSEADDR -> current.getReuseAddress();
            case SO_BINDADDR -> current.getLocalAddress();
            default -> throw unknown(option);
        };
    }

    private static Object linger(Socket current) throws SocketException {
        int seconds = current.getSoLinger();
        if (seconds < 0) {
            return false;
        }
        return seconds;
    }

    private static SocketException unknown(int option) {
        return new SocketException("unknown option " + option);
    }
}
