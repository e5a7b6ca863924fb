package dev.nettest.socket;

import dev.nettest.DatagramEndpoint;
import dev.nettest.Face;
import dev.nettest.Host;
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
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The JDK's datagram socket over a {@link DatagramEndpoint}, which it has once it is bound. */
final class NetworkDatagramSocket extends DatagramSocket {

    /** What a dual-stack socket shows for every address. */
    private static final InetAddress ANY = any();

    /** The JDK does on 17, and not on 25. */
    private static final boolean ASKS_FOR_ADDRESS_FIRST = Runtime.version().feature() < 18;

    /** A group, on an interface or, with null, the default one. */
    private record Membership(InetAddress group, @Nullable NetworkInterface through) {}

    /**
     * How much a packet has room for, where a shorter datagram was received into it. The JDK keeps that in a field of the packet that only it
     * can set apart from the length.
     */
    private static final class Room {
        private final byte[] data;
        private final int offset;
        private final int length;
        private final int room;

        Room(DatagramPacket packet, int room) {
            this.data = packet.getData();
            this.offset = packet.getOffset();
            this.length = packet.getLength();
            this.room = room;
        }

        boolean isStillOf(DatagramPacket packet) {
            return data == packet.getData() && offset == packet.getOffset() && length == packet.getLength();
        }
    }

    private final Host host;
    private final DatagramOptions options = new DatagramOptions();
    private final Set<Membership> memberships = ConcurrentHashMap.newKeySet();
    private final Map<DatagramPacket, Room> rooms = new WeakHashMap<>(); // guarded by itself
    private volatile @Nullable DatagramEndpoint endpoint;
    private volatile boolean closed;
    private volatile int timeout;

    NetworkDatagramSocket(Host host) {
        super(new NoDatagramSocketImpl());
        this.host = host;
    }

    DatagramEndpoint endpoint() {
        DatagramEndpoint bound = endpoint;
        if (bound == null) {
            throw new IllegalStateException("the socket was never bound");
        }
        return bound;
    }

    // ---- binding and connecting

    @Override
    public synchronized void bind(@Nullable SocketAddress address) throws SocketException {
        InetSocketAddress local = address == null ? new InetSocketAddress(0) : inet(address);
        checkOpen();
        if (endpoint != null) {
            SocketException bound = new SocketException("Already bound");
            bound.initCause(new AlreadyBoundException());
            throw bound;
        }
        if (local.isUnresolved()) {
            throw unresolved();
        }
        try {
            DatagramEndpoint bound = host.bindDatagram(local, this::apply, Face.SOCKET);
            for (Membership membership : memberships) {
                bound.join(membership.group);
            }
            endpoint = bound;
        } catch (SocketException e) {
            throw e;
        } catch (IOException e) {
            throw new SocketException(e.getMessage());
        }
    }

    private void apply(DatagramEndpoint to) {
        to.reuseAddress(
                options.isOn(StandardSocketOptions.SO_REUSEADDR) || options.isOn(StandardSocketOptions.SO_REUSEPORT));
        to.broadcast(options.isOn(StandardSocketOptions.SO_BROADCAST));
        to.multicastLoop(options.isOn(StandardSocketOptions.IP_MULTICAST_LOOP));
        to.receiveBufferSize(2 * options.number(StandardSocketOptions.SO_RCVBUF));
    }

    /** What it needs for each operation; binds it to any address where that was not done. */
    private DatagramEndpoint bound() throws SocketException {
        DatagramEndpoint known = endpoint;
        if (known == null) {
            synchronized (this) {
                if (endpoint == null) {
                    bind(null);
                }
                known = endpoint();
            }
        }
        return known;
    }

