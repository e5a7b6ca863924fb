package dev.nettest.jvm.internal.channel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.channels.DatagramChannel;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The socket adaptor of a {@link RoutedDatagramChannel}: that of the channel which does the work now. */
@SuppressWarnings("UnsynchronizedOverridesSynchronized") // the channel has locks of its own
final class RoutedDatagramSocket extends DatagramSocket {

    private final RoutedDatagramChannel channel;

    private RoutedDatagramSocket(RoutedDatagramChannel channel) throws SocketException {
        super((SocketAddress) null);
        super.close(); // never used: every method is overridden
        this.channel = channel;
    }

    static RoutedDatagramSocket over(RoutedDatagramChannel channel) throws SocketException {
        return new RoutedDatagramSocket(channel);
    }

    private DatagramSocket current() {
        return channel.delegate().channel().socket();
    }

    @Override
    public DatagramChannel getChannel() {
        return channel;
    }

    // ---- binding and connecting

    @Override
    public void bind(@Nullable SocketAddress local) throws SocketException {
        try {
            channel.routeBind(local);
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            throw (SocketException) new SocketException(e.getMessage()).initCause(e);
        }
        current().bind(local);
    }

    @Override
    public void connect(InetAddress address, int port) {
        try {
            channel.routeConnect(new InetSocketAddress(address, port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        current().connect(address, port);
    }

    @Override
    public void connect(SocketAddress remote) throws SocketException {
        try {
            channel.routeConnect(remote);
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            throw (SocketException) new SocketException(e.getMessage()).initCause(e);
        }
        current().connect(remote);
    }

    @Override
    public void disconnect() {
        current().disconnect();
    }

    // ---- packets

    @Override
    public void send(DatagramPacket packet) throws IOException {
        channel.routeSend(packet.getAddress() == null ? null : packet.getSocketAddress());
        DatagramChannel used = channel.delegate().channel();
        try {
            used.socket().send(packet);
        } finally {
            channel.delegate().followClose(used);
        }
    }

    @Override
    public void receive(DatagramPacket packet) throws IOException {
        DatagramChannel used = channel.delegate().channel();
        try {
            used.socket().receive(packet);
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
    public @Nullable InetAddress getLocalAddress() {
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

    @Override
    public boolean isBound() {
        return current().isBound();
    }

    @Override
    public boolean isConnected() {
        return current().isConnected();
    }

    // ---- groups

    @Override
    public void joinGroup(SocketAddress group, @Nullable NetworkInterface through) throws IOException {
        current().joinGroup(group, through);
    }

    @Override
    public void leaveGroup(SocketAddress group, @Nullable NetworkInterface through) throws IOException {
        current().leaveGroup(group, through);
    }

    // ---- options

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
    public void setReuseAddress(boolean on) throws SocketException {
        current().setReuseAddress(on);
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return current().getReuseAddress();
    }

    @Override
    public void setBroadcast(boolean on) throws SocketException {
        current().setBroadcast(on);
    }

    @Override
    public boolean getBroadcast() throws SocketException {
        return current().getBroadcast();
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
    public <T> T getOption(SocketOption<T> option) throws IOException {
        return current().getOption(option);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return current().supportedOptions();
    }

    @Override
    public <T> DatagramSocket setOption(SocketOption<T> option, T value) throws IOException {
        current().setOption(option, value);
        return this;
    }

    // ---- closing

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
