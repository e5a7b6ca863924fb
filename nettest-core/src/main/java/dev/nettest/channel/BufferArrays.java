package dev.nettest.channel;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Gathering writes and scattering reads. Each is one operation of the connection, like {@code writev} and
 * {@code readv}, so that faults count it once. A gathering write of more than {@link #CHUNK} bytes is several. The
 * buffers behind the first {@link #MAX_BUFFERS} are not used.
 */
final class BufferArrays {

    /** The bytes of one operation. */
    private static final int CHUNK = 1 << 18;

    /** {@code IOV_MAX} of Linux, the number of buffers of one {@code writev} or {@code readv}. */
    private static final int MAX_BUFFERS = 1024;

    private BufferArrays() {}

    /** An operation on one buffer. */
    interface Transfer {

        int apply(ByteBuffer buffer) throws IOException;
    }

    /** Reads into {@code targets}, from the first that has space on. */
    static long scatter(ByteBuffer[] targets, int offset, int count, Transfer read) throws IOException {
        int length = ofOneCall(targets, offset, count);
        long space = remaining(targets, offset, length);
        for (int i = offset; i < offset + length; i++) {
            if (targets[i].isReadOnly()) {
                return read.apply(targets[i]); // which refuses it, if it has to read
            }
        }
        ByteBuffer only = single(targets, offset, length, space);
        if (only != null) {
            return read.apply(only);
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(space, CHUNK));
        int transferred = read.apply(bytes);
        bytes.flip();
        for (int i = offset; bytes.hasRemaining(); i++) {
            move(bytes, targets[i], targets[i].remaining());
        }
        return transferred;
    }

    /** Writes {@code sources} in order; a short write ends it. */
    static long gather(ByteBuffer[] sources, int offset, int count, Transfer write) throws IOException {
        int length = ofOneCall(sources, offset, count);
        long left = remaining(sources, offset, length);
        ByteBuffer only = single(sources, offset, length, left);
        if (only != null) {
            return write.apply(only);
        }
        long written = 0;
        boolean fits = true;
        do {
            ByteBuffer bytes = copy(sources, offset, (int) Math.min(left, CHUNK));
            int transferred = Math.max(0, write.apply(bytes));
            fits = !bytes.hasRemaining();
            skip(sources, offset, transferred);
            written += transferred;
            left -= transferred;
        } while (fits && left > 0);
        return written;
    }

    /** How many of {@code length} buffers one call of the kernel takes. Empty ones do not count. */
    private static int ofOneCall(ByteBuffer[] buffers, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, buffers.length);
        int used = 0;
        for (int i = 0; i < length; i++) {
            used += buffers[offset + i].hasRemaining() ? 1 : 0;
            if (used > MAX_BUFFERS) {
                return i;
            }
        }
        return length;
    }

    private static long remaining(ByteBuffer[] buffers, int offset, int length) {
        long sum = 0;
        for (int i = offset; i < offset + length; i++) {
            sum += buffers[i].remaining();
        }
        return sum;
    }

    /** The only buffer that has all the remaining bytes; null if there are several. */
    private static @Nullable ByteBuffer single(ByteBuffer[] buffers, int offset, int length, long remaining) {
        for (int i = offset; i < offset + length; i++) {
            if (buffers[i].hasRemaining()) {
                return buffers[i].remaining() == remaining ? buffers[i] : null;
            }
        }
        return ByteBuffer.allocate(0);
    }

    private static ByteBuffer copy(ByteBuffer[] sources, int offset, int count) {
        ByteBuffer bytes = ByteBuffer.allocate(count);
        for (int i = offset; bytes.hasRemaining(); i++) {
            ByteBuffer source = sources[i].duplicate();
            move(source, bytes, bytes.remaining());
        }
        return bytes.flip();
    }

    private static void skip(ByteBuffer[] sources, int offset, int count) {
        int left = count;
        for (int i = offset; left > 0; i++) {
            int skipped = Math.min(left, sources[i].remaining());
            sources[i].position(sources[i].position() + skipped);
            left -= skipped;
        }
    }

    /** Moves at most {@code limit} bytes. */
    private static void move(ByteBuffer source, ByteBuffer target, int limit) {
        int count = Math.min(limit, source.remaining());
        ByteBuffer part = source.slice(source.position(), count);
        target.put(part);
        source.position(source.position() + count);
    }
}
