package dev.nettest.contract;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;

/** One endpoint of a connection, with the calls that the contracts need. */
public interface Stream extends Closeable {
    JdkType jdkType();

    /** Blocks for the first byte; -1 at the end of the stream. */
    int read(byte[] target, int offset, int length) throws IOException;

    /** One call of the underlying write; a channel may return less than {@code length}. */
    int write(byte[] source, int offset, int length) throws IOException;

    int available() throws IOException;

    void shutdownInput() throws IOException;

    void shutdownOutput() throws IOException;

    /** Closes with a reset, like a linger time of zero. */
    void reset() throws IOException;

    @Override
    void close() throws IOException;

    boolean isOpen();

    SocketAddress localAddress() throws IOException;

    SocketAddress remoteAddress() throws IOException;

    /** The timeout of later reads; zero for none. */
    void readTimeout(Duration timeout) throws IOException;

    /** The timeout of later writes; zero for none. */
    default void writeTimeout(Duration timeout) throws IOException {
        throw new UnsupportedOperationException("no write timeout on " + this);
    }

    default int read(byte[] target) throws IOException {
        return read(target, 0, target.length);
    }

    default int write(byte[] source) throws IOException {
        return write(source, 0, source.length);
    }

    default void writeFully(byte[] source) throws IOException {
        for (int done = 0; done < source.length; ) {
            done += write(source, done, source.length - done);
        }
    }

    default byte[] readFully(int length) throws IOException {
        byte[] target = new byte[length];
        for (int done = 0; done < length; ) {
            int count = read(target, done, length - done);
            if (count < 0) {
                throw new AssertionError("end of stream after " + done + " of " + length + " bytes");
            }
            done += count;
        }
        return target;
    }
}
