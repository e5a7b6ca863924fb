package dev.nettest.jvm.internal.socket;

import java.io.FilterInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;

/** The bytes of the socket inside, which an interrupt may close. */
final class RoutedInput extends FilterInputStream {

    private final Socket socket;

    RoutedInput(Socket socket) throws IOException {
        super(socket.getInputStream());
        this.socket = socket;
    }

    @Override
    public int read() throws IOException {
        try {
            return in.read();
        } catch (SocketException e) {
            throw Interrupts.outside(e, socket.isClosed());
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        try {
            return in.read(target, offset, length);
        } catch (SocketException e) {
            throw Interrupts.outside(e, socket.isClosed());
        }
    }
}
