package dev.nettest.contract;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;

/**
 * A blocking {@link SocketChannel} of any provider: on the kernel's TCP, or of a network. With a read timeout it reads
 * through its adaptor.
 */
final class LoopbackChannel extends LoopbackStream {
    private final SocketChannel channel;
    private volatile boolean timed;

    LoopbackChannel(SocketChannel channel) throws IOException {
        super((InetSocketAddress) channel.getLocalAddress(), (InetSocketAddress) channel.getRemoteAddress());
        this.channel = channel;
    }

    @Override
    public JdkType jdkType() {
        return JdkType.CHANNEL;
    }

    @Override
    int doRead(byte[] target, int offset, int length) throws IOException {
        if (timed) {
            return channel.socket().getInputStream().read(target, offset, length);
        }
        return channel.read(ByteBuffer.wrap(target, offset, length));
    }

    @Override
    int doWrite(byte[] source, int offset, int length) throws IOException {
        return channel.write(ByteBuffer.wrap(source, offset, length));
    }

    @Override
    public int available() throws IOException {
        return channel.socket().getInputStream().available();
    }

    @Override
    void doShutdownInput() throws IOException {
        channel.shutdownInput();
    }

    @Override
    void doShutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    void linger0() throws IOException {
        channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    }

    @Override
    void doClose() throws IOException {
        channel.close();
    }

    /** Writes without blocking until no more fits. */
    long fill() throws IOException {
        long total = 0;
        channel.configureBlocking(false);
        for (int count = 1; count > 0; total += count) {
            count = write(new byte[1 << 16]);
        }
        channel.configureBlocking(true);
        return total;
    }

    /** Prevents the kernel from enlarging a full send buffer later. */
    void freezeSendBuffer() throws IOException {
        channel.setOption(StandardSocketOptions.SO_SNDBUF, 1);
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    @Override
    public InetSocketAddress localAddress() throws IOException {
        return (InetSocketAddress) channel.getLocalAddress();
    }

    @Override
    public InetSocketAddress remoteAddress() throws IOException {
        return (InetSocketAddress) channel.getRemoteAddress();
    }

    @Override
    public void readTimeout(Duration timeout) throws IOException {
        channel.socket().setSoTimeout(Loopback.millis(timeout));
        timed = !timeout.isZero();
    }
}
