package dev.nettest.internal.inet;

import static java.net.StandardSocketOptions.IP_MULTICAST_IF;
import static java.net.StandardSocketOptions.IP_TOS;
import static java.net.StandardSocketOptions.SO_BROADCAST;
import static java.net.StandardSocketOptions.SO_RCVBUF;
import static java.net.StandardSocketOptions.SO_REUSEADDR;
import static java.net.StandardSocketOptions.SO_SNDBUF;

import dev.nettest.DatagramEndpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The packets, addresses, groups and options of a {@code DatagramSocket}, by all of the JDK's ways of naming them. The
 * JDK's own sockets are adaptors of its channels, so both kinds of socket have the same rules.
 */
public abstract class AbstractDatagramSocket extends DatagramSocket {

    /**
     * JDK 25 keeps the monitor of a packet during a send or a receive. JDK 17 keeps it only while it copies bytes, and
     * takes the packet's address before it checks if the socket is closed.
     */
    private static final boolean KEEPS_PACKET = Runtime.version().feature() >= 18;

    private final DatagramOptions options;

    /** In milliseconds; 0 for none. */
    private volatile int timeout;

    protected AbstractDatagramSocket(DatagramOptions options) {
        super(new UnusedDatagramSocketImpl());
        this.options = options;
    }

    // ---- for subclasses

    /** The bound address, also after a close; null before the bind. */
    protected abstract @Nullable InetSocketAddress local();

    /** The endpoint, also after a close; null before the bind. */
    protected abstract @Nullable DatagramEndpoint boundEndpoint();

    /** The connected peer, also after a close; null if there is none. */
    protected abstract @Nullable InetSocketAddress remote();

    /** Throws if the socket cannot send or receive. */
    protected abstract void checkUsable() throws SocketException;

    /** Sends one datagram, and binds an unbound socket first. */
    protected abstract void transmit(ByteBuffer bytes, InetSocketAddress target) throws IOException;

    /** Receives one datagram, and binds an unbound socket first. Returns its sender. */
    protected abstract SocketAddress take(ByteBuffer target) throws IOException;

    /** Sets a supported option of an open socket. */
    protected abstract void set(SocketOption<?> option, Object value) throws SocketException;

    /** Joins a group of an open socket. Returns false if it was joined already. */
    protected abstract boolean join(InetAddress group, @Nullable NetworkInterface through) throws IOException;

    /** Leaves a group of an open socket. Returns false if it was not joined. */
    protected abstract boolean leave(InetAddress group, @Nullable NetworkInterface through) throws IOException;

    // ---- packets

    @Override
    public final void send(DatagramPacket packet) throws IOException {
        if (KEEPS_PACKET) {
            synchronized (packet) {
                checkUsable();
                setAddress(packet);
                send(DatagramPackets.bytes(packet), packet.getSocketAddress());
            }
            return;
        }
        ByteBuffer copy;
        SocketAddress target;
        synchronized (packet) {
            setAddress(packet);
            copy = ByteBuffer.allocate(packet.getLength())
                    .put(DatagramPackets.bytes(packet))
                    .flip();
            target = packet.getSocketAddress();
        }
        send(copy, target);
    }

    private void setAddress(DatagramPacket packet) {
        if (packet.getAddress() == null) {
            InetSocketAddress remote = remote();
            if (remote == null) {
                throw new IllegalArgumentException("Address not set");
            }
            packet.setSocketAddress(remote);
        }
    }

    private void send(ByteBuffer bytes, SocketAddress target) throws IOException {
        try {
            transmit(bytes, (InetSocketAddress) target);
        } catch (AlreadyConnectedException e) {
            throw new IllegalArgumentException("Connected and packet address differ"); // without a cause, like the JDK
        }
    }

    @Override
    public final void receive(DatagramPacket packet) throws IOException {
        if (KEEPS_PACKET) {
            synchronized (packet) {
                ByteBuffer target =
                        ByteBuffer.wrap(packet.getData(), packet.getOffset(), DatagramPackets.capacity(packet));
                int start = target.position();
                SocketAddress sender = take(target);
                DatagramPackets.received(packet, target.position() - start, sender);
            }
            return;
        }
        ByteBuffer target = ByteBuffer.allocate(DatagramPackets.capacity(packet));
        SocketAddress sender = take(target);
        synchronized (packet) { // its owner may have changed it meanwhile
            int length = Math.min(target.flip().limit(), DatagramPackets.capacity(packet));
            target.get(packet.getData(), packet.getOffset(), length);
            DatagramPackets.received(packet, length, sender);
        }
    }

    // ---- addresses

    @Override
    public final boolean isBound() {
        return local() != null;
    }

    @Override
    public final boolean isConnected() {
        return remote() != null;
    }

    @Override
    @SuppressWarnings("NullAway") // null like the JDK
    public final InetAddress getInetAddress() {
        InetSocketAddress remote = remote();
        return remote == null ? null : remote.getAddress();
    }

    @Override
    public final int getPort() {
        InetSocketAddress remote = remote();
        return remote == null ? -1 : remote.getPort();
    }

