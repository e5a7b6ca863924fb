package dev.nettest.channel;

import dev.nettest.Connection;
import dev.nettest.Network;
import dev.nettest.OperationLock;
import java.io.IOException;
import java.nio.ByteBuffer;
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
        return transfer(readLock, (connection, ran) -> ran.on(connection), transfer);
    }

    /** Reads by a method of the connection. Unlike {@link #read(Transfer)} it needs no object for each read. */
    int read(TransferOf<ByteBuffer> method, ByteBuffer target) throws IOException {
        return (int) transfer(readLock, method, target);
    }

    long write(Transfer transfer) throws IOException {
        return transfer(writeLock, (connection, ran) -> ran.on(connection), transfer);
    }

    /** Like {@link #read(TransferOf, ByteBuffer)}, for a write. */
    int write(TransferOf<ByteBuffer> method, ByteBuffer source) throws IOException {
        return (int) transfer(writeLock, method, source);
    }

    /** The lock excludes blocking operations only. */
    private <A> long transfer(OperationLock lock, TransferOf<A> transfer, A argument) throws IOException {
        if (!channel.isBlocking()) {
            return transfer.on(channel.connected(), argument);
        }
        lock.lock();
        try {
            return transfer.on(channel.connected(), argument);
        } catch (ClosedByInterruptException e) {
            channel.close();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    /** True while an operation of another thread holds a lock. */
    boolean areRunning() {
        return readLock.isHeldByAnother() || writeLock.isHeldByAnother();
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

    /** An operation of the connection, with an argument. */
    interface TransferOf<A> {

        long on(Connection connection, A argument) throws IOException;
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
