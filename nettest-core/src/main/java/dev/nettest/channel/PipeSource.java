package dev.nettest.channel;

import dev.nettest.Awaitable;
import dev.nettest.Connection;
import dev.nettest.Readiness;
import dev.nettest.ReadyHook;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The readable end of a pipe. */
final class PipeSource extends Pipe.SourceChannel implements PollableChannel {

    private final PipeEnd end;

    PipeSource(NetworkSelectorProvider provider, Connection connection) {
        super(provider);
        this.end = new PipeEnd(this, connection, Readiness.READABLE);
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
        return end.conditions();
    }

    @Override
    public int poll(int interestOps, @Nullable ReadyHook hook) {
        return end.poll(interestOps, hook);
    }

    @Override
    public void finishClose() throws IOException {
        end.connection().close();
    }
}