    @Override
    @SuppressWarnings("NullAway") // null like the JDK
    public final SocketAddress getRemoteSocketAddress() {
        return remote();
    }

    @Override
    @SuppressWarnings("NullAway") // null like the JDK
    public final SocketAddress getLocalSocketAddress() {
        return isClosed() ? null : local();
    }

    @Override
    @SuppressWarnings("NullAway") // null like the JDK
    public final InetAddress getLocalAddress() {
        if (isClosed()) {
            return null;
        }
        InetSocketAddress local = local();
        return (local == null ? new InetSocketAddress(0) : local).getAddress();
    }

    @Override
    public final int getLocalPort() {
        if (isClosed()) {
            return -1;
        }
        InetSocketAddress local = local();
        return local == null ? 0 : local.getPort();
    }

    // ---- groups

    @Override
    public final void joinGroup(SocketAddress address, @Nullable NetworkInterface through) throws IOException {
        InetAddress group = MulticastMemberships.checked(address);
        NetworkInterface on = interfaceOf(through);
        checkUnclosed();
        if (!join(group, on)) {
            throw new SocketException("Already a member of group");
        }
    }

    @Override
    public final void leaveGroup(SocketAddress address, @Nullable NetworkInterface through) throws IOException {
        InetAddress group = MulticastMemberships.checked(address);
        NetworkInterface on = interfaceOf(through);
        checkUnclosed();
        if (!leave(group, on)) {
            throw new SocketException("Not a member of group");
        }
    }

    private @Nullable NetworkInterface interfaceOf(@Nullable NetworkInterface through) throws SocketException {
        if (through == null) {
            checkOpen();
            return options.get(IP_MULTICAST_IF);
        }
        return through;
    }

    // ---- options

    /** The timeout of receives; 0 for none. */
    protected final int timeoutMillis() {
        return timeout;
    }

    @Override
    public final void setSoTimeout(int millis) throws SocketException {
        checkUnclosed();
        if (millis < 0) {
            throw new IllegalArgumentException("timeout < 0");
        }
        timeout = millis;
    }

    @Override
    public final int getSoTimeout() throws SocketException {
        checkUnclosed();
        return timeout;
    }

    @Override
    public final void setSendBufferSize(int size) throws SocketException {
        if (size <= 0) {
            throw new IllegalArgumentException("Invalid send size");
        }
        set(SO_SNDBUF, size);
    }

    @Override
    public final int getSendBufferSize() throws SocketException {
        return number(SO_SNDBUF);
    }

    @Override
    public final void setReceiveBufferSize(int size) throws SocketException {
        if (size <= 0) {
            throw new IllegalArgumentException("Invalid receive size");
        }
        set(SO_RCVBUF, size);
    }

    @Override
    public final int getReceiveBufferSize() throws SocketException {
        return number(SO_RCVBUF);
    }

    @Override
    public final void setReuseAddress(boolean on) throws SocketException {
        set(SO_REUSEADDR, on);
    }

    @Override
    public final boolean getReuseAddress() throws SocketException {
        checkOpen();
        return options.isOn(SO_REUSEADDR);
    }

    @Override
    public final void setBroadcast(boolean on) throws SocketException {
        set(SO_BROADCAST, on);
    }

    @Override
    public final boolean getBroadcast() throws SocketException {
        checkOpen();
        return options.isOn(SO_BROADCAST);
    }

    @Override
    public final void setTrafficClass(int trafficClass) throws SocketException {
        set(IP_TOS, trafficClass);
    }

    @Override
    public final int getTrafficClass() throws SocketException {
        return number(IP_TOS);
    }

    @Override
    public final <T> DatagramSocket setOption(SocketOption<T> option, T value) throws IOException {
        options.checkSupported(option, value);
        if (isClosed()) {
            throw CloseNote.attach(new ClosedChannelException(), boundEndpoint());
        }
        set(option, value);
        return this;
    }

    @Override
    @SuppressWarnings("NullAway") // like the JDK: the interface of multicasts may be null
    public final <T> T getOption(SocketOption<T> option) throws IOException {
        options.checkSupported(option);
        if (isClosed()) {
            throw CloseNote.attach(new ClosedChannelException(), boundEndpoint());
        }
        return options.get(option);
    }

    @Override
    public final Set<SocketOption<?>> supportedOptions() {
        return options.supported();
    }

    private int number(SocketOption<Integer> option) throws SocketException {
        checkOpen();
        return options.number(option);
    }

    // ---- the closed socket

    private void checkUnclosed() throws SocketException {
        if (isClosed()) {
            throw CloseNote.attach(new SocketException("Socket is closed"), boundEndpoint());
        }
    }

    /** Like {@link #checkUnclosed}, with the cause that the JDK's channel adds. */
    protected final void checkOpen() throws SocketException {
        if (isClosed()) {
            throw failure("Socket is closed", new ClosedChannelException());
        }
    }

    /** An exception with a cause, and with the note about what closed this socket. */
    protected final SocketException failure(String message, Exception cause) {
        SocketException failure = new SocketException(message);
        failure.initCause(cause);
        return CloseNote.attach(failure, boundEndpoint());
    }
}
