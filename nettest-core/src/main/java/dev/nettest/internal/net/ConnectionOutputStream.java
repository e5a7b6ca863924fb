package dev.nettest.internal.net;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Writes like {@code Socket.getOutputStream()}; over a Unix path like a stream of {@code Channels}. */
final class ConnectionOutputStream extends OutputStream {

    private final ConnectionImpl connection;
    private final StreamIo io;

    ConnectionOutputStream(ConnectionImpl connection, StreamIo io) {
        this.connection = connection;
        this.io = io;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, source.length);
        ByteBuffer bytes = ByteBuffer.wrap(source, offset, length);
        while (bytes.hasRemaining()) { // a channel may write less
            io.write(bytes, ErrorStyle.ofViews(connection.endpoint()));
        }
    }

    @Override
    public void close() throws IOException {
        connection.teardown().close(ErrorStyle.ofViews(connection.endpoint()).closing());
    }
}
