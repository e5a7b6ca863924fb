package dev.nettest.channel;

import dev.nettest.Connection;
import dev.nettest.SystemError;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** One read or write of an asynchronous channel, which transfers the bytes that it can at once. */
final class AsynchronousTransfer<V> {

    private final ByteBuffer[] buffers;
    private final LongFunction<V> count;
    private final boolean reads;

    private AsynchronousTransfer(ByteBuffer[] buffers, LongFunction<V> count, boolean reads) {
        this.buffers = buffers;
        this.count = count;
        this.reads = reads;
    }

    static AsynchronousTransfer<Integer> read(ByteBuffer target) {
        return new AsynchronousTransfer<>(new ByteBuffer[] {target}, number -> (int) number, true);
    }

    static AsynchronousTransfer<Integer> write(ByteBuffer source) {
        return new AsynchronousTransfer<>(new ByteBuffer[] {source}, number -> (int) number, false);
    }

    static AsynchronousTransfer<Long> scatter(ByteBuffer[] targets, int offset, int length) {
        return new AsynchronousTransfer<>(part(targets, offset, length), number -> number, true);
    }

    static AsynchronousTransfer<Long> gather(ByteBuffer[] sources, int offset, int length) {
        return new AsynchronousTransfer<>(part(sources, offset, length), number -> number, false);
    }

    private static ByteBuffer[] part(ByteBuffer[] buffers, int offset, int length) {
        return Arrays.copyOfRange(buffers, offset, offset + length);
    }

    boolean hasRemaining() {
        for (ByteBuffer buffer : buffers) {
            if (buffer.hasRemaining()) {
                return true;
            }
        }
        return false;
    }

    /** A number of bytes as the result of this transfer. */
    V count(long number) {
        return count.apply(number);
    }

    /**
     * @param resetSeen true after a read of the channel has reported a reset
     * @return null if nothing can be transferred now
     */
    @Nullable
    V on(Connection connection, AtomicBoolean resetSeen) throws IOException {
        try {
            long number = reads
                    ? BufferArrays.scatter(buffers, 0, buffers.length, connection::tryRead)
                    : BufferArrays.gather(buffers, 0, buffers.length, connection::tryWrite);
            return number == 0 ? null : count.apply(number);
        } catch (SocketException e) {
            if (!reads || !isReset(e, connection)) {
                throw e;
            }
            return reset(e, resetSeen);
        } catch (ClosedChannelException e) {
            throw connection.isClosed() ? like(e, new AsynchronousCloseException()) : brokenPipe(e, connection);
        }
    }

    private static boolean isReset(SocketException e, Connection connection) {
        return e.getClass() == SocketException.class
                && SystemError.CONNECTION_RESET
                        .text(connection.network().config().personality())
                        .equals(e.getMessage());
    }

    /** A reset is reported once, as a plain {@code IOException}. Later reads return the end of the stream. */
    private V reset(SocketException e, AtomicBoolean resetSeen) throws IOException {
        if (resetSeen.getAndSet(true)) {
            return count.apply(-1);
        }
        throw like(e, new IOException(e.getMessage()));
    }

    /** The output is shut down, but not by this channel, or while the write was pending. */
    private static IOException brokenPipe(IOException e, Connection connection) {
        return like(
                e,
                new IOException(SystemError.BROKEN_PIPE.text(
                        connection.network().config().personality())));
    }

    private static IOException like(IOException original, IOException copy) {
        Arrays.stream(original.getSuppressed()).forEach(copy::addSuppressed);
        return copy;
    }
}
