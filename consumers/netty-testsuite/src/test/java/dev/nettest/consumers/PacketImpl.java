package dev.nettest.consumers;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.DatagramSocketImpl;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.net.SocketOptions;
import java.net.StandardSocketOptions;
import java.util.Set;

/** The implementation behind {@code new DatagramSocket()}, over a datagram socket of the network. */
final class PacketImpl extends DatagramSocketImpl {

    private volatile DatagramSocket socket;

    @Override
    protected void create() throws SocketException {
        socket = Traffic.datagramSocket();
    }

    @Override
    protected void bind(int port, InetAddress local) throws SocketException {
        socket.bind(new InetSocketAddress(local, port));
    }

    @Override
    protected void connect(InetAddress address, int port) throws SocketException {
        socket.connect(new InetSocketAddress(address, port));
    }

    @Override
    protected void disconnect() {
        socket.disconnect();
    }

    @Override
    protected int getLocalPort() {
        return socket.getLocalPort();
    }

    @Override
    protected void send(DatagramPacket packet) throws IOException {
        socket.send(packet);
    }

    @Override
    protected void receive(DatagramPacket packet) throws IOException {
        socket.receive(packet);
    }

    /** The JDK peeks only if a connect has failed. */
    @Override
    protected int peek(InetAddress sender) {
        throw new UnsupportedOperationException();
    }

    @Override
    protected int peekData(DatagramPacket packet) {
        throw new UnsupportedOperationException();
    }

    @Override
    @Deprecated
    protected void setTTL(byte ttl) throws IOException {
        setTimeToLive(Byte.toUnsignedInt(ttl));
    }

    @Override
    @Deprecated
    protected byte getTTL() throws IOException {
        return (byte) getTimeToLive();
    }

    @Override
    protected void setTimeToLive(int ttl) throws IOException {
        socket.setOption(StandardSocketOptions.IP_MULTICAST_TTL, ttl);
    }

    @Override
    protected int getTimeToLive() throws IOException {
        return socket.getOption(StandardSocketOptions.IP_MULTICAST_TTL);
    }

    @Override
    protected void join(InetAddress group) throws IOException {
        joinGroup(new InetSocketAddress(group, 0), null);
    }

    @Override
    protected void leave(InetAddress group) throws IOException {
        leaveGroup(new InetSocketAddress(group, 0), null);
    }

    @Override
    protected void joinGroup(SocketAddress group, NetworkInterface on) throws IOException {
        socket.joinGroup(group, on);
    }

    @Override
    protected void leaveGroup(SocketAddress group, NetworkInterface on) throws IOException {
        socket.leaveGroup(group, on);
    }

    @Override
    protected void close() {
        socket.close();
    }

    @Override
    public void setOption(int id, Object value) throws SocketException {
        switch (id) {
            case SocketOptions.SO_TIMEOUT -> socket.setSoTimeout((Integer) value);
            case SocketOptions.IP_MULTICAST_IF ->
                setOption(SocketOptions.IP_MULTICAST_IF2, NetworkInterface.getByInetAddress((InetAddress) value));
            // the number disables, the object enables
            case SocketOptions.IP_MULTICAST_LOOP -> OldOptions.set(
                    StandardSocketOptions.IP_MULTICAST_LOOP, !(Boolean) value, socket::setOption);
            default -> OldOptions.set(id, value, socket::setOption);
        }
    }

    @Override
    public Object getOption(int id) throws SocketException {
        return switch (id) {
            case SocketOptions.SO_TIMEOUT -> socket.getSoTimeout();
            case SocketOptions.SO_BINDADDR -> socket.getLocalAddress();
            case SocketOptions.IP_MULTICAST_IF -> addressOfInterface();
            case SocketOptions.IP_MULTICAST_LOOP -> !OldOptions.get(
                    StandardSocketOptions.IP_MULTICAST_LOOP, socket::getOption);
            default -> OldOptions.get(id, socket::getOption);
        };
    }

    /** The first address of the interface for multicasts; the wildcard if none is set. */
    private InetAddress addressOfInterface() throws SocketException {
        NetworkInterface set = OldOptions.get(StandardSocketOptions.IP_MULTICAST_IF, socket::getOption);
        return set == null ? new InetSocketAddress(0).getAddress() : set.inetAddresses().findFirst().orElseThrow();
    }

    @Override
    protected <T> void setOption(SocketOption<T> option, T value) throws IOException {
        socket.setOption(option, value);
    }

    @Override
    protected <T> T getOption(SocketOption<T> option) throws IOException {
        return socket.getOption(option);
    }

    @Override
    protected Set<SocketOption<?>> supportedOptions() {
        return socket.supportedOptions();
    }
}
