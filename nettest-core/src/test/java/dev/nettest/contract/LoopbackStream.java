package dev.nettest.contract;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicLong;

/** An endpoint that records its operations, so that {@link LoopbackPair} knows what must arrive. */
abstract class LoopbackStream implements Stream {
    final AtomicLong written = new AtomicLong();
    final AtomicLong taken = new AtomicLong();
    /** Counts the operations that send packets: writes, half closes and closes. */
    final AtomicLong sendings = new AtomicLong();

    final int localPort;
    final int remotePort;
    volatile boolean inputShut;
    volatile boolean outputShut;

    LoopbackStream(InetSocketAddress local, InetSocketAddress remote) {
        this.localPort = local.getPort();
        this.remotePort = remote.getPort();
    }

    abstract int doRead(byte[] target, int offset, int length) throws IOException;

    abstract int doWrite(byte[] source, int offset, int length) throws IOException;

    abstract void doShutdownInput() throws IOException;

    abstract void doShutdownOutput() throws IOException;

    abstract void linger0() throws IOException;

    abstract void doClose() throws IOException;

    @Override
    public final int read(byte[] target, int offset, int length) throws IOException {
        int count = doRead(target, offset, length);
        if (count > 0) {
            taken.addAndGet(count);
        }
        return count;
    }

    @Override
    public final int write(byte[] source, int offset, int length) throws IOException {
        int count = doWrite(source, offset, length);
        written.addAndGet(count);
        sendings.incrementAndGet();
        return count;
    }

    @Override
    public final void shutdownInput() throws IOException {
        doShutdownInput();
        inputShut = true;
    }

    @Override
    public final void shutdownOutput() throws IOException {
        doShutdownOutput();
        outputShut = true;
        sendings.incrementAndGet();
    }

    @Override
    public final void reset() throws IOException {
        linger0();
        doClose();
        sendings.incrementAndGet();
    }

    @Override
    public final void close() throws IOException {
        doClose();
        sendings.incrementAndGet();
    }

    /** True if this endpoint has shut down neither direction and is open. */
    final boolean isOpenBothWays() {
        return !inputShut && !outputShut && isOpen();
    }
}
