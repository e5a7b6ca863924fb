package dev.nettest.channel;

import dev.nettest.Connection;
import dev.nettest.Network;
import dev.nettest.OperationLock;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.IllegalBlockingModeException;

/** The locks of a socket channel, which its blocking operations hold. An interrupt closes the channel. */
final class StreamTransfers {

    private final NetworkSocketChannel channel;
    private final OperationLock readLock;
    private final OperationLock writeLock;

    StreamTransfers(NetworkSocketChannel channel, Network network) {
        this.channel = channel;
        this.readLock = OperationLock.of(network);
        this.writeLock = OperationLock.of(network);
    }

    long read(Transfer transfer) throws IOException {
        return transfer(readLock, transfer);
    }

    long write(Transfer transfer) throws IOException {
        return transfer(writeLock, transfer);
    }

    /** The lock excludes blocking operations only. */
    private long transfer(OperationLock lock, Transfer transfer) throws IOException {
        if (!channel.isBlocking()) {
            return transfer.on(channel.connected());
        }
        lock.lock();
        try {
            return transfer.on(channel.connected());
        } catch (ClosedByInterruptException e) {
            channel.close();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    void checkBlocking() {
        if (!channel.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
    }

    /** An operation of the connection. */
    interface Transfer {

        long on(Connection connection) throws IOException;
    }

    /** An operation that excludes reads and writes. */
    interface Exclusive {

        boolean run() throws IOException;
    }

    boolean exclusively(Exclusive operation) throws IOException {
        readLock.lock();
        try {
            writeLock.lock();
            try {
                return operation.run();
            } finally {
                writeLock.unlock();
            }
        } finally {
            readLock.unlock();
        }
    }
}
