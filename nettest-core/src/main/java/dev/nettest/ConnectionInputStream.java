package dev.nettest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Reads a connection as {@code Socket.getInputStream()} does; over a Unix path as a stream of {@code Channels} does. */
final class ConnectionInputStream extends InputStream {

    /** {@code sun.nio.ch.NioSocketImpl} reads no more at once. */
    private static final int MAX_READ = 128 * 1024;

    private final Connection connection;
    private final Transfers transfers;

    ConnectionInputStream(Connection connection, Transfers transfers) {
        this.connection = connection;
        this.transfers = transfers;
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
                : transfers.read(ByteBuffer.wrap(target, offset, Math.min(length, MAX_READ)), connection.viewFace());
    }

    @Override
    public int available() throws IOException {
        if (connection.isClosed()) {
            throw connection.viewFace().closed(false);
        }
        return connection.available();
    }

    @Override
    public void close() throws IOException {
        connection.life().close(connection.viewFace().closing());
    }
}
