package dev.nettest.jvm.internal.channel;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.ServerSocketChannel;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The socket adaptor of a {@link RoutedServerSocketChannel}: that of the channel which does the work now. */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // the channel has locks of its own
final class RoutedServerSocket extends ServerSocket {

    private static final int DEFAULT_BACKLOG = 50;

    private final RoutedServerSocketChannel channel;

    private RoutedServerSocket(RoutedServerSocketChannel channel) throws IOException {
        this.channel = channel; // the implementation of the superclass opens nothing, and is never used
    }

    static RoutedServerSocket over(RoutedServerSocketChannel channel) {
        try {
            return new RoutedServerSocket(channel);
        } catch (IOException e) {
            throw new AssertionError("an unbound server socket opens nothing that can fail", e);
        }
    }

    private ServerSocket current() {
        return channel.delegate().channel().socket();
    }

    @Override
    public ServerSocketChannel getChannel() {
        return channel;
    }

    // ---- binding and accepting

    @Override
    public void bind(@Nullable SocketAddress local) throws IOException {
        bind(local, DEFAULT_BACKLOG);
    }

    @Override
    public void bind(@Nullable SocketAddress local, int backlog) throws IOException {
        channel.route(local);
        current().bind(local, backlog);
    }

    @Override
    public Socket accept() throws IOException {
        ServerSocketChannel used = channel.delegate().channel();
        try {
            return channel.routed(used.socket().accept().getChannel()).socket();
        } finally {
            channel.delegate().followClose(used);
        }
    }

    // ---- addresses and options

    @Override
    public @Nullable InetAddress getInetAddress() {
        return current().getInetAddress();
    }

    @Override
    public int getLocalPort() {
        return current().getLocalPort();
    }

    @Override
    public @Nullable SocketAddress getLocalSocketAddress() {
        return current().getLocalSocketAddress();
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        current().setSoTimeout(millis);
    }

    @Override
    public int getSoTimeout() throws IOException {
        return current().getSoTimeout();
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
    public void setReceiveBufferSize(int size) throws SocketException {
        current().setReceiveBufferSize(size);
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return current().getReceiveBufferSize();
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return current().getOption(option);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return current().supportedOptions();
    }

    @Override
    public boolean isBound() {
        return current().isBound();
    }

    @Override
    public String toString() {
        return current().toString();
    }

    @Override
    public <T> ServerSocket setOption(SocketOption<T> option, T value) throws IOException {
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
