package dev.nettest.jvm.internal.socket;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;

/** The way into the socket inside, which an interrupt may close. */
final class RoutedOutput extends FilterOutputStream {

    private final Socket socket;

    RoutedOutput(Socket socket) throws IOException {
        super(socket.getOutputStream());
        this.socket = socket;
    }

    @Override
    public void write(int value) throws IOException {
        try {
            out.write(value);
        } catch (SocketException e) {
            throw Interrupts.outside(e, socket.isClosed());
        }
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        try {
            out.write(source, offset, length);
        } catch (SocketException e) {
            throw Interrupts.outside(e, socket.isClosed());
        }
    }
}
