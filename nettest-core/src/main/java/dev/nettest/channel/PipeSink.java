package dev.nettest.channel;

import dev.nettest.Awaitable;
import dev.nettest.Connection;
import dev.nettest.Readiness;
import dev.nettest.ReadyHook;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The writable end of a pipe. */
final class PipeSink extends Pipe.SinkChannel implements PollableChannel {

    /** JDK 17 reports a blocking write of a closed channel like one that was closed while it waited. */
    private static final boolean CLOSED_IS_ASYNCHRONOUS = Runtime.version().feature() < 18;

    private final PipeEnd end;

    PipeSink(NetworkSelectorProvider provider, Connection connection) {
        super(provider);
        this.end = new PipeEnd(this, connection, Readiness.WRITABLE);
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        Objects.requireNonNull(source);
        return (int) end.run(() -> transfer(source));
    }

    @Override
    public long write(ByteBuffer[] sources) throws IOException {
        return write(sources, 0, sources.length);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, sources.length);
        return end.run(() -> BufferArrays.gather(sources, offset, length, this::transfer));
    }

    private int transfer(ByteBuffer source) throws IOException {
        if (!isOpen()) {
            throw isBlocking() && CLOSED_IS_ASYNCHRONOUS
                    ? new AsynchronousCloseException()
                    : new ClosedChannelException();
        }
        if (!source.hasRemaining()) {
            return 0; // also if the source is closed
        }
        Connection connection = end.connection();
        if (connection.peer().isClosed()) {
            throw new IOException("Broken pipe"); // at once, unlike a connection
        }
        return isBlocking() ? connection.write(source) : connection.tryWrite(source);
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
