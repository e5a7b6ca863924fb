package dev.nettest.internal.net;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Reads like {@code Socket.getInputStream()}; over a Unix path like a stream of {@code Channels}. */
final class ConnectionInputStream extends InputStream {

    /** The most that {@code sun.nio.ch.NioSocketImpl} reads at once. */
    private static final int MAX_READ = 128 * 1024;

    private final ConnectionImpl connection;
    private final StreamIo io;

    ConnectionInputStream(ConnectionImpl connection, StreamIo io) {
        this.connection = connection;
        this.io = io;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        return length == 0
                ? 0
                : io.read(
                        ByteBuffer.wrap(target, offset, Math.min(length, MAX_READ)),
                        ErrorStyle.ofViews(connection.endpoint()));
    }

    @Override
    public int available() throws IOException {
        // the end of the network closes connections that their owners have still to close
        boolean closedByNetwork =
                connection.network().isClosed() && !connection.ownership().isClosed();
        if (connection.isClosed() && !closedByNetwork) {
            throw ErrorHelp.ofClosed(ErrorStyle.ofViews(connection.endpoint()).closed(false), connection);
        }
        return connection.available();
    }

    @Override
    public void close() throws IOException {
        connection.teardown().close(ErrorStyle.ofViews(connection.endpoint()).closing());
    }
}
