package dev.nettest.contract;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;

/** A {@link Socket} of any network that is not connected yet. */
record SocketConnector(Socket socket, SocketServer.StreamFactory streams) implements Connector {

    @Override
    public Stream connect(SocketAddress address, Duration timeout) throws IOException {
        socket.connect(address, Loopback.millis(timeout));
        return streams.of(socket);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    @Override
    public boolean isOpen() {
        return !socket.isClosed();
    }
}
