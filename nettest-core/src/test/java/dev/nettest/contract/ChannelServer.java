package dev.nettest.contract;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/** A {@link ServerSocketChannel} of any provider. With a timeout it accepts through its adaptor. */
final class ChannelServer implements Server {
    private final ServerSocketChannel server;
    private final StreamFactory streams;
    private volatile boolean timed;

    ChannelServer(ServerSocketChannel server, StreamFactory streams) {
        this.server = server;
        this.streams = streams;
    }

    /** Adapts a connected channel to the contracts. */
    @FunctionalInterface
    interface StreamFactory {
        Stream of(SocketChannel channel) throws IOException;
    }

    @Override
    public Stream accept() throws IOException {
        return streams.of(timed ? server.socket().accept().getChannel() : server.accept());
    }

    @Override
    public void acceptTimeout(Duration timeout) throws IOException {
        server.socket().setSoTimeout(Loopback.millis(timeout));
        timed = !timeout.isZero();
    }

    @Override
    public SocketAddress address() throws IOException {
        return server.getLocalAddress();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    @Override
    public boolean isOpen() {
        return server.isOpen();
    }
}
