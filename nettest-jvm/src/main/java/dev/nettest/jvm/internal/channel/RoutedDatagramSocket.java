package dev.nettest.jvm.internal.channel;

import dev.nettest.jvm.internal.channel.Delegate.World;
import dev.nettest.jvm.internal.claim.Claims;
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
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.IllegalBlockingModeException;
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
            DatagramChannel used = channel.routes().toBind(local);
            used.socket().bind(local);
            channel.routes().bound(used);
        } catch (IOException e) {
            throw asSocketException(e);
        }
    }

    @Override
    public void connect(InetAddress address, int port) {
        try {
            connect(new InetSocketAddress(address, port), used -> used.connect(address, port));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void connect(SocketAddress remote) throws SocketException {
        try {
            connect(remote, used -> used.connect(remote));
        } catch (IOException e) {
            throw asSocketException(e);
        }
    }

    /** A connect of the socket inside. */
    private interface Connecting {

        void connect(DatagramSocket used) throws IOException;
    }

    /** A socket can change its peer, also to one in another world. */
    private void connect(SocketAddress remote, Connecting connecting) throws IOException {
        channel.waits().lock().lock();
        try {
            if (channel.isConnected() && !Claims.all().isEmpty()) {
                channel.disconnect();
            }
            DatagramChannel used = channel.routes().toSend(remote);
            connecting.connect(used.socket());
            channel.routes().connected(used);
        } finally {
            channel.waits().lock().unlock();
        }
    }

    private static SocketException asSocketException(IOException failure) {
        if (failure instanceof SocketException known) {
            return known;
        }
        return (SocketException) new SocketException(failure.getMessage()).initCause(failure);
    }

    @Override
    public void disconnect() {
        channel.waits().lock().lock();
        try {
            current().disconnect();
            channel.routes().disconnected();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            channel.waits().lock().unlock();
        }
    }

    // ---- packets

    @Override
    public void send(DatagramPacket packet) throws IOException {
        DatagramChannel used = channel.routes().toSend(packet.getAddress() == null ? null : packet.getSocketAddress());
        try {
            used.socket().send(packet);
        } catch (IllegalBlockingModeException e) {
            if (!channel.isBlocking()) {
                throw e;
            }
            sendDuringReceive(packet);
        } finally {
            channel.closedInside(used);
        }
    }

    /** A receive of another thread has made the channel inside non-blocking, which its socket refuses. */
    private void sendDuringReceive(DatagramPacket packet) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(packet.getData(), packet.getOffset(), packet.getLength());
        try {
            channel.send(bytes, packet.getSocketAddress());
        } catch (ClosedChannelException e) {
            throw (SocketException) new SocketException("Socket closed").initCause(e);
        }
    }

    @Override
    public void receive(DatagramPacket packet) throws IOException {
        channel.routes().bindToReceive();
        if (channel.isBlocking() && !channel.routes().isSettled()) {
            receiveInAll(packet);
            return;
        }
        DatagramChannel used = channel.delegate().channel();
        try {
            used.socket().receive(packet);
        } finally {
            channel.closedInside(used);
        }
    }

    private void receiveInAll(DatagramPacket packet) throws IOException {
        try {
            synchronized (packet) {
                channel.waits().receive(packet, getSoTimeout());
            }
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (ClosedChannelException e) {
            throw (SocketException) new SocketException("Socket closed").initCause(e);
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

    /** A change of one option. */
    private interface Setting {

        void apply(DatagramSocket socket) throws SocketException;
    }

    private void setInAll(Setting setting) throws SocketException {
        for (World<DatagramChannel> world : channel.routes().all()) {
            setting.apply(world.channel().socket());
        }
    }

    @Override
    public void setSoTimeout(int millis) throws SocketException {
        setInAll(socket -> socket.setSoTimeout(millis));
    }

    @Override
    public int getSoTimeout() throws SocketException {
        return current().getSoTimeout();
    }

    @Override
    public void setSendBufferSize(int size) throws SocketException {
        setInAll(socket -> socket.setSendBufferSize(size));
    }

    @Override
    public int getSendBufferSize() throws SocketException {
        return current().getSendBufferSize();
    }

    @Override
    public void setReceiveBufferSize(int size) throws SocketException {
        setInAll(socket -> socket.setReceiveBufferSize(size));
    }

    @Override
    public int getReceiveBufferSize() throws SocketException {
        return current().getReceiveBufferSize();
    }

    @Override
    public void setReuseAddress(boolean on) throws SocketException {
        setInAll(socket -> socket.setReuseAddress(on));
    }

    @Override
    public boolean getReuseAddress() throws SocketException {
        return current().getReuseAddress();
    }

    @Override
    public void setBroadcast(boolean on) throws SocketException {
        setInAll(socket -> socket.setBroadcast(on));
    }

    @Override
    public boolean getBroadcast() throws SocketException {
        return current().getBroadcast();
    }

    @Override
    public void setTrafficClass(int value) throws SocketException {
        setInAll(socket -> socket.setTrafficClass(value));
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
        channel.setOption(option, value);
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
