package dev.nettest.contract;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/** A {@link ServerSocket} of any network. */
record SocketServer(ServerSocket server, StreamFactory streams) implements Server {

    /** Adapts a connected socket to the contracts. */
    @FunctionalInterface
    interface StreamFactory {
        Stream of(Socket socket) throws IOException;
    }

    @Override
    public Stream accept() throws IOException {
        return streams.of(server.accept());
    }

    @Override
    public void acceptTimeout(Duration timeout) throws IOException {
        server.setSoTimeout(Loopback.millis(timeout));
    }

    @Override
    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    @Override
    public boolean isOpen() {
        return !server.isClosed();
    }
}
