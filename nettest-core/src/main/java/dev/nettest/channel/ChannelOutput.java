package dev.nettest.channel;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** The output stream of a socket adaptor. It writes the channel, and needs no lock that a reader holds. */
final class ChannelOutput extends OutputStream {

    private final AdaptorTransfers transfers;

    ChannelOutput(AdaptorTransfers transfers) {
        this.transfers = transfers;
    }

    @Override
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, source.length);
        if (length > 0) {
            transfers.writeFully(ByteBuffer.wrap(source, offset, length));
        }
    }

    @Override
    public void close() throws IOException {
        transfers.close();
    }
}
