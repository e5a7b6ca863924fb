package dev.nettest.jvm.internal.socket;

import dev.nettest.jvm.internal.claim.ClaimImpl;
import dev.nettest.jvm.internal.claim.Claims;
import dev.nettest.socket.NetworkSockets;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The implementation of {@code new ServerSocket()}: a server socket of the kernel, or of a network if it binds to an
 * address of a claim. The JDK always binds and listens in one call, so the bind waits for the backlog of the latter.
 */
final class RoutedServerSocketImpl extends SocketImpl {

    /** A call that is repeated on the server socket of a network. */
    private interface Setting {

        void apply(ServerSocket socket) throws IOException;
    }

    private volatile ServerSocket socket = new KernelServerSocket(); // opens a descriptor with its first use
    private @Nullable InetSocketAddress wanted;

    /** The calls before the bind. Guarded by this object. */
    private final List<Setting> settings = new ArrayList<>();

    /** Guarded by this object. */
    private boolean decided;

    @Override
    protected void create(boolean stream) {}

    // ---- binding and accepting

    @Override
    protected void bind(InetAddress local, int localPort) throws IOException {
        InetSocketAddress address = new InetSocketAddress(local, localPort);
        ClaimImpl claim = Claims.toBind(address);
        synchronized (this) {
            if (claim != null && !decided && !socket.isClosed()) {
                handOver(NetworkSockets.serverSocketFactory(claim.hostToBind(address))
                        .createServerSocket());
            }
            wanted = address;
        }
    }

    private void handOver(ServerSocket memory) throws IOException {
        for (Setting setting : settings) {
            setting.apply(memory);
        }
        socket.close();
        socket = memory;
        decided = true;
    }

    @Override
    protected void listen(int backlog) throws IOException {
        SocketAddress local;
        synchronized (this) {
            local = wanted;
            decided = true;
        }
        socket.bind(local, backlog);
    }

    @Override
    protected void accept(SocketImpl accepting) throws IOException {
        if (!(accepting instanceof RoutedSocketImpl routed)) {
            throw new IOException("An instance of " + getClass() + " cannot accept a connection with an instance of "
                    + accepting.getClass());
        }
        try {
            routed.accepted(socket.accept());
        } catch (SocketException e) {
            throw Interrupts.outside(e, socket.isClosed());
        }
    }

    // ---- addresses and closing

    @Override
    protected InetAddress getInetAddress() {
        return socket.getInetAddress();
    }

    @Override
    protected int getLocalPort() {
        return socket.getLocalPort();
    }

    @Override
    protected void close() throws IOException {
        socket.close();
    }

    // ---- options

    private void set(Setting setting) throws IOException {
        ServerSocket current;
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
            throw new AssertionError("the options of a server socket throw a SocketException", e);
        }
    }

    private static void setOption(ServerSocket current, int option, Object value) throws SocketException {
        switch (option) {
            case SO_TIMEOUT -> current.setSoTimeout((Integer) value);
            case SO_RCVBUF -> current.setReceiveBufferSize((Integer) value);
            case SO_REUSEADDR -> current.setReuseAddress((Boolean) value);
            default -> throw unknown(option);
        }
    }

    @Override
    public Object getOption(int option) throws SocketException {
        ServerSocket current = socket;
        try {
            return switch (option) {
                case SO_TIMEOUT -> current.getSoTimeout();
                case SO_RCVBUF -> current.getReceiveBufferSize();
                case SO_REUSEADDR -> current.getReuseAddress();
                case SO_BINDADDR -> current.getInetAddress();
                default -> throw unknown(option);
            };
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            throw new AssertionError("the options of a server socket throw a SocketException", e);
        }
    }

    private static SocketException unknown(int option) {
        return new SocketException("unknown option " + option);
    }

    // ---- operations that a server socket does not have

    private static SocketException notConnected() {
        return new SocketException("Not connected");
    }

    @Override
    protected void connect(String host, int remotePort) throws IOException {
        throw notConnected();
    }

    @Override
    protected void connect(InetAddress remote, int remotePort) throws IOException {
        throw notConnected();
    }

    @Override
    protected void connect(SocketAddress remote, int millis) throws IOException {
        throw notConnected();
    }

    @Override
    protected InputStream getInputStream() throws IOException {
        throw notConnected();
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        throw notConnected();
    }

    @Override
    protected int available() throws IOException {
        throw notConnected();
    }

    @Override
    protected void sendUrgentData(int data) throws IOException {
        throw notConnected();
    }
}
