package dev.nettest.socket;

import dev.nettest.Binding;
import dev.nettest.Host;
import dev.nettest.internal.inet.IpStack;
import dev.nettest.internal.inet.SocketOptionTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The common part of sockets and server sockets: bind, and the options by both of the JDK's ways of naming them. */
abstract class NetworkSocketImpl extends SocketImpl {

    final Host host;
    final SocketOptionTable options;

    /** The bound address; null before a bind. */
    volatile @Nullable Binding binding;

    NetworkSocketImpl(Host host, SocketOptionTable options) {
        this.host = host;
        this.options = options;
    }

    /** @throws SocketException {@code Socket closed}, or {@code Socket not created} */
    abstract void checkOpen() throws SocketException;

    abstract int timeoutMillis();

    abstract void timeoutMillis(int millis);

    abstract InetAddress boundAddress();

    /** Called after {@code option} was set, for options that change the behaviour of the socket. */
    void optionSet(SocketOption<?> option) {}

    @Override
    protected synchronized void bind(InetAddress local, int port) throws IOException {
        checkOpen();
        if (binding != null) {
            throw new SocketException("Already bound");
        }
        IpStack.checkStream(local);
        boolean reuse = options.get(StandardSocketOptions.SO_REUSEADDR);
        Binding bound = host.bind(new InetSocketAddress(local, port), reuse);
        binding = bound;
        address = local;
        localport = ((InetSocketAddress) bound.localAddress()).getPort();
    }

    // ---- options by name

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        return options.supported();
    }

    @Override
    protected <T> void setOption(SocketOption<T> option, T value) throws IOException {
        options.checkSupported(option, value);
        checkOpen();
        set(option, value);
    }

    @Override
    protected <T> T getOption(SocketOption<T> option) throws IOException {
        options.checkSupported(option);
        checkOpen();
        return options.get(option);
    }

    private void set(SocketOption<?> option, Object value) throws SocketException {
        options.set(option, value);
        optionSet(option);
    }

    // ---- options by number

    @Override
    public void setOption(int option, Object value) throws SocketException {
        checkOpen();
        switch (option) {
            case SocketOptions.SO_TIMEOUT -> {
                int millis = number(value, "SO_TIMEOUT");
                if (millis < 0) {
                    throw new SocketException("timeout < 0");
                }
                timeoutMillis(millis);
            }
            case SocketOptions.SO_LINGER ->
                set(StandardSocketOptions.SO_LINGER, Boolean.FALSE.equals(value) ? -1 : number(value, "SO_LINGER"));
            case SocketOptions.SO_SNDBUF -> set(StandardSocketOptions.SO_SNDBUF, size(value, "SO_SNDBUF"));
            case SocketOptions.SO_RCVBUF -> set(StandardSocketOptions.SO_RCVBUF, size(value, "SO_RCVBUF"));
            case SocketOptions.IP_TOS -> setTrafficClass(number(value, "IP_TOS"));
            case SocketOptions.TCP_NODELAY -> set(StandardSocketOptions.TCP_NODELAY, flag(value, "TCP_NODELAY"));
            case SocketOptions.SO_KEEPALIVE -> set(StandardSocketOptions.SO_KEEPALIVE, flag(value, "SO_KEEPALIVE"));
            case SocketOptions.SO_OOBINLINE -> set(SocketOptionTable.OOBINLINE, flag(value, "SO_OOBINLINE"));
            case SocketOptions.SO_REUSEADDR -> set(StandardSocketOptions.SO_REUSEADDR, flag(value, "SO_REUSEADDR"));
            case SocketOptions.SO_REUSEPORT -> set(StandardSocketOptions.SO_REUSEPORT, flag(value, "SO_REUSEPORT"));
            default -> throw new SocketException("Unknown option " + option);
        }
    }

    private void setTrafficClass(int value) throws SocketException {
        try {
            set(StandardSocketOptions.IP_TOS, value);
        } catch (IllegalArgumentException e) {
            throw new SocketException(e.getMessage());
        }
    }

    @Override
    public Object getOption(int option) throws SocketException {
        checkOpen();
        return switch (option) {
            case SocketOptions.SO_TIMEOUT -> timeoutMillis();
            case SocketOptions.SO_LINGER -> {
                int linger = options.get(StandardSocketOptions.SO_LINGER);
                yield linger < 0 ? false : (Object) linger;
            }
            case SocketOptions.SO_BINDADDR -> boundAddress();
            case SocketOptions.SO_SNDBUF -> options.get(StandardSocketOptions.SO_SNDBUF);
            case SocketOptions.SO_RCVBUF -> options.get(StandardSocketOptions.SO_RCVBUF);
            case SocketOptions.IP_TOS -> options.get(StandardSocketOptions.IP_TOS);
            case SocketOptions.TCP_NODELAY -> options.get(StandardSocketOptions.TCP_NODELAY);
            case SocketOptions.SO_KEEPALIVE -> options.get(StandardSocketOptions.SO_KEEPALIVE);
            case SocketOptions.SO_OOBINLINE -> options.get(SocketOptionTable.OOBINLINE);
            case SocketOptions.SO_REUSEADDR -> options.get(StandardSocketOptions.SO_REUSEADDR);
            case SocketOptions.SO_REUSEPORT -> options.get(StandardSocketOptions.SO_REUSEPORT);
            default -> throw new SocketException("Unknown option " + option);
        };
    }

    private static boolean flag(Object value, String name) throws SocketException {
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw new SocketException("Bad value for " + name);
    }

    private static int number(Object value, String name) throws SocketException {
        if (value instanceof Integer number) {
            return number;
        }
        throw new SocketException("Bad value for " + name);
    }

    private static int size(Object value, String name) throws SocketException {
        int size = number(value, name);
        if (size <= 0) {
            throw new SocketException(name + " <= 0");
        }
        return size;
    }

    // ---- operations of connected sockets, which the JDK's class requires of both

    @Override
    protected void connect(String host, int port) throws IOException {
        connect(InetSocketAddress.createUnresolved(host, port), 0);
    }

    @Override
    protected void connect(InetAddress address, int port) throws IOException {
        connect(new InetSocketAddress(address, port), 0);
    }

    @Override
    protected InputStream getInputStream() throws IOException {
        throw new SocketException("Not connected");
    }

    @Override
    protected OutputStream getOutputStream() throws IOException {
        throw new SocketException("Not connected");
    }

    @Override
    protected boolean supportsUrgentData() {
        return true;
    }
}
