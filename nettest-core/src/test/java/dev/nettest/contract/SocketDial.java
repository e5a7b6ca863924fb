package dev.nettest.contract;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;

/** A {@link Socket} that is not connected yet, of whatever network. */
record SocketDial(Socket socket, SocketServer.Ends ends) implements Dial {

    @Override
    public Stream connect(SocketAddress address, Duration timeout) throws IOException {
        socket.connect(address, Loopback.millis(timeout));
        return ends.of(socket);
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
