package dev.nettest.channel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;

/** The input stream of a socket adaptor. It reads the channel, and needs no lock that a writer holds. */
final class ChannelInput extends InputStream {

    private final AdaptorTransfers transfers;
    private final Supplier<Duration> timeout;

    ChannelInput(AdaptorTransfers transfers, Supplier<Duration> timeout) {
        this.transfers = transfers;
        this.timeout = timeout;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        return length == 0 ? 0 : transfers.read(ByteBuffer.wrap(target, offset, length), timeout.get());
    }

    @Override
    public int available() throws IOException {
        return transfers.available();
    }

    @Override
    public void close() throws IOException {
        transfers.close();
    }
}
