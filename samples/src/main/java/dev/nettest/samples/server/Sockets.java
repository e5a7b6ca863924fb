package dev.nettest.samples.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;

/** A {@link Transport} over the operating system's sockets, for production. */
public final class Sockets {

    private Sockets() {}

    public static Transport transport() {
        return address -> acceptor(ServerSocketChannel.open().bind(address));
    }

    public static Acceptor acceptor(ServerSocketChannel listening) {
        return new SocketAcceptor(listening);
    }

    private record SocketAcceptor(ServerSocketChannel listening) implements Acceptor {
        @Override
        public Wire accept() throws IOException {
            return new SocketWire(listening.accept().socket());
        }

        @Override
        public boolean isOpen() {
            return listening.isOpen();
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }

    private record SocketWire(Socket socket) implements Wire {
        @Override
        public SocketAddress remoteAddress() {
            return socket.getRemoteSocketAddress();
        }

        @Override
        public InputStream input() throws IOException {
            return socket.getInputStream();
        }

        @Override
        public OutputStream output() throws IOException {
            return socket.getOutputStream();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
