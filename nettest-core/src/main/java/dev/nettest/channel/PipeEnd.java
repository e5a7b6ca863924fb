package dev.nettest.channel;

import dev.nettest.Connection;
import dev.nettest.OperationLock;
import dev.nettest.Readiness;
import dev.nettest.ReadyHook;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The part that both channels of a pipe have: an end of its connection, keys, and the lock of blocking operations. */
final class PipeEnd {

    private final AbstractSelectableChannel channel;
    private final Connection connection;
    private final Readiness condition;
    private final Set<Readiness> conditions;
    private final OperationLock lock;
    private final ChannelKeys keys = new ChannelKeys();

    /** @param condition makes the only operation of the channel ready */
    PipeEnd(AbstractSelectableChannel channel, Connection connection, Readiness condition) {
        this.channel = channel;
        this.connection = connection;
        this.condition = condition;
        this.conditions = Set.of(condition);
        this.lock = OperationLock.of(connection.network());
    }

    Connection connection() {
        return connection;
    }

    ChannelKeys keys() {
        return keys;
    }

    /** An operation of the open channel. */
    interface Operation {

        long run() throws IOException;
    }

    /** Runs {@code operation}. A blocking one waits for the one before it, and an interrupt closes the channel. */
    long run(Operation operation) throws IOException {
        if (!channel.isBlocking()) {
            return operation.run();
        }
        lock.lock();
        try {
            return operation.run();
        } catch (ClosedByInterruptException e) {
            channel.close();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    void configureBlocking() throws IOException {
        lock.lock();
        try {
            checkOpen();
        } finally {
            lock.unlock();
        }
    }

    void checkOpen() throws ClosedChannelException {
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
    }

    /** A registered channel closes when its last key is removed. */
    void close() throws IOException {
        if (!PollableChannel.closesLater(channel, lock.isHeldByAnother())) {
            connection.close();
        }
    }

    Set<Readiness> conditions() {
        return conditions;
    }

    /** See {@link PollableChannel#poll}. */
    int poll(int interestOps, @Nullable ReadyHook hook) {
        if (hook == null || hook.isHungUp()) {
            return PollableChannel.hangUp(interestOps);
        }
        return hook.isReady(condition) ? interestOps | PollableChannel.EVENT : 0;
    }
}
