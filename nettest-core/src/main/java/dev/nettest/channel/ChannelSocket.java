package dev.nettest.channel;

import dev.nettest.internal.inet.SocketOptionTable;
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
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The socket adaptor of a channel. It has no state but the read timeout; the rest is the channel's. */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // the channel has locks of its own
final class ChannelSocket extends Socket {

    /** Measured on 17 and 25: the former has other exceptions for a connected socket and for a name. */
    private static final boolean IS_JDK_17 = Runtime.version().feature() < 18;

    private final NetworkSocketChannel channel;
    private final AdaptorTransfers transfers;

    /** In milliseconds; 0 for none. */
    private volatile int timeout;

    private ChannelSocket(NetworkSocketChannel channel) throws SocketException {
        super((SocketImpl) null); // unused: every method that would call it is overridden
        this.channel = channel;
        this.transfers = new AdaptorTransfers(channel);
    }

    static ChannelSocket over(NetworkSocketChannel channel) {
        try {
            return new ChannelSocket(channel);
        } catch (SocketException e) {
            throw new AssertionError("a socket without an implementation does nothing that can fail", e);
        }
    }

    @Override
    public SocketChannel getChannel() {
        return channel;
    }

    // ---- binding and connecting

    @Override
    public void bind(@Nullable SocketAddress local) throws IOException {
        SocketExceptions.translating(() -> channel.bind(local));
    }

    @Override
    public void connect(@Nullable SocketAddress remote) throws IOException {
        connect(remote, 0);
    }

    @Override
    public void connect(@Nullable SocketAddress remote, int millis) throws IOException {
        if (remote == null) {
            throw new IllegalArgumentException("connect: The address can't be null");
        }
        if (!IS_JDK_17) {
            checkResolved(remote);
        }
        if (millis < 0) {
            throw new IllegalArgumentException("connect: timeout can't be negative");
        }
        try {
            SocketExceptions.translating(() -> {
                channel.connectBlocking(remote, Duration.ofMillis(millis));
                return channel;
            });
        } catch (SocketException e) {
            throw IS_JDK_17 ? likeJdk17(e) : e;
        }
    }

    private void checkResolved(SocketAddress remote) throws IOException {
        if (remote instanceof InetSocketAddress inet && inet.isUnresolved()) {
            checkOpen();
            if (isConnected()) {
                throw new SocketException("Already connected");
            }
            close();
            throw new UnknownHostException(remote.toString());
        }
    }

    private static IOException likeJdk17(SocketException translated) {
        if (translated.getCause() instanceof AlreadyConnectedException untranslated) {
            throw untranslated;
        }
        return translated.getCause() instanceof UnresolvedAddressException ? new UnknownHostException() : translated;
    }

    // ---- addresses

    @Override
    public @Nullable InetAddress getInetAddress() {
        InetSocketAddress remote = getRemoteSocketAddress();
        return remote == null ? null : remote.getAddress();
    }

    @Override
    public int getPort() {
        InetSocketAddress remote = getRemoteSocketAddress();
        return remote == null ? 0 : remote.getPort();
    }

    @Override
    public @Nullable InetSocketAddress getRemoteSocketAddress() {
        return (InetSocketAddress) channel.connector().remoteAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        InetSocketAddress local = channel.isOpen() ? getLocalSocketAddress() : null;
        return (local == null ? new InetSocketAddress(0) : local).getAddress();
    }

    @Override
    public int getLocalPort() {
        InetSocketAddress local = getLocalSocketAddress();
        return local == null ? -1 : local.getPort();
    }

    @Override
    public @Nullable InetSocketAddress getLocalSocketAddress() {
        return (InetSocketAddress) channel.connector().localAddress();
    }

    // ---- bytes

    @Override
    public InputStream getInputStream() throws IOException {
        checkConnected();
        if (channel.isInputShut()) {
            throw new SocketException("Socket input is shutdown");
        }
        return new ChannelInput(transfers, () -> Duration.ofMillis(timeout));
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        checkConnected();
        if (channel.isOutputShut()) {
            throw new SocketException("Socket output is shutdown");
        }
        return new ChannelOutput(transfers);
    }

    @Override
    public void sendUrgentData(int data) throws IOException {
        transfers.sendUrgentData(data);
    }

    private void checkConnected() throws SocketException {
        checkOpen();
        if (!isConnected()) {
            throw new SocketException("Socket is not connected");
        }
    }

    private void checkOpen() throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
    }

    // ---- options

    private <T> void set(SocketOption<T> option, T value) throws SocketException {
        SocketExceptions.translatingOption(() -> channel.setOption(option, value));
    }

    private <T> T get(SocketOption<T> option) throws SocketException {
        return SocketExceptions.translatingOption(() -> channel.getOption(option));
    }

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        set(StandardSocketOptions.TCP_NODELAY, on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return get(StandardSocketOptions.TCP_NODELAY);
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        set(StandardSocketOptions.SO_LINGER, on ? seconds : -1);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return get(StandardSocketOptions.SO_LINGER);
    }

    @Override
    public void setOOBInline(boolean on) throws SocketException {
        set(SocketOptionTable.OOBINLINE, on);
    }

    @Override
    public boolean getOOBInline() throws SocketException {
        return get(SocketOptionTable.OOBINLINE);
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        checkOpen();
        if (millis < 0) {
            throw new IllegalArgumentException("timeout < 0");
        }
        timeout = millis;
    }

    @Override
    public int getSoTimeout() throws SocketException {
        checkOpen();
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
        return get(StandardSocketOptions.SO_SNDBUF);
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
        return get(StandardSocketOptions.SO_RCVBUF);
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        set(StandardSocketOptions.SO_KEEPALIVE, on);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return get(StandardSocketOptions.SO_KEEPALIVE);
    }

    @Override
    public void setTrafficClass(int value) throws SocketException {
        set(StandardSocketOptions.IP_TOS, value);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return get(StandardSocketOptions.IP_TOS);
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        set(StandardSocketOptions.SO_REUSEADDR, on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return get(StandardSocketOptions.SO_REUSEADDR);
    }

    @Override
    public <T> Socket setOption(SocketOption<T> option, T value) throws IOException {
        channel.setOption(option, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return channel.getOption(option);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return channel.supportedOptions();
    }

    // ---- closing and state

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public void shutdownInput() throws IOException {
        SocketExceptions.translating(channel::shutdownInput);
    }

    @Override
    public void shutdownOutput() throws IOException {
        SocketExceptions.translating(channel::shutdownOutput);
    }

    @Override
    public boolean isConnected() {
        return channel.isConnected();
    }

    @Override
    public boolean isBound() {
        return getLocalSocketAddress() != null;
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public boolean isInputShutdown() {
        return channel.isInputShut();
    }

    @Override
    public boolean isOutputShutdown() {
        return channel.isOutputShut();
    }

    @Override
    public String toString() {
        return isConnected()
                ? "Socket[addr=" + getInetAddress() + ",port=" + getPort() + ",localport=" + getLocalPort() + "]"
                : "Socket[unconnected]";
    }
}
