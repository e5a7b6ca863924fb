package dev.nettest.internal.inet;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocketImpl;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;

/**
 * The implementation object that the JDK's {@code DatagramSocket} requires of a subclass. Without one it opens a real
 * socket. The sockets of a network override every method that would call this object: through a
 * {@code DatagramSocketImpl} the JDK behaves like before 15.
 */
final class UnusedDatagramSocketImpl extends DatagramSocketImpl {

    private static AssertionError unreachable() {
        return new AssertionError("a datagram socket of a network does everything itself");
    }

    @Override
    protected void create() {
        throw unreachable();
    }

    @Override
    protected void bind(int port, InetAddress address) {
        throw unreachable();
    }

    @Override
    protected void send(DatagramPacket packet) {
        throw unreachable();
    }

    @Override
    protected int peek(InetAddress sender) {
        throw unreachable();
    }

    @Override
    protected int peekData(DatagramPacket packet) {
        throw unreachable();
    }

    @Override
    protected void receive(DatagramPacket packet) {
        throw unreachable();
    }

    @Override
    @Deprecated
    @SuppressWarnings("InlineMeSuggester")
    protected void setTTL(byte ttl) {
        throw unreachable();
    }

    @Override
    @Deprecated
    protected byte getTTL() {
        throw unreachable();
    }

    @Override
    protected void setTimeToLive(int ttl) {
        throw unreachable();
    }

    @Override
    protected int getTimeToLive() {
        throw unreachable();
    }

    @Override
    protected void join(InetAddress group) {
        throw unreachable();
    }

    @Override
    protected void leave(InetAddress group) {
        throw unreachable();
    }

    @Override
    protected void joinGroup(SocketAddress group, NetworkInterface through) throws IOException {
        throw unreachable();
    }

    @Override
    protected void leaveGroup(SocketAddress group, NetworkInterface through) throws IOException {
        throw unreachable();
    }

    @Override
    protected void close() {
        throw unreachable();
    }

    @Override
    public void setOption(int option, Object value) {
        throw unreachable();
    }

    @Override
    public Object getOption(int option) {
        throw unreachable();
    }
}
