package dev.nettest.socket;

import static dev.nettest.socket.CloseOnInterrupt.closeIfInterrupted;

import dev.nettest.internal.inet.MemoryPeers;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;

/** The streams of a connection below a socket: an interrupt closes the socket, and a guard knows its peer. */
final class SocketStreams {

    private SocketStreams() {}

    static InputStream input(InputStream input, Socket socket) {
        return new FilterInputStream(input) {
            @Override
            public int read() throws IOException {
                try {
                    return in.read();
                } catch (SocketException e) {
                    throw closeIfInterrupted(e, socket);
                } finally {
                    MemoryPeers.transferred(socket);
                }
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                try {
                    return in.read(target, offset, length);
                } catch (SocketException e) {
                    throw closeIfInterrupted(e, socket);
                } finally {
                    MemoryPeers.transferred(socket);
                }
            }
        };
    }

    static OutputStream output(OutputStream output, Socket socket) {
        return new FilterOutputStream(output) {
            @Override
            public void write(int value) throws IOException {
                try {
                    out.write(value);
                } catch (SocketException e) {
                    throw closeIfInterrupted(e, socket);
                } finally {
                    MemoryPeers.transferred(socket);
                }
            }

            @Override
            public void write(byte[] source, int offset, int length) throws IOException {
                try {
                    out.write(source, offset, length);
                } catch (SocketException e) {
                    throw closeIfInterrupted(e, socket);
                } finally {
                    MemoryPeers.transferred(socket);
                }
            }
        };
    }
}
