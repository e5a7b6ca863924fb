package dev.nettest.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

/** Loopback only: a {@link Socket} on the kernel's TCP. */
final class LoopbackSocket extends LoopbackStream {
    private final Socket socket;
    private final InputStream input;
    private final OutputStream output;

    LoopbackSocket(Socket socket) throws IOException {
        super((InetSocketAddress) socket.getLocalSocketAddress(), (InetSocketAddress) socket.getRemoteSocketAddress());
        this.socket = socket;
        this.input = socket.getInputStream();
        this.output = socket.getOutputStream();
    }

    @Override
    public JdkType jdkType() {
        return JdkType.SOCKET;
    }

    @Override
    int doRead(byte[] target, int offset, int length) throws IOException {
        return input.read(target, offset, length);
    }

    @Override
    int doWrite(byte[] source, int offset, int length) throws IOException {
        output.write(source, offset, length);
        return length;
    }

    @Override
    public int available() throws IOException {
        return input.available();
    }

    @Override
    void doShutdownInput() throws IOException {
        socket.shutdownInput();
    }

    @Override
    void doShutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    @Override
    void linger0() throws IOException {
        socket.setSoLinger(true, 0);
    }

    @Override
    void doClose() throws IOException {
        socket.close();
    }

    @Override
    public boolean isOpen() {
        return !socket.isClosed();
    }

    @Override
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return (InetSocketAddress) socket.getRemoteSocketAddress();
    }

    @Override
    public void readTimeout(Duration timeout) throws IOException {
        socket.setSoTimeout(Loopback.millis(timeout));
    }
}
