package dev.nettest.contract;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.Optional;

/** The {@code java.net} adaptors of the channels of another arm. That arm stays open. */
final class AdaptorArm extends SocketArm {
    private final SocketArm channels;

    AdaptorArm(SocketArm channels) {
        this.channels = channels;
    }

    @Override
    boolean isReal() {
        return channels.isReal();
    }

    @Override
    SelectorProvider provider() {
        return channels.provider();
    }

    @Override
    Optional<InetAddress> ownAddress() throws IOException {
        return channels.ownAddress();
    }

    @Override
    Socket createSocket() throws IOException {
        return provider().openSocketChannel().socket();
    }

    @Override
    ServerSocket createServer() throws IOException {
        return provider().openServerSocketChannel().socket();
    }

    @Override
    DatagramSocket createDatagramSocket(SocketAddress address) throws IOException {
        DatagramChannel channel = provider().openDatagramChannel();
        return (address == null ? channel : channel.bind(address)).socket();
    }

    @Override
    void awaitQueued(ServerSocket server, int count) {
        channels.awaitQueued(server, count);
    }

    @Override
    public void enter() {
        channels.enter();
    }

    @Override
    public void awaitBlocked(Thread thread) {
        channels.awaitBlocked(thread);
    }
}
