package dev.nettest.contract;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** A {@link Socket} that is not connected yet, of whatever network. */
record SocketDial(Socket socket, SocketServer.Ends ends) implements Dial {

    @Override
    public Stream connect(InetSocketAddress address, Duration timeout) throws IOException {
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
