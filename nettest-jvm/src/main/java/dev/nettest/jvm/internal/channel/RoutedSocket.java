package dev.nettest.jvm.internal.channel;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The socket adaptor of a {@link RoutedSocketChannel}: that of the channel which does the work now. */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // the channel has locks of its own
final class RoutedSocket extends Socket {

    private final RoutedSocketChannel channel;

    private RoutedSocket(RoutedSocketChannel channel) throws SocketException {
        super((SocketImpl) null); // unused: every method that would call it is overridden
        this.channel = channel;
    }

    static RoutedSocket over(RoutedSocketChannel channel) {
        try {
            return new RoutedSocket(channel);
        } catch (SocketException e) {
            throw new AssertionError("a socket without an implementation does nothing that can fail", e);
        }
    }

    private Socket current() {
        return channel.delegate().channel().socket();
    }

    @Override
    public SocketChannel getChannel() {
        return channel;
    }

    // ---- binding and connecting

    @Override
    public void bind(@Nullable SocketAddress local) throws IOException {
        channel.routeBind(local);
        current().bind(local);
    }

    @Override
    public void connect(@Nullable SocketAddress remote) throws IOException {
        connect(remote, 0);
    }

    @Override
    public void connect(@Nullable SocketAddress remote, int millis) throws IOException {
        channel.routeConnect(remote);
        SocketChannel used = channel.delegate().channel();
        try {
            used.socket().connect(remote, millis);
        } finally {
            channel.delegate().followClose(used);
        }
    }

    // ---- addresses

    @Override
    public @Nullable InetAddress getInetAddress() {
        return current().getInetAddress();
    }

    @Override
    public int getPort() {
        return current().getPort();
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        return current().getRemoteSocketAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return current().getLocalAddress();
    }

    @Override
    public int getLocalPort() {
        return current().getLocalPort();
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        return current().getLocalSocketAddress();
    }

    // ---- bytes

    @Override
    public InputStream getInputStream() throws IOException {
        SocketChannel used = channel.delegate().channel();
        return new AdaptorStreams.In(channel.delegate(), used, used.socket().getInputStream());
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        SocketChannel used = channel.delegate().channel();
        return new AdaptorStreams.Out(channel.delegate(), used, used.socket().getOutputStream());
    }

    @Override
    public void sendUrgentData(int data) throws IOException {
        current().sendUrgentData(data);
    }

    // ---- options

    @Override
    public void setTcpNoDelay(boolean on) throws SocketException {
        current().setTcpNoDelay(on);
    }

    @Override
    public boolean getTcpNoDelay() throws SocketException {
        return current().getTcpNoDelay();
    }

    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        current().setSoLinger(on, seconds);
    }

    @Override
    public int getSoLinger() throws SocketException {
        return current().getSoLinger();
    }

    @Override
    public void setOOBInline(boolean on) throws SocketException {
        current().setOOBInline(on);
    }

    @Override
    public boolean getOOBInline() throws SocketException {
        return current().getOOBInline();
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        current().setSoTimeout(millis);
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return current().getSoTimeout();
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        current().setSendBufferSize(size);
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return current().getSendBufferSize();
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        current().setReceiveBufferSize(size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return current().getReceiveBufferSize();
    }

    @Override
    public void setKeepAlive(boolean on) throws SocketException {
        current().setKeepAlive(on);
    }

    @Override
    public boolean getKeepAlive() throws SocketException {
        return current().getKeepAlive();
    }

    @Override
    public void setTrafficClass(int value) throws SocketException {
        current().setTrafficClass(value);
    }

    @Override
    public int getTrafficClass() throws SocketException {
        return current().getTrafficClass();
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        current().setReuseAddress(on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return current().getReuseAddress();
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return current().getOption(option);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return current().supportedOptions();
    }

    // ---- half close and states

    @Override
    public void shutdownInput() throws IOException {
        current().shutdownInput();
    }

    @Override
    public void shutdownOutput() throws IOException {
        current().shutdownOutput();
    }

    @Override
    public boolean isConnected() {
        return current().isConnected();
    }

    @Override
    public boolean isBound() {
        return current().isBound();
    }

    @Override
    public boolean isInputShutdown() {
        return current().isInputShutdown();
    }

    @Override
    public boolean isOutputShutdown() {
        return current().isOutputShutdown();
    }

    @Override
    public String toString() {
        return current().toString();
    }

    @Override
    public <T> Socket setOption(SocketOption<T> option, T value) throws IOException {
        current().setOption(option, value);
        return this;
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
