package dev.nettest.channel;

import dev.nettest.Awaitable;
import dev.nettest.Connection;
import dev.nettest.Readiness;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.Objects;
import java.util.Set;

/** The readable end of a pipe. */
final class PipeSource extends Pipe.SourceChannel implements Pollable {

    private final PipeEnd end;

    PipeSource(NetworkSelectorProvider provider, Connection connection) {
        super(provider);
        this.end = new PipeEnd(this, connection);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        Objects.requireNonNull(target);
        return (int) end.run(() -> transfer(target));
    }

    @Override
    public long read(ByteBuffer[] targets) throws IOException {
        return read(targets, 0, targets.length);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, targets.length);
        return end.run(() -> BufferArrays.scatter(targets, offset, length, this::transfer));
    }

    private int transfer(ByteBuffer target) throws IOException {
        end.checkOpen();
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("Read-only buffer");
        }
        if (!target.hasRemaining()) {
            return 0; // also at the end of the stream
        }
        Connection connection = end.connection();
        return isBlocking() ? connection.read(target) : connection.tryRead(target);
    }

    @Override
    protected void implConfigureBlocking(boolean block) throws IOException {
        end.configureBlocking();
    }

    @Override
    protected void implCloseSelectableChannel() throws IOException {
        end.close();
    }

    // ---- selecting

    @Override
    public ChannelKeys keys() {
        return end.keys();
    }

    @Override
    public Awaitable awaitable() {
        return end.connection();
    }

    @Override
    public Set<Readiness> conditions(int interestOps) {
        return StreamConditions.of(interestOps);
    }

    @Override
    public int readyOps(int interestOps) {
        Connection connection = end.connection();
        return connection.isClosed() || connection.isReadable() ? interestOps : 0;
    }

    @Override
    public void finishClose() throws IOException {
        end.connection().close();
    }
}