    @Override
    public void connect(InetAddress address, int port) {
        if (address == null) {
            throw new IllegalArgumentException("Address can't be null");
        }
        try {
            connectTo(new InetSocketAddress(address, port));
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void connect(SocketAddress address) throws SocketException {
        if (address == null) {
            throw new IllegalArgumentException("Address can't be null");
        }
        connectTo(inet(address));
    }

    private void connectTo(InetSocketAddress remote) throws SocketException {
        if (remote.isUnresolved()) {
            throw unresolved();
        }
        if (isClosed()) {
            return;
        }
        if (remote.getPort() == 0) {
            throw new SocketException("Can't connect to port 0");
        }
        try {
            bound().connect(remote, Face.SOCKET);
        } catch (SocketException e) {
            if (!isClosed()) {
                throw e;
            }
        } catch (IOException e) {
            throw new SocketException(e.getMessage());
        }
    }

    @Override
    public void disconnect() {
        DatagramEndpoint known = endpoint;
        if (known != null) {
            known.disconnect();
        }
    }

    @Override
    public boolean isBound() {
        return endpoint != null;
    }

    @Override
    public boolean isConnected() {
        return remote() != null;
    }

    @Override
    @SuppressWarnings("NullAway") // as the JDK's
    public InetAddress getInetAddress() {
        InetSocketAddress remote = remote();
        return remote == null ? null : remote.getAddress();
    }

    @Override
    public int getPort() {
        InetSocketAddress remote = remote();
        return remote == null ? -1 : remote.getPort();
    }

    @Override
    @SuppressWarnings("NullAway") // as the JDK's
    public SocketAddress getRemoteSocketAddress() {
        return remote();
    }

    private @Nullable InetSocketAddress remote() {
        DatagramEndpoint known = endpoint;
        return known == null ? null : (InetSocketAddress) known.remoteAddress();
    }

    @Override
    @SuppressWarnings("NullAway") // as the JDK's
    public SocketAddress getLocalSocketAddress() {
        return isClosed() ? null : local();
    }

    @Override
    @SuppressWarnings("NullAway") // as the JDK's
    public InetAddress getLocalAddress() {
        if (isClosed()) {
            return null;
        }
        InetSocketAddress local = local();
        return (local == null ? new InetSocketAddress(0) : local).getAddress();
    }

    @Override
    public int getLocalPort() {
        if (isClosed()) {
            return -1;
        }
        InetSocketAddress local = local();
        return local == null ? 0 : local.getPort();
    }

    private @Nullable InetSocketAddress local() {
        DatagramEndpoint known = endpoint;
        if (known == null) {
            return null;
        }
        InetSocketAddress local = (InetSocketAddress) known.localAddress();
        return local.getAddress().isAnyLocalAddress() ? new InetSocketAddress(ANY, local.getPort()) : local;
    }

    // ---- sending and receiving

    @Override
    public void send(DatagramPacket packet) throws IOException {
        synchronized (packet) {
            if (isClosed() && !ASKS_FOR_ADDRESS_FIRST) {
                throw closedNow();
            }
            if (packet.getAddress() == null) {
                InetSocketAddress remote = remote();
                if (remote == null) {
                    throw new IllegalArgumentException("Address not set");
                }
                packet.setSocketAddress(remote);
            }
            if (isClosed()) {
                throw closedNow();
            }
            ByteBuffer bytes = ByteBuffer.wrap(packet.getData(), packet.getOffset(), packet.getLength());
            try {
                bound().send(bytes, packet.getSocketAddress(), Face.SOCKET);
            } catch (AlreadyConnectedException e) {
                throw new IllegalArgumentException("Connected and packet address differ", e);
            }
        }
    }

    @Override
    public void receive(DatagramPacket packet) throws IOException {
        synchronized (packet) {
            if (isClosed()) {
                throw closedNow();
            }
            int room = room(packet);
            ByteBuffer target = ByteBuffer.wrap(packet.getData(), packet.getOffset(), room);
            SocketAddress sender = bound().receive(target, Duration.ofMillis(timeout), Face.SOCKET);
            packet.setLength(room - target.remaining());
            packet.setSocketAddress(sender);
            synchronized (rooms) {
                rooms.put(packet, new Room(packet, room));
            }
        }
    }

    /** The length that its owner gave it. */
    private int room(DatagramPacket packet) {
        Room known;
        synchronized (rooms) {
            known = rooms.get(packet);
        }
        return known != null && known.isStillOf(packet) ? known.room : packet.getLength();
    }

    // ---- groups

    @Override
    public void joinGroup(SocketAddress address, @Nullable NetworkInterface through) throws IOException {
        InetAddress group = group(address);
        checkOpen();
        synchronized (this) {
            if (!memberships.add(new Membership(group, interfaceOf(through)))) {
                throw new SocketException("Already a member of group");
            }
            if (endpoint != null) {
                endpoint.join(group);
            }
        }
    }

    @Override
    public void leaveGroup(SocketAddress address, @Nullable NetworkInterface through) throws IOException {
        InetAddress group = group(address);
        checkOpen();
        synchronized (this) {
            if (!memberships.remove(new Membership(group, interfaceOf(through)))) {
                throw new SocketException("Not a member of group");
            }
            boolean elsewhere = memberships.stream().anyMatch(other -> other.group.equals(group));
            if (endpoint != null && !elsewhere) {
                endpoint.leave(group);
            }
        }
    }

    private @Nullable NetworkInterface interfaceOf(@Nullable NetworkInterface through) {
        return through == null ? options.get(StandardSocketOptions.IP_MULTICAST_IF) : through;
    }

    private static InetAddress group(SocketAddress address) throws SocketException {
        if (!(address instanceof InetSocketAddress inet)) {
            throw new IllegalArgumentException("Unsupported address type");
        }
        InetAddress group = inet.getAddress();
        if (group == null) {
            throw new IllegalArgumentException("Unresolved address");
        }
        if (!group.isMulticastAddress()) {
            throw new SocketException("Not a multicast address");
        }
        return group;
    }

    // ---- options

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
    @SuppressWarnings("NullAway") // the interface of multicasts may be null, as the JDK's
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
        if (endpoint != null) {
            apply(endpoint);
        }
    }

    private int number(SocketOption<Integer> option) throws SocketException {
        checkOpen();
        return options.number(option);
    }

    // ---- ending

    @Override
    public void close() {
        DatagramEndpoint known;
        synchronized (this) {
            closed = true;
            known = endpoint;
        }
        if (known != null) {
            try {
                known.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Override
    public boolean isClosed() {
        DatagramEndpoint known = endpoint;
        return closed || (known != null && known.isClosed());
    }

    private void checkUnclosed() throws SocketException {
        if (isClosed()) {
            throw new SocketException("Socket is closed");
        }
    }

    /** As {@link #checkUnclosed}, where the JDK asks its channel. */
    private void checkOpen() throws SocketException {
        if (isClosed()) {
            SocketException failure = new SocketException("Socket is closed");
            failure.initCause(new ClosedChannelException());
            throw failure;
        }
    }

    private static SocketException closedNow() {
        SocketException failure = new SocketException("Socket closed");
        failure.initCause(new ClosedChannelException());
        return failure;
    }

    private static InetSocketAddress inet(SocketAddress address) {
        if (address instanceof InetSocketAddress inet) {
            return inet;
        }
        throw new UnsupportedAddressTypeException();
    }

    private static SocketException unresolved() {
        SocketException failure = new SocketException("Unresolved address");
        failure.initCause(new UnresolvedAddressException());
        return failure;
    }

    private static InetAddress any() {
        try {
            return InetAddress.getByAddress(new byte[16]);
        } catch (UnknownHostException e) {
            throw new AssertionError("sixteen bytes are an address", e);
        }
    }
}
