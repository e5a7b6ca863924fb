package dev.nettest.socket;

import dev.nettest.internal.inet.DatagramOptions;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.util.Set;

/** The options of a datagram socket, by both of the JDK's ways of naming them. */
abstract class AbstractDatagramSocket extends DatagramSocket {

    final DatagramOptions options = new DatagramOptions();

    /** In milliseconds; 0 for none. */
    private volatile int timeout;

    AbstractDatagramSocket() {
        super(new UnusedDatagramSocketImpl());
    }

    /** Called under this object's monitor after each change. */
    abstract void optionsChanged();

    int timeoutMillis() {
        return timeout;
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        checkUnclosed();
        if (millis < 0) {
            throw new IllegalArgumentException("timeout < 0");
        }
        timeout = millis;
    }

    @Override
    public int getSoTimeout() throws SocketException {
        checkUnclosed();
        return timeout;
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        if (size <= 0) {
            throw new IllegalArgumentException("Invalid send size");
        }
        set(StandardSocketOptions.SO_SNDBUF, size);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return number(StandardSocketOptions.SO_SNDBUF);
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        if (size <= 0) {
            throw new IllegalArgumentException("Invalid receive size");
        }
        set(StandardSocketOptions.SO_RCVBUF, size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return number(StandardSocketOptions.SO_RCVBUF);
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        set(StandardSocketOptions.SO_REUSEADDR, on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        checkOpen();
        return options.isOn(StandardSocketOptions.SO_REUSEADDR);
    }

    @Override
    public void setBroadcast(boolean on) throws SocketException {
        set(StandardSocketOptions.SO_BROADCAST, on);
    }

    @Override
    public boolean getBroadcast() throws SocketException {
        checkOpen();
        return options.isOn(StandardSocketOptions.SO_BROADCAST);
    }

    @Override
    public void setTrafficClass(int trafficClass) throws SocketException {
        set(StandardSocketOptions.IP_TOS, trafficClass);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return number(StandardSocketOptions.IP_TOS);
    }

    @Override
    public <T> DatagramSocket setOption(SocketOption<T> option, T value) throws IOException {
        options.checkSupported(option);
        if (!option.type().isInstance(value)) {
            throw new IllegalArgumentException("Invalid value '" + value + "'");
        }
        if (isClosed()) {
            throw new ClosedChannelException();
        }
        set(option, value);
        return this;
    }

    @Override
    @SuppressWarnings("NullAway") // like the JDK: the interface of multicasts may be null
    public <T> T getOption(SocketOption<T> option) throws IOException {
        options.checkSupported(option);
        if (isClosed()) {
            throw new ClosedChannelException();
        }
        return options.get(option);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return options.supported();
    }

    private synchronized void set(SocketOption<?> option, Object value) throws SocketException {
        checkOpen();
        options.set(option, value);
        optionsChanged();
    }

    private int number(SocketOption<Integer> option) throws SocketException {
        checkOpen();
        return options.number(option);
    }

    // ---- the closed socket

    private void checkUnclosed() throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
    }

    /** Like {@link #checkUnclosed}, with the cause that the JDK's channel adds. */
    final void checkOpen() throws SocketException {
        if (isClosed()) {
            SocketException failure = new SocketException("Socket is closed");
            failure.initCause(new ClosedChannelException());
            throw failure;
        }
    }

    static SocketException closedNow() {
        SocketException failure = new SocketException("Socket closed");
        failure.initCause(new ClosedChannelException());
        return failure;
    }
}
