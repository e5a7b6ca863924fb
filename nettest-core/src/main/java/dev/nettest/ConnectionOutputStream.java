package dev.nettest;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Writes a connection as {@code Socket.getOutputStream()} does; over a Unix path as a stream of {@code Channels} does. */
final class ConnectionOutputStream extends OutputStream {

    private final Connection connection;
    private final Transfers transfers;

    ConnectionOutputStream(Connection connection, Transfers transfers) {
        this.connection = connection;
        this.transfers = transfers;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, source.length);
        ByteBuffer bytes = ByteBuffer.wrap(source, offset, length);
        while (bytes.hasRemaining()) { // a channel's write can fall short
            transfers.write(bytes, connection.viewFace());
        }
    }

    @Override
    public void close() throws IOException {
        connection.life().close(connection.viewFace().closing());
    }
}
