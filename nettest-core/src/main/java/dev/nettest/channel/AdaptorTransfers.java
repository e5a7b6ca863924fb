package dev.nettest.channel;

import dev.nettest.Connection;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;

/** Reads and writes of a socket adaptor. Its streams need a blocking channel. */
final class AdaptorTransfers {

    private final NetworkSocketChannel channel;
    private final StreamTransfers transfers;

    AdaptorTransfers(NetworkSocketChannel channel) {
        this.channel = channel;
        this.transfers = channel.transfers();
    }

    void close() throws IOException {
        channel.close();
    }

    /**
     * Reads with a timeout.
     *
     * @param timeout zero means that of the connection
     */
    int read(ByteBuffer target, Duration timeout) throws IOException {
        channel.connected();
        transfers.checkBlocking();
        return (int) transfers.read(connection -> {
            transfers.checkBlocking();
            if (timeout.isZero()) {
                return connection.read(target);
            }
            Duration before = connection.readTimeout();
            connection.readTimeout(timeout);
            try {
                return connection.read(target);
            } finally {
                connection.readTimeout(before);
            }
        });
    }

    /** Writes all bytes. */
    void writeFully(ByteBuffer source) throws IOException {
        channel.connected();
        transfers.checkBlocking();
        transfers.write(connection -> {
            transfers.checkBlocking();
            if (channel.isOutputShut()) {
                throw new ClosedChannelException();
            }
            int count = connection.write(source);
            while (source.hasRemaining()) {
                checkNotEnded(); // a short write leaves the reason for the next one
                count += connection.write(source);
            }
            return count;
        });
    }

    /** If this end was closed or shut down during a write. */
    private void checkNotEnded() throws IOException {
        if (!channel.isOpen()) {
            throw new AsynchronousCloseException();
        }
        if (channel.isOutputShut()) {
            throw new IOException("Broken pipe");
        }
    }

    int available() throws IOException {
        Connection connection = channel.connected();
        return channel.isInputShut() ? 0 : connection.available();
    }

    void sendUrgentData(int value) throws IOException {
        transfers.write(connection -> {
            if (channel.isOutputShut()) {
                throw new AsynchronousCloseException();
            }
            try {
                connection.sendUrgentData(value);
            } catch (SocketException e) {
                checkNotEnded();
                throw channel.isBlocking() ? e : new IOException("Socket buffer full");
            }
            return 1;
        });
    }
}
