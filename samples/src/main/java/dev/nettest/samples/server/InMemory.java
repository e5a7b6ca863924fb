package dev.nettest.samples.server;

import dev.nettest.Connection;
import dev.nettest.Listener;
import dev.nettest.Network;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;

/** A {@link Transport} over a {@link Network}. Nothing else is needed to run this server on a network. */
public final class InMemory {

    private InMemory() {}

    public static Transport transport(Network network) {
        return address -> acceptor(network.listen(address));
    }

    public static Acceptor acceptor(Listener listener) {
        return new ListenerAcceptor(listener);
    }

    private record ListenerAcceptor(Listener listener) implements Acceptor {
        @Override
        public Wire accept() throws IOException {
            return new ConnectionWire(listener.accept());
        }

        @Override
        public boolean isOpen() {
            return !listener.isClosed();
        }

        @Override
        public void close() {
            listener.close();
        }
    }

    private record ConnectionWire(Connection connection) implements Wire {
        @Override
        public SocketAddress remoteAddress() {
            return connection.remoteAddress();
        }

        @Override
        public InputStream input() {
            return connection.inputStream();
        }

        @Override
        public OutputStream output() {
            return connection.outputStream();
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }
}
