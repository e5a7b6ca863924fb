package dev.nettest.socket;

import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketException;

/**
 * Closes the JDK's socket after an interrupt. The interrupt of a waiting virtual thread closes the connection or the
 * listener below. The JDK's own streams then close their socket, and so do these.
 */
final class CloseOnInterrupt {

    private CloseOnInterrupt() {}

    /**
     * Closes {@code socket} if {@code failure} says that an interrupt closed the layer below; returns {@code failure}.
     */
    static SocketException closeIfInterrupted(SocketException failure, Closeable socket) throws IOException {
        if ("Closed by interrupt".equals(failure.getMessage())) {
            socket.close();
        }
        return failure;
    }

    static InputStream wrap(InputStream input, Closeable socket) {
        return new FilterInputStream(input) {
            @Override
            public int read() throws IOException {
                try {
                    return in.read();
                } catch (SocketException e) {
                    throw closeIfInterrupted(e, socket);
                }
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                try {
                    return in.read(target, offset, length);
                } catch (SocketException e) {
                    throw closeIfInterrupted(e, socket);
                }
            }
        };
    }

    static OutputStream wrap(OutputStream output, Closeable socket) {
        return new FilterOutputStream(output) {
            @Override
            public void write(int value) throws IOException {
                try {
                    out.write(value);
                } catch (SocketException e) {
                    throw closeIfInterrupted(e, socket);
                }
            }

            @Override
            public void write(byte[] source, int offset, int length) throws IOException {
                try {
                    out.write(source, offset, length);
                } catch (SocketException e) {
                    throw closeIfInterrupted(e, socket);
                }
            }
        };
    }
}
